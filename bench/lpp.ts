/*
 * Measures the decoder, as it is built, against a bare loop and npm's cayenne-lpp, in random order. Each run is
 * a process of its own, since what the compiler makes of a program differs from start to start. Prints Markdown.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import type * as Lpp from '../lib/lpp';
import { flatLoop, loop } from './loop';
import { median, table, whereAndWhen } from './markdown';

const load = createRequire(__filename);
const { decode, toTtnFields } = load('../dist/lib/lpp') as typeof Lpp;
const { decoder } = load('cayenne-lpp') as { decoder: { decode(bytes: Buffer): unknown } };
const { version } = load('cayenne-lpp/package.json') as { version: string };

const FRAMES = {
  '3 sensors, 11 B': '0167011002684b0302ff38',
  '4 sensors, 14 B': '0167011002684b0302ff38046601',
  'GPS, 11 B': '018806765ff2960a0003e8',
  '11 sensors, 51 B':
    '0167011002684b0302ff38046601056504b006000107010108030064097104d2fb2e00000a7327bf0b8806765ff2960a0003e8',
};

type Decode = (bytes: Buffer) => unknown;

const READINGS = 'bare loop, readings';
const FLAT = 'bare loop, flat fields';

/** Each with the loop that does the same work. */
const CONTESTANTS: { name: string; loop: string; run: Decode }[] = [
  { name: READINGS, loop: READINGS, run: loop },
  { name: '**decode, readings**', loop: READINGS, run: (bytes) => decode(bytes) },
  { name: FLAT, loop: FLAT, run: flatLoop },
  { name: '**decode, flat fields**', loop: FLAT, run: (bytes) => toTtnFields(decode(bytes).readings) },
  { name: `npm cayenne-lpp ${version}`, loop: READINGS, run: (bytes) => decoder.decode(bytes) },
];

const RUNS = 7;
const SLICES = 30;
const CALLS = 5000;

interface Job {
  frame: string;
  name: string;
  run: Decode;
  bytes: Buffer;
}

const JOBS: Job[] = Object.entries(FRAMES).flatMap(([frame, hex]) =>
  CONTESTANTS.map(({ name, run }) => ({ frame, name, run, bytes: Buffer.from(hex, 'hex') })),
);

/** Keeps what a call gives, so that no call can be left out. */
export let sink: unknown;

/** Nanoseconds a call. */
function timeSlice({ run, bytes }: Job): number {
  const start = performance.now();
  for (let call = 0; call < CALLS; call++) sink = run(bytes);
  return ((performance.now() - start) * 1e6) / CALLS;
}

/** The median time of each job, in the order of `JOBS`. */
function timeJobs(): number[] {
  const slices = new Map(JOBS.map((job) => [job, [] as number[]]));
  for (let slice = 0; slice < SLICES; slice++) {
    for (const job of shuffle(JOBS)) slices.get(job)!.push(timeSlice(job));
  }
  return Array.from(slices.values(), median);
}

function run(): void {
  timeJobs(); // until everything is compiled
  console.log(JSON.stringify(timeJobs()));
}

function runInProcess(): number[] {
  const args = [...process.execArgv, __filename, 'run'];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as number[];
}

function shuffle<T>(list: readonly T[]): T[] {
  return list
    .map((item) => ({ item, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

/** `70 ns (1.45)`: median time, and the median of its ratios to the loop within each run. */
function cell(runs: readonly number[][], frame: string, name: string, loopName: string): string {
  const times = (wanted: string) => {
    const job = JOBS.findIndex((candidate) => candidate.frame === frame && candidate.name === wanted);
    return runs.map((run) => run[job]!);
  };
  const loops = times(loopName);
  const ratio = median(times(name).map((time, run) => time / loops[run]!));
  return `${median(times(name)).toFixed(0)} ns (${ratio.toFixed(ratio < 10 ? 2 : 0)})`;
}

function compare(): void {
  for (const hex of Object.values(FRAMES)) {
    const frame = Buffer.from(hex, 'hex');
    assert.deepEqual(decode(frame), { ...loop(frame), warnings: [] });
    assert.deepEqual(toTtnFields(decode(frame).readings), flatLoop(frame));
  }
  const runs = Array.from({ length: RUNS }, runInProcess);
  const frames = Object.keys(FRAMES);
  const rows = CONTESTANTS.map(({ name, loop: loopName }) => [
    name,
    ...frames.map((frame) => cell(runs, frame, name, loopName)),
  ]);
  console.log(table(['', ...frames], rows));
  console.log(
    'Time for a frame, and in brackets the ratio to the loop that does the same work; ' +
      `medians of ${RUNS} runs. ${whereAndWhen()}.`,
  );
}

if (process.argv[2] === 'run') run();
else compare();
