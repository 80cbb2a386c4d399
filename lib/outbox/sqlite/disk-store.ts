import { closed } from '../errors';
import { DISK_LIMITS } from '../limits';
import type {
  Added,
  Change,
  NewRecord,
  RejectedRecord,
  Store,
  StoreOptions,
  StoreStats,
  StoredRecord,
} from '../store';
import { GroupCommit } from './group-commit';
import type { Calls } from './protocol';
import { Thread } from './thread';

/** Room kept for settling when the disk is full. */
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

  /** @throws OutboxError `locked` | `read_only` | `cannot_open` | `disk_full` | `failed` */
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
