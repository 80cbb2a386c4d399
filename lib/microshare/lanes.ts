import { MicroshareError } from './errors';

export interface LanesOptions {
  /** Tasks that run at the same time, over all lanes. */
  concurrency: number;
  /** Tasks that may wait; more are refused. */
  limit: number;
}

/**
 * Runs tasks several at a time, but those of one lane one after the other, in the order in which they came.
 * @throws MicroshareError `overloaded` from {@link run} when too many wait
 */
export class Lanes {
  readonly #options: LanesOptions;
  /** The waiting tasks of every lane that has a task running or waiting. */
  readonly #queues = new Map<string, (() => void)[]>();
  /** Lanes that have a task waiting and none running. */
  readonly #ready: string[] = [];
  readonly #idle: (() => void)[] = [];
  #running = 0;
  #waiting = 0;

  constructor(options: LanesOptions) {
    this.#options = options;
  }

  /** Tasks that wait or run. */
  get size(): number {
    return this.#waiting + this.#running;
  }

  async run<T>(lane: string, task: () => Promise<T>): Promise<T> {
    if (this.#waiting >= this.#options.limit) {
      throw new MicroshareError(
        'overloaded',
        `${this.#waiting} messages wait for Microshare already, and this one was refused. Microshare answers too slowly, or is down.`,
      );
    }
    await new Promise<void>((start) => {
      this.#waiting++;
      const queue = this.#queues.get(lane);
      if (queue) queue.push(start);
      else {
        this.#queues.set(lane, [start]);
        this.#ready.push(lane);
      }
      this.#startNext();
    });
    try {
      return await task();
    } finally {
      this.#running--;
      if (this.#queues.get(lane)?.length) this.#ready.push(lane);
      else this.#queues.delete(lane);
      this.#startNext();
      if (this.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
    }
  }

  /** Resolves when nothing waits or runs. */
  idle(): Promise<void> {
    return this.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }

  #startNext(): void {
    while (this.#running < this.#options.concurrency) {
      const lane = this.#ready.shift();
      if (lane === undefined) return;
      this.#running++;
      this.#waiting--;
      this.#queues.get(lane)?.shift()?.();
    }
  }
}
