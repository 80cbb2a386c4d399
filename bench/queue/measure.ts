import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startLake, type Lake } from '../../demo/microshare/lake';
import { freePort } from '../../demo/ports';
import { Arrivals } from '../../test/endurance/arrivals';
import { eventually } from '../../test/eventually';
import type { Said } from './outbox';

/** Memory is the largest resident size of the process in that time, in bytes. */
export interface QueueFigures {
  memoryEmpty: number;
  takenPerSecond: number;
  memoryFirstTenth: number;
  memoryRest: number;
  bytesOnDisk: number;
  openMs: number;
  /** From the start of the process to the first record in the lake. */
  firstRecordMs: number;
  deliveredPerSecond: number;
  memoryDelivering: number;
}

/** Below the ports that a system gives to clients: nobody takes it while the API is down. */
const PORT = 19_880;
const REST_MS = 500;
/** Far more than one record takes. */
const PATIENCE_MS = 5;
/** In a flood V8 lets 150 MB of garbage lie; with little room for it memory shows what is kept. */
const EXEC_ARGV = ['--max-semi-space-size=4', '--require', 'tsx/cjs'];

/**
 * Takes so many records while the API is down, kills the process, starts another one with that queue when the API is up,
 * and waits until all have arrived: each once, those of a device in order.
 * @param lib the folder of the compiled lib/
 */
export async function measureQueue(records: number, lib: string): Promise<QueueFigures> {
  const directory = mkdtempSync(join(tmpdir(), 'ttn-microshare-queue-'));
  const port = await freePort(PORT);
  const start = () => new OutboxProcess(lib, directory, `http://127.0.0.1:${port}`);
  let outbox = start();
  let lake: Lake | undefined;
  try {
    await outbox.opened;
    await sleep(REST_MS);
    const memoryEmpty = outbox.takePeak();
    const firstTenth = await timed(outbox.take(records / 10));
    const memoryFirstTenth = outbox.takePeak();
    const rest = await timed(outbox.take(records - records / 10));
    const memoryRest = outbox.takePeak();
    await outbox.kill();
    const bytesOnDisk = sizeOf(directory);

    const arrivals = new Arrivals();
    lake = await startLake({ port, maxRecords: 1_000 });
    lake.on('record', arrivals.add);
    const firstRecord = timed(once(lake, 'record'));
    outbox = start();
    const delivery = timed(
      eventually(() => arrivals.total === records, 'all records', 60_000 + records * PATIENCE_MS),
    );
    const opened = await outbox.opened;
    assert.equal(opened.records, records);
    const firstRecordMs = await firstRecord;
    const deliveryMs = (await delivery) - firstRecordMs;
    assert.deepEqual([...arrivals.copies], []);
    return {
      memoryEmpty,
      takenPerSecond: (records * 1000) / (firstTenth + rest),
      memoryFirstTenth,
      memoryRest,
      bytesOnDisk,
      openMs: opened.openMs,
      firstRecordMs,
      deliveredPerSecond: (records * 1000) / deliveryMs,
      memoryDelivering: outbox.takePeak(),
    };
  } finally {
    await outbox.kill();
    await lake?.close();
    rmSync(directory, { recursive: true });
  }
}

/** See outbox.ts. */
class OutboxProcess {
  readonly opened: Promise<{ openMs: number; records: number }>;
  readonly #process;
  #peak = 0;

  constructor(...args: string[]) {
    this.#process = fork(join(__dirname, 'outbox.ts'), args, { execArgv: EXEC_ARGV });
    this.#process.on('message', (said: Said) => {
      if ('rss' in said) this.#peak = Math.max(this.#peak, said.rss);
    });
    this.opened = this.#said('openMs');
  }

  /** Resolves when it has taken so many records. */
  async take(count: number): Promise<void> {
    const taken = this.#said('taken');
    this.#process.send(count);
    await taken;
  }

  /** The largest memory since this was last asked. */
  takePeak(): number {
    const peak = this.#peak;
    this.#peak = 0;
    return peak;
  }

  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill('SIGKILL');
    await once(this.#process, 'exit');
  }

  #said<Name extends 'openMs' | 'taken'>(name: Name): Promise<Extract<Said, Record<Name, unknown>>> {
    return new Promise((resolve, reject) => {
      this.#process.on('message', (said: Said) => {
        if (name in said) resolve(said as Extract<Said, Record<Name, unknown>>);
      });
      this.#process.once('exit', () => reject(new Error('The process with the outbox has ended.')));
    });
  }
}

/** How long it takes, in ms. */
async function timed(task: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await task;
  return performance.now() - start;
}

function sizeOf(directory: string): number {
  return readdirSync(directory).reduce((sum, file) => sum + statSync(join(directory, file)).size, 0);
}
