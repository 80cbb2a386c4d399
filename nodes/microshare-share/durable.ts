import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  DiskStore,
  Figures,
  MemoryStore,
  Outbox,
  whyMemoryOnly,
  type Damage,
  type OutboxError,
  type OutboxOptions,
  type Store,
  type StoreStats,
} from '../../lib/outbox';
import type { Limits } from './limits';

export interface DurableOptions extends Omit<OutboxOptions, 'store' | 'figures'> {
  /** Names the outbox, and its folder; two nodes never share one. */
  name: string;
  /** In which it has a folder of its own; undefined: it is in memory. */
  directory: string | undefined;
  /** Asked each time it is opened. What it throws is told as what opening throws. */
  limits(): Limits;
  /** @param memoryOnly why the records are kept in memory only, in words for a person */
  onOpen(memoryOnly?: string): void;
  /** It cannot be opened, and is tried again until it can. */
  onClosed(error: unknown): void;
  onDamage(damage: Damage): void;
}

const OPEN_AGAIN_MS = 10_000;
const NO_DIRECTORY =
  'Node-RED has no user directory, and TTN_MICROSHARE_STATE_DIR is not set: records that wait are kept in memory only, and are lost when Node-RED ends.';

/** By the place of the outbox: what is kept in memory only outlives a deploy at least, and the undoing of one. */
const inMemory = new Map<string, MemoryStore>();
const figures = new Map<string, Figures>();

/** What is in memory only, by the outboxes' names. */
export function storesInMemory(): [name: string, store: MemoryStore][] {
  return Array.from(inMemory, ([place, store]) => [basename(place), store]);
}

/** An outbox for a node: it opens while the node works already, and again when that fails. */
export class Durable {
  readonly #options: DurableOptions;
  /** Undefined: it is in memory. */
  readonly #folder: string | undefined;
  readonly #place: string;
  #opening!: Promise<Outbox>;
  /** The last try to open it that has ended, else the first. */
  #outbox!: Promise<Outbox>;
  #again: NodeJS.Timeout | undefined;
  #closing = false;

  constructor(options: DurableOptions) {
    this.#options = options;
    const { name, directory } = options;
    this.#folder = directory && join(directory, name);
    this.#place = this.#folder ?? name;
    this.#open();
  }

  /**
   * The outbox; resolves when it is open, in the order of the calls.
   * @throws OutboxError when it cannot be opened
   */
  outbox(): Promise<Outbox> {
    return this.#outbox;
  }

  /** As {@link outbox}, but waits for a try that is under way. */
  opening(): Promise<Outbox> {
    return this.#opening;
  }

  /** Resolves to what is left in it, if it can be told. */
  async close(): Promise<StoreStats | undefined> {
    this.#closing = true;
    clearTimeout(this.#again);
    const outbox = await this.#opening.catch(() => undefined);
    return outbox?.close();
  }

  /** After it was closed, and nothing was left. */
  async remove(): Promise<void> {
    inMemory.delete(this.#place);
    figures.delete(this.#place);
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true });
  }

  #open(): void {
    const opening = (this.#opening = this.#opened());
    this.#outbox ??= opening;
    const ended = opening.finally(() => (this.#outbox = opening));
    ended.catch((error: OutboxError) => {
      if (this.#closing) return;
      // Who has it may be the Node-RED whose place this one takes: nothing is refused from the moment in which that ends.
      if (error.code === 'locked') this.#open();
      else this.#again = setTimeout(() => this.#open(), OPEN_AGAIN_MS);
      this.#options.onClosed(error);
    });
  }

  async #opened(): Promise<Outbox> {
    const limits = this.#options.limits();
    const settings = { ...this.#options.settings, ...limits.delivery };
    const { store, memoryOnly } = await this.#store(limits.store);
    const kept = figures.get(this.#place) ?? new Figures();
    figures.set(this.#place, kept);
    const outbox = new Outbox({ ...this.#options, settings, store, figures: kept });
    if (!this.#closing) {
      outbox.start();
      this.#options.onOpen(memoryOnly);
    }
    return outbox;
  }

  async #store(limits: Limits['store']): Promise<{ store: Store; memoryOnly?: string }> {
    const directory = this.#folder;
    if (directory === undefined) return { store: this.#kept(limits), memoryOnly: NO_DIRECTORY };
    const memoryOnly = whyMemoryOnly();
    if (memoryOnly !== undefined) return { store: this.#kept(limits), memoryOnly };
    const onDamage = (damage: Damage) => this.#options.onDamage(damage);
    return { store: await DiskStore.open({ directory, limits, onDamage }) };
  }

  /** What was there before a deploy, with the limits of now. */
  #kept(limits: Limits['store']): Store {
    const kept = inMemory.get(this.#place) ?? new MemoryStore();
    kept.reopen(limits);
    inMemory.set(this.#place, kept);
    return kept;
  }
}
