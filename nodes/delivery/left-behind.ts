import { rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import { CodedError } from '../../lib/errors';
import type { Target } from '../../lib/microshare/deliver';
import {
  changedAt,
  DiskStore,
  holdsStore,
  whyMemoryOnly,
  type Store,
  type StoredRecord,
} from '../../lib/outbox';
import { shown, type ShownRecord } from '../microshare-share/rejection';
import { damageText } from '../microshare-share/writer-log';
import { NotFound } from '../shared/admin';
import { formerWriter, namesInFlow } from '../shared/outbox-names';
import { allPages } from '../shared/send-list';
import { outboxesDirectory } from '../shared/state-directory';
import { Turns } from '../shared/turns';

/** An outbox from which no node writes. */
export interface LeftBehindOutbox {
  /** Its folder's name. */
  id: string;
  /**
   * Absent: its node is not in the flow: deleted, moved into a subflow, of another project. Else the node is disabled,
   * writes for another account now, or reads.
   */
  node?: string;
  /** For which that node wrote from this outbox. */
  account?: string;
  disabled?: true;
  /** Records that wait, and that were rejected. */
  records: number;
  rejected: number;
  /** Of the oldest record that waits. */
  recType?: string;
}

/** One that cannot be opened is looked at again after so long. */
const LOOK_AGAIN_MS = 30_000;
/** For its node, which may look at it, too. */
const LOCK_WAIT_MS = 1_000;
const PAGE = 5_000;
/** Nothing is dropped by looking. */
const LIMITS = { records: Infinity, bytes: Infinity };

/** The outboxes on the disk from which no node writes. Those of nodes that run are never opened. */
export class LeftBehind {
  readonly #RED: NodeAPI;
  /** What was found there, and when it had been written to last. */
  readonly #found = new Map<string, { outbox?: LeftBehindOutbox; changedAt?: number }>();
  readonly #turns = new Turns();
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
    const isInFlow = namesInFlow(this.#RED);
    for (const id of this.#found.keys()) if (!ids.includes(id)) this.#found.delete(id);
    for (const id of ids) {
      // A node may have come back, and have gone again, while nobody looked.
      if (this.#found.get(id)?.changedAt === this.#changedAt(id)) continue;
      const outbox = await this.#look(id);
      this.#found.set(id, { outbox, changedAt: this.#changedAt(id) });
    }
    const found = [...this.#found.values()].flatMap(({ outbox }) => outbox ?? []);
    return found.map((outbox) => ({
      ...outbox,
      ...formerWriter(this.#RED, outbox.id),
      ...(isInFlow(outbox.id) && { disabled: true }),
    }));
  }

  /** All records, those that wait first, in pages. */
  async *records(id: string): AsyncGenerator<ShownRecord[]> {
    for (const list of ['page', 'rejected'] as const) {
      // Open for each page alone: who takes them may stall, and the node may come back.
      const page = (after: number) => this.#use(id, (store) => store[list](after, PAGE));
      for await (const records of allPages<StoredRecord>(page)) yield records.map(shown);
    }
  }

  /** Throws the outbox away, with all that is in it. */
  async discard(id: string): Promise<void> {
    // Opened: nobody else has it open.
    await this.#use(id, () => undefined);
    // Nothing may come between: a node that a deploy has brought back meanwhile waits for its outbox.
    if (namesInFlow(this.#RED)(id)) throw notThere();
    rmSync(this.#folder(id), { recursive: true });
  }

  /** Undefined: nothing is in it, or it cannot be opened. */
  async #look(id: string): Promise<LeftBehindOutbox | undefined> {
    try {
      return await this.#use(id, async (store) => {
        const { records, rejected } = await store.stats();
        if (records + rejected === 0) return undefined;
        const [oldest] = await store.page(0, 1);
        const recType = oldest && (JSON.parse(oldest.target) as Target).recType;
        return { id, records, rejected, ...(recType !== undefined && { recType }) };
      });
    } catch {
      setTimeout(() => this.#found.delete(id), LOOK_AGAIN_MS).unref();
      return undefined;
    }
  }

  /**
   * One after the other: two at a time would lock each other out.
   * @throws NotFound, OutboxError
   */
  #use<T>(id: string, task: (store: Store) => T | Promise<T>): Promise<T> {
    return this.#turns.take(() => this.#open(id, task));
  }

  async #open<T>(id: string, task: (store: Store) => T | Promise<T>): Promise<T> {
    if (!(await this.#ids()).includes(id)) throw notThere();
    // An older Node.js than the one that wrote it.
    const memoryOnly = whyMemoryOnly();
    if (memoryOnly !== undefined) throw new CodedError('cannot_open', memoryOnly);
    const store = await DiskStore.open({
      directory: this.#folder(id),
      limits: LIMITS,
      lockWaitMs: LOCK_WAIT_MS,
      onDamage: (damage) => this.#RED.log.warn(damageText(damage)),
    });
    try {
      return await task(store);
    } finally {
      await store.close();
    }
  }

  async #ids(): Promise<string[]> {
    const directory = outboxesDirectory(this.#RED);
    const folders = directory === undefined ? [] : await readdir(directory).catch(() => []);
    const isWritten = namesInFlow(this.#RED, true);
    return folders.filter((folder) => !isWritten(folder) && holdsStore(this.#folder(folder)));
  }

  #changedAt(id: string): number | undefined {
    return changedAt(this.#folder(id));
  }

  #folder(id: string): string {
    return join(outboxesDirectory(this.#RED)!, id);
  }
}

function notThere(): NotFound {
  return new NotFound('No such outbox was left behind.');
}
