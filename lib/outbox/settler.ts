import type { Change, Store } from './store';

/** A group is settled when it is that large, or that old. */
const GROUP = 64;
const GROUP_MS = 20;
/** After the store refused. */
export const SETTLE_AGAIN_MS = 1_000;

/** Notes in the store what became of records, in groups; a group that the store refuses is tried again. */
export class Settler {
  readonly #store: Store;
  readonly #onHealth: (error?: unknown) => void;
  #changes: Change[] = [];
  /** Called when the change of the same index is durable. */
  #then: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #soon: NodeJS.Immediate | undefined;
  #running: Promise<void> | undefined;
  #urgent = false;
  /** The last try failed. */
  #failed = false;
  #closed = false;

  /** @param onHealth is told of every error, and when the store is well again */
  constructor(store: Store, onHealth: (error?: unknown) => void) {
    this.#store = store;
    this.#onHealth = onHealth;
  }

  /** @param urgent waits for others of the same turn of the event loop only */
  settle(change: Change, then: () => void, urgent = false): void {
    this.#changes.push(change);
    this.#then.push(then);
    this.#urgent ||= urgent;
    if (!this.#failed) this.#schedule();
  }

  /** Settles what waits, until the store refuses. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    this.#failed = false;
    while (this.#changes.length > 0 && !this.#failed) {
      this.#flush();
      await this.#running;
    }
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#running || this.#closed) return;
    if (this.#urgent || this.#changes.length >= GROUP) this.#soon ??= setImmediate(() => this.#flush());
    else if (this.#changes.length > 0) this.#timer ??= setTimeout(() => this.#flush(), GROUP_MS);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#soon);
    this.#timer = this.#soon = undefined;
    if (this.#changes.length === 0) return;
    const changes = this.#changes;
    const then = this.#then;
    this.#changes = [];
    this.#then = [];
    this.#urgent = false;
    this.#running = this.#store.settle(changes).then(
      () => {
        this.#running = undefined;
        for (const call of then) call();
        if (this.#failed) {
          this.#failed = false;
          this.#onHealth();
        }
        this.#schedule();
      },
      (error: unknown) => {
        this.#running = undefined;
        this.#failed = true;
        this.#changes = [...changes, ...this.#changes];
        this.#then = [...then, ...this.#then];
        this.#onHealth(error);
        if (!this.#closed) this.#timer = setTimeout(() => this.#flush(), SETTLE_AGAIN_MS);
      },
    );
  }
}
