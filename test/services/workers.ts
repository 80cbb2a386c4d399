import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../eventually';

const TIMEOUT_MS = 60_000;

/** Processes that take messages and write down what they took; they can be killed. */
export class Workers {
  readonly #running = new Set<ChildProcess>();

  constructor(private readonly file: string) {
    writeFileSync(file, '');
  }

  /** @param what see `worker.ts` */
  start(...what: [kind: 'amqp' | '3.1.1' | '5', address: string, name: string]): ChildProcess {
    const worker = spawn(
      process.execPath,
      ['--require', 'tsx/cjs', join(__dirname, 'worker.ts'), ...what, this.file],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    this.#running.add(worker);
    return worker;
  }

  /** What was taken, in order, with repetitions. */
  get done(): string[] {
    return readFileSync(this.file, 'utf8').split('\n').slice(0, -1);
  }

  haveDone(texts: string[]): Promise<unknown> {
    const isAll = (done: Set<string>) => texts.every((text) => done.has(text));
    return eventually(() => isAll(new Set(this.done)), 'all messages', TIMEOUT_MS);
  }

  haveDoneAtLeast(count: number): Promise<unknown> {
    return eventually(() => this.done.length >= count, `${count} messages`, TIMEOUT_MS);
  }

  killAll(): void {
    for (const worker of this.#running) worker.kill('SIGKILL');
  }
}
