import { rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import type { Target } from '../../lib/microshare/deliver';
import { holdsStore, openStore, type Store } from '../../lib/outbox';
import { shown, type ShownRecord } from '../microshare-share/rejection';
import { NotFound } from '../shared/admin';
import { namesInFlow } from '../shared/outbox-names';
import { allPages } from '../shared/send-list';
import { outboxesIn, stateDirectory } from '../shared/state-directory';

/** The outbox of a node that is in the flow no more. */
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

/** The outboxes on the disk whose nodes were deleted. Those of nodes in the flow, running or not, are never opened. */
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

  /** Throws the outbox away, with all that is in it. */
  async discard(id: string): Promise<void> {
    // Opened: nobody else has it open.
    const store = await this.#open(id);
    await store.close();
    // Nothing may come between: a node that a deploy has brought back meanwhile waits for its outbox.
    if (namesInFlow(this.#RED)(id)) throw notThere();
    rmSync(this.#folder(id), { recursive: true });
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
    if (!(await this.#ids()).includes(id)) throw notThere();
    const { store } = await openStore({ directory: this.#folder(id), lockWaitMs: 0 });
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

function notThere(): NotFound {
  return new NotFound('There is no such outbox of a deleted node.');
}
