import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** What a process does for the one that started it. */
export type Calls = Record<string, (argument: never) => unknown>;

interface Request {
  number: number;
  name: string;
  argument: unknown;
}

type Answer = { number: number; result?: unknown; error?: string };

/** To be called once, in the process that was started. */
export function serve(calls: Calls): void {
  process.on('disconnect', () => process.exit());
  process.on('message', ({ number, name, argument }: Request) => {
    Promise.resolve()
      .then(() => calls[name]!(argument as never))
      .then(
        (result) => process.send!({ number, result }),
        (error: unknown) => process.send!({ number, error: String(error) }),
      );
  });
}

interface Pending {
  resolve: (result: never) => void;
  reject: (error: Error) => void;
}

/** A process of its own, by the file that serves its calls. */
export class Remote<C extends Calls> {
  readonly #process: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  #number = 0;

  constructor(file: string) {
    this.#process = fork(file, { execArgv: process.execArgv, serialization: 'advanced' });
    this.#process.on('message', ({ number, result, error }: Answer) => {
      const pending = this.#pending.get(number)!;
      this.#pending.delete(number);
      if (error === undefined) pending.resolve(result as never);
      else pending.reject(new Error(`${file}: ${error}`));
    });
    this.#process.on('exit', (code, signal) => {
      const ended = new Error(`${file} has ended: ${code ?? signal}`);
      for (const { reject } of this.#pending.values()) reject(ended);
    });
  }

  call<N extends keyof C & string>(
    name: N,
    ...[argument]: Parameters<C[N]>
  ): Promise<Awaited<ReturnType<C[N]>>> {
    return new Promise((resolve, reject) => {
      const number = ++this.#number;
      this.#pending.set(number, { resolve, reject });
      this.#process.send({ number, name, argument } satisfies Request);
    });
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill();
    await once(this.#process, 'exit');
  }
}
