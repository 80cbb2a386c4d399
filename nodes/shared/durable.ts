import { join } from 'node:path';
import {
  Outbox,
  openStore,
  type Damage,
  type OutboxOptions,
  type Store,
  type StoreLimits,
} from '../../lib/outbox';
import { MemoryStore } from '../../lib/outbox/memory-store';

export interface DurableOptions extends Omit<OutboxOptions, 'store'> {
  /** Names the outbox; two nodes never share one. */
  name: string;
  /** Where it has a folder of its own; undefined: it is in memory. */
  directory: string | undefined;
  limits: Partial<StoreLimits>;
  /** @param memoryOnly why the records are kept in memory only, in words for a person */
  onOpen(memoryOnly?: string): void;
  /** It cannot be opened, and is tried again until it can. */
  onClosed(error: unknown): void;
  onDamage(damage: Damage): void;
}

const OPEN_AGAIN_MS = 10_000;

/** What is kept in memory only outlives a deploy at least. */
const inMemory = new Map<string, Store>();

/** An outbox for a node: it opens while the node works already, and again when that fails. */
export class Durable {
  readonly #options: DurableOptions;
  readonly #name: string;
  #outbox!: Promise<Outbox>;
  #again: NodeJS.Timeout | undefined;
  #closing = false;

  constructor(options: DurableOptions) {
    this.#options = options;
    this.#name = encodeURIComponent(options.name);
    this.#open();
  }

  /**
   * The outbox; resolves when it is open, in the order of the calls.
   * @throws OutboxError when it cannot be opened
   */
  outbox(): Promise<Outbox> {
    return this.#outbox;
  }

  /** @param forGood the node is gone: what is in memory goes with it */
  async close(forGood: boolean): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#again);
    const outbox = await this.#outbox.catch(() => undefined);
    await outbox?.close();
    if (forGood) inMemory.delete(this.#name);
  }

  #open(): void {
    this.#outbox = this.#opened();
    this.#outbox.catch((error: unknown) => {
      if (this.#closing) return;
      this.#again = setTimeout(() => this.#open(), OPEN_AGAIN_MS);
      this.#options.onClosed(error);
    });
  }

  async #opened(): Promise<Outbox> {
    const { store, memoryOnly } = await this.#store();
    const outbox = new Outbox({ ...this.#options, store });
    if (!this.#closing) {
      outbox.start();
      this.#options.onOpen(memoryOnly);
    }
    return outbox;
  }

  async #store(): Promise<{ store: Store; memoryOnly?: string }> {
    const { directory, limits } = this.#options;
    if (directory === undefined) {
      const memoryOnly =
        'Node-RED has no user directory, and TTN_MICROSHARE_STATE_DIR is not set: records that wait are kept in memory only, and are lost when Node-RED ends.';
      return { store: this.#kept(new MemoryStore(limits)), memoryOnly };
    }
    const { store, memoryOnly } = await openStore({
      directory: join(directory, 'outbox', this.#name),
      limits,
      onDamage: (damage) => this.#options.onDamage(damage),
    });
    if (memoryOnly === undefined) return { store };
    return { store: this.#kept(store), memoryOnly };
  }

  #kept(store: Store): Store {
    const kept = inMemory.get(this.#name) ?? withoutClose(store);
    inMemory.set(this.#name, kept);
    return kept;
  }
}

function withoutClose(store: Store): Store {
  return {
    add: (records) => store.add(records),
    page: (after, limit) => store.page(after, limit),
    settle: (changes) => store.settle(changes),
    rejected: (after, limit) => store.rejected(after, limit),
    resend: (ids) => store.resend(ids),
    discard: (ids) => store.discard(ids),
    stats: () => store.stats(),
    close: () => Promise.resolve(),
  };
}
