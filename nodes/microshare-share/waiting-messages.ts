import type { ShareMessage } from './definition';

/** So many of the last are kept: of the others the record alone is told. */
const MESSAGES = 1_000;

/** How a record ended, for the message that waits until it is written. */
interface Waiter {
  resolve(): void;
  reject(error: unknown): void;
}

/** The messages whose records are on their way, by the records' ids. */
export class WaitingMessages {
  /** Each in its place by the record's id, which rises: a new one takes the place of an old one. */
  readonly #ids = new Array<number>(MESSAGES).fill(0);
  readonly #messages = new Array<ShareMessage | undefined>(MESSAGES).fill(undefined);
  readonly #waiters = new Map<number, Waiter>();

  keep(id: number, msg: ShareMessage): void {
    this.#ids[id % MESSAGES] = id;
    this.#messages[id % MESSAGES] = msg;
  }

  /** Resolves when the record is written. */
  ended(id: number): Promise<void> {
    return new Promise((resolve, reject) => this.#waiters.set(id, { resolve, reject }));
  }

  written(id: number): ShareMessage | undefined {
    this.#waiters.get(id)?.resolve();
    return this.#take(id);
  }

  /** @returns also whether somebody waited, and so has the error now */
  rejected(id: number, error: unknown): { msg?: ShareMessage; waited: boolean } {
    const waiter = this.#waiters.get(id);
    waiter?.reject(error);
    return { msg: this.#take(id), waited: waiter !== undefined };
  }

  /** Nothing is waited for any more. */
  giveUp(error: unknown): void {
    for (const waiter of this.#waiters.values()) waiter.reject(error);
    this.#waiters.clear();
    this.#messages.fill(undefined);
  }

  #take(id: number): ShareMessage | undefined {
    this.#waiters.delete(id);
    const place = id % MESSAGES;
    if (this.#ids[place] !== id) return undefined;
    const msg = this.#messages[place];
    this.#messages[place] = undefined;
    return msg;
  }
}
