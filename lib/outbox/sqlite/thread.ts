import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { OutboxError } from '../errors';
import type { Damage } from '../store';
import type { Calls, Report, ServiceOptions } from './protocol';

/** Beside this file, as JavaScript in the package and as TypeScript, run through tsx, in development. */
const EXTENSION = extname(__filename);
const WORKER = join(__dirname, `worker${EXTENSION}`);
const EXEC_ARGV = EXTENSION === '.ts' ? ['--require', 'tsx/cjs'] : [];

/** Records pass through and are garbage at once: V8 would let a hundred megabytes of them lie. */
const YOUNG_MB = 8;

interface Call {
  resolve: (result: never) => void;
  reject: (error: OutboxError) => void;
}

/** The worker thread of a store; one that broke down is replaced at the next call. */
export class Thread {
  readonly #options: ServiceOptions;
  readonly #onDamage: (damage: Damage) => void;
  /** Not answered yet, in the order in which they will be. */
  #calls: Call[] = [];
  #worker?: Worker;

  constructor(options: ServiceOptions, onDamage: (damage: Damage) => void = () => undefined) {
    this.#options = options;
    this.#onDamage = onDamage;
  }

  call<Name extends keyof Calls>(
    name: Name,
    ...values: Parameters<Calls[Name]>
  ): Promise<ReturnType<Calls[Name]>> {
    return new Promise((resolve, reject) => {
      const worker = (this.#worker ??= this.#start());
      worker.postMessage({ name, values });
      this.#calls.push({ resolve, reject });
      worker.ref();
    });
  }

  /** Ends the thread; what it was asked before is done first. */
  async close(): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    await this.call('close').catch(() => undefined);
    worker.ref();
    await ended;
  }

  #start(): Worker {
    const worker = new Worker(WORKER, {
      workerData: this.#options,
      execArgv: EXEC_ARGV,
      name: 'outbox',
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    let cause = 'it ended by itself';
    worker.on('message', (report: Report) => this.#receive(report));
    worker.on('error', (error) => (cause = String(error)));
    worker.on('exit', () => this.#ended(cause));
    return worker;
  }

  #receive(report: Report): void {
    if ('damage' in report) return this.#onDamage(report.damage);
    const call = this.#calls.shift();
    // Alone it does not keep the process alive.
    if (this.#calls.length === 0) this.#worker?.unref();
    if ('result' in report) call?.resolve(report.result as never);
    else call?.reject(new OutboxError(report.failure.code, report.failure.message));
  }

  #ended(cause: string): void {
    this.#worker = undefined;
    const calls = this.#calls;
    this.#calls = [];
    for (const { reject } of calls) {
      reject(
        new OutboxError(
          'failed',
          `The outbox's thread broke down: ${cause}. What was about to be stored may or may not be on the disk.`,
        ),
      );
    }
  }
}
