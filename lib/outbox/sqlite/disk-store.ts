import { existsSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { closed } from '../errors';
import { DISK_LIMITS, type StoreLimits } from '../limits';
import type {
  Added,
  Change,
  Damage,
  NewRecord,
  RejectedRecord,
  Store,
  StoreStats,
  StoredRecord,
} from '../store';
import { GroupCommit } from './group-commit';
import { DATABASE_FILE, type Calls } from './protocol';
import { Thread } from './thread';

export interface StoreOptions {
  /** Of this store alone; made where it is missing. */
  directory: string;
  limits?: Partial<StoreLimits>;
  /** Kept free on the disk, so that what waits can be settled when it is full. Default 8 MB. */
  reserveBytes?: number;
  /** How long to wait for one who has the store open, as the node before a redeploy. Default 5 s. */
  lockWaitMs?: number;
  onDamage?: (damage: Damage) => void;
}

const RESERVE_BYTES = 8_000_000;
const LOCK_WAIT_MS = 5_000;

/** Keeps the records in an SQLite database: what was added outlives a crash and a power cut. */
export class DiskStore implements Store {
  readonly #thread: Thread;
  readonly #commits = new GroupCommit((group) => this.#thread.call('write', group));
  #closed?: Promise<void>;

  private constructor(thread: Thread) {
    this.#thread = thread;
  }

  /**
   * Opens the store of one account and node, where {@link whyMemoryOnly} says nothing against it.
   * @throws OutboxError `locked` | `read_only` | `cannot_open` | `disk_full` | `failed`
   */
  static async open(options: StoreOptions): Promise<DiskStore> {
    const { directory, reserveBytes = RESERVE_BYTES, lockWaitMs = LOCK_WAIT_MS } = options;
    const limits = { ...DISK_LIMITS, ...options.limits };
    const thread = new Thread({ directory, limits, reserveBytes, lockWaitMs }, options.onDamage);
    try {
      await thread.call('open');
    } catch (error) {
      await thread.close();
      throw error;
    }
    return new DiskStore(thread);
  }

  add(record: NewRecord): Promise<Added> {
    return this.#closed ? Promise.reject(closed()) : this.#commits.add(record);
  }

  settle(changes: Change[]): Promise<void> {
    return this.#closed ? Promise.reject(closed()) : this.#commits.settle(changes);
  }

  page(after: number, limit: number): Promise<StoredRecord[]> {
    return this.#call('page', after, limit);
  }

  rejected(after: number, limit: number): Promise<RejectedRecord[]> {
    return this.#call('rejected', after, limit);
  }

  resend(ids?: number[]): Promise<number> {
    return this.#call('resend', ids);
  }

  discard(ids?: number[]): Promise<number> {
    return this.#call('discard', ids);
  }

  stats(): Promise<StoreStats> {
    return this.#call('stats');
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#commits.idle().then(() => this.#thread.close()));
  }

  #call<Name extends keyof Calls>(
    name: Name,
    ...values: Parameters<Calls[Name]>
  ): Promise<ReturnType<Calls[Name]>> {
    return this.#closed ? Promise.reject(closed()) : this.#thread.call(name, ...values);
  }
}

/** Why nothing can be kept on the disk, in words for a person; undefined where Node.js has SQLite (from 22.13 on). */
export function whyMemoryOnly(): string | undefined {
  if (isBuiltin('node:sqlite')) return undefined;
  return `Node.js ${process.version} has no SQLite (it comes with 22.13): records that wait are kept in memory only, and are lost when Node-RED ends. Install Node.js 22.13 or newer.`;
}

/** Whether there is a store in a directory. */
export function holdsStore(directory: string): boolean {
  return existsSync(join(directory, DATABASE_FILE));
}

/** When the store in a directory was changed last: Unix time in ms. */
export function changedAt(directory: string): number | undefined {
  return statSync(join(directory, DATABASE_FILE), { throwIfNoEntry: false })?.mtimeMs;
}
