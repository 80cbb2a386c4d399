/*
 * Measures the package in Node-RED, as it is built, against a flow of Node-RED's core nodes and a bare script, on the
 * same broker and the same sink. Each run is a process of its own. Prints Markdown. `--quick`: one run of each, with
 * less to do.
 */
import assert from 'node:assert/strict';
import { decode } from '../lib/lpp';
import { toJson } from '../lib/microshare/body';
import { unpackedRecord } from '../lib/microshare/record';
import { readUplink } from '../lib/ttn/message';
import { median, percentile, table, whereAndWhen } from './markdown';
import { record } from './pipeline/by-hand';
import { Stage, type Result, type Work } from './pipeline/stage';
import { CORE, PACKAGE, SCRIPT, type System } from './pipeline/systems';
import { uplink } from './pipeline/uplinks';

const FULL = {
  runs: 3,
  answersAfterMs: [0, 20, 100],
  warmUp: 60_000,
  records: 30_000,
  latencySeconds: 15,
  overloadSeconds: 6,
};
const QUICK: typeof FULL = {
  runs: 1,
  answersAfterMs: [0, 100],
  warmUp: 8_000,
  records: 3_000,
  latencySeconds: 3,
  overloadSeconds: 2,
};
const SYSTEMS = [CORE, PACKAGE, SCRIPT];

type Figure = (result: Result) => number;

const perSecond: Figure = (result) => result.perSecond;
const cpu: Figure = (result) => result.cpu;
const before: Figure = (result) => result.beforeMiB;
const peak: Figure = (result) => result.peakMiB;
const sockets: Figure = (result) => result.mostSockets;
const p50: Figure = ({ latencies }) => percentile(latencies, 0.5);
const p99: Figure = ({ latencies }) => percentile(latencies, 0.99);

/** What the systems made of the same work, in the order of the runs. */
class Comparison {
  readonly #results = new Map<System, Result[]>(SYSTEMS.map((system) => [system, []]));

  async add(stage: Stage, work: Work): Promise<void> {
    for (const system of SYSTEMS) this.#results.get(system)!.push(await stage.run(system, work));
  }

  /** `9,512` */
  median(system: System, figure: Figure): string {
    return shown(median(this.#results.get(system)!.map(figure)));
  }

  /** `9,512 (4.05; 0.71)`: with the ratios to the core nodes and to the bare script. */
  withRatios(system: System, figure: Figure): string {
    const ratios = [CORE, SCRIPT].map((other) => this.#ratio(system, other, figure).toFixed(2));
    return `${this.median(system, figure)} (${ratios.join('; ')})`;
  }

  #ratio(system: System, other: System, figure: Figure): number {
    const others = this.#results.get(other)!;
    return median(this.#results.get(system)!.map((result, run) => figure(result) / figure(others[run]!)));
  }
}

function shown(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: value < 100 ? 2 : 3 });
}

async function compare(stage: Stage, work: Work, runs: number): Promise<Comparison> {
  const comparison = new Comparison();
  for (let run = 0; run < runs; run++) await comparison.add(stage, work);
  return comparison;
}

async function throughput(stage: Stage, { answersAfterMs, records, runs }: typeof FULL): Promise<string> {
  const rows: string[][] = [];
  for (const answerAfterMs of answersAfterMs) {
    const load = { count: records, window: 2_000 };
    const compared = await compare(stage, { load, answerAfterMs }, runs);
    const answers = answerAfterMs === 0 ? 'at once' : `after ${answerAfterMs} ms`;
    for (const system of SYSTEMS) {
      const ratios = [perSecond, cpu].map((figure) => compared.withRatios(system, figure));
      const figures = [peak, sockets].map((figure) => compared.median(system, figure));
      rows.push([answers, system.name, ...ratios, ...figures]);
    }
  }
  return table(['sink answers', '', 'records/s', 'CPU s / 10,000', 'peak MiB', 'sockets'], rows);
}

async function latency(stage: Stage, { latencySeconds, runs }: typeof FULL): Promise<string> {
  const load = { count: 200 * latencySeconds, perSecond: 200 };
  const compared = await compare(stage, { load, answerAfterMs: 0 }, runs);
  return table(
    ['from broker to sink, 200 a second', 'p50 ms', 'p99 ms'],
    SYSTEMS.map((system) => [
      system.name,
      compared.withRatios(system, p50),
      compared.withRatios(system, p99),
    ]),
  );
}

async function overload(stage: Stage, { overloadSeconds }: typeof FULL): Promise<string> {
  const load = { count: 5_000 * overloadSeconds, perSecond: 5_000 };
  const compared = await compare(stage, { load, answerAfterMs: 100 }, 1);
  const figures = [before, peak, sockets, perSecond];
  return table(
    [
      `5,000 a second for ${overloadSeconds} s, sink after 100 ms`,
      'MiB before',
      'peak MiB',
      'sockets',
      'records/s',
    ],
    SYSTEMS.map((system) => [system.name, ...figures.map((figure) => compared.median(system, figure))]),
  );
}

/** All systems write the same; only the package adds its key. */
function checkRecord(): void {
  const { topic, payload } = uplink(1_000_000);
  const received = readUplink(topic, payload);
  const { meta, ...rest } = unpackedRecord(received.uplink, decode(received.uplink.bytes).readings);
  const byHand = record(JSON.parse(payload.toString()) as Parameters<typeof record>[0]);
  assert.deepEqual(
    JSON.parse(toJson({ ...rest, meta: { ...meta, key: undefined } })),
    JSON.parse(toJson(byHand)),
  );
}

async function main(): Promise<void> {
  checkRecord();
  const plan = process.argv.includes('--quick') ? QUICK : FULL;
  const stage = new Stage(plan.warmUp);
  try {
    for (const measure of [throughput, latency, overload]) console.log(await measure(stage, plan));
  } finally {
    await stage.stop();
  }
  console.log(
    `In brackets the ratios to the core nodes and to the bare script. Medians of ${plan.runs} run(s), of ratios ` +
      `within a run (overload: one run); each record arrived exactly once. ${whereAndWhen()}.`,
  );
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
