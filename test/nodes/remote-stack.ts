import { fork, type ChildProcess } from 'node:child_process';
import { on, once } from 'node:events';
import { join } from 'node:path';
import type { Order } from './stack-process';

/** A stand-in for The Things Stack that does not stand still when this process does. */
export class RemoteStack {
  readonly url: string;
  readonly apiUrl: string;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, { url, apiUrl }: { url: string; apiUrl: string }) {
    this.#process = process;
    this.url = url;
    this.apiUrl = apiUrl;
  }

  static async start(): Promise<RemoteStack> {
    const child = fork(join(__dirname, 'stack-process.ts'), { execArgv: ['--import', 'tsx'] });
    const [addresses] = (await once(child, 'message')) as [{ url: string; apiUrl: string }];
    return new RemoteStack(child, addresses);
  }

  /** Resolves when it is done. */
  async tell(order: Order): Promise<void> {
    const answers = on(this.#process, 'message');
    this.#process.send(order);
    for await (const [answer] of answers as AsyncIterable<[{ done: string }]>) {
      if (answer.done === order.do) return;
    }
  }

  async close(): Promise<void> {
    this.#process.disconnect();
    await once(this.#process, 'exit');
  }
}

/** Node.js does nothing else for so long. */
export function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
