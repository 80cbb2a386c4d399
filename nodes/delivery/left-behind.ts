import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import type { Target } from '../../lib/microshare/deliver';
import { OutboxError, allPages, holdsStore, openStore, type Store } from '../../lib/outbox';
import { shown, type ShownRecord } from '../microshare-share/rejection';
import { NotFound } from '../shared/admin';
import type { ShareOnBoard } from '../shared/delivery-board';
import { namesInFlow } from '../shared/outbox-names';
import { outboxesIn, stateDirectory } from '../shared/state-directory';

/** The outbox of a node that is in the flow no more, or has another account now. */
export interface LeftBehindOutbox {
  /** Its folder's name. */
  id: string;
  /** Records that wait, and that were rejected. */
  records: number;
  rejected: number;
  /** Of the oldest record that waits. */
  recType?: string;
}

/** One that cannot be opened is looked at again after so long. */
const LOOK_AGAIN_MS = 30_000;
const PAGE = 500;

/** The outboxes on the disk into which no node of the flow writes. Those of nodes that do, running or not, are never opened. */
export class LeftBehind {
  readonly #RED: NodeAPI;
  /** What was found: nobody writes there. */
  readonly #found = new Map<string, LeftBehindOutbox | undefined>();

  #outboxes = '';
  #listing: Promise<LeftBehindOutbox[]> | undefined;

  constructor(RED: NodeAPI) {
    this.#RED = RED;
  }

  /** Those in which records are. */
  list(): Promise<LeftBehindOutbox[]> {
    return (this.#listing ??= this.#list().finally(() => (this.#listing = undefined)));
  }

  async #list(): Promise<LeftBehindOutbox[]> {
    const ids = await this.#ids();
    for (const id of this.#found.keys()) if (!ids.includes(id)) this.#found.delete(id);
    for (const id of ids) if (!this.#found.has(id)) this.#found.set(id, await this.#look(id));
    return [...this.#found.values()].flatMap((outbox) =>
      outbox && outbox.records + outbox.rejected > 0 ? [outbox] : [],
    );
  }

  /** All records, those that wait first, in pages. */
  async *records(id: string): AsyncGenerator<ShownRecord[]> {
    const store = await this.#open(id);
    try {
      for (const list of ['page', 'rejected'] as const) {
        for await (const page of allPages((after) => store[list](after, PAGE))) yield page.map(shown);
      }
    } finally {
      await store.close();
    }
  }

  /**
   * Gives the records to a node that writes; resolves to how many. Damaged ones stay.
   * @throws NotFound, OutboxError when it did not take all
   */
  async handOver(id: string, to: Pick<ShareOnBoard, 'takeOver'>): Promise<number> {
    const store = await this.#open(id);
    let left = Infinity;
    try {
      const count = await to.takeOver(store);
      const { records, rejected } = await store.stats();
      left = records + rejected;
      return count;
    } finally {
      await store.close();
      if (left === 0) await this.#remove(id);
      this.#found.delete(id);
    }
  }

  /** Throws the outbox away, with all that is in it. */
  async discard(id: string): Promise<void> {
    // Opened: nobody else has it open.
    const store = await this.#open(id);
    await store.close();
    await this.#remove(id);
  }

  async #remove(id: string): Promise<void> {
    await rm(this.#folder(id), { recursive: true });
  }

  async #look(id: string): Promise<LeftBehindOutbox | undefined> {
    try {
      const store = await this.#open(id);
      try {
        const { records, rejected } = await store.stats();
        const [oldest] = await store.page(0, 1);
        const recType = oldest && (JSON.parse(oldest.target) as Target).recType;
        return { id, records, rejected, ...(recType !== undefined && { recType }) };
      } finally {
        await store.close();
      }
    } catch {
      setTimeout(() => this.#found.delete(id), LOOK_AGAIN_MS).unref();
      return undefined;
    }
  }

  /** @throws NotFound, OutboxError */
  async #open(id: string): Promise<Store> {
    if (!(await this.#ids()).includes(id))
      throw new NotFound('There is no such outbox that was left behind.');
    const { store, memoryOnly } = await openStore({ directory: this.#folder(id), lockWaitMs: 0 });
    // An empty one, which is not that on the disk.
    if (memoryOnly !== undefined) throw new OutboxError('cannot_open', memoryOnly);
    return store;
  }

  async #ids(): Promise<string[]> {
    const directory = stateDirectory(this.#RED);
    if (directory === undefined) return [];
    this.#outboxes = outboxesIn(directory);
    const folders = await readdir(this.#outboxes).catch(() => []);
    const isInFlow = namesInFlow(this.#RED);
    return folders.filter((folder) => !isInFlow(folder) && holdsStore(this.#folder(folder)));
  }

  #folder(id: string): string {
    return join(this.#outboxes, id);
  }
}
