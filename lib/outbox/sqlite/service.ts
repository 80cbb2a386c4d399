import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Damage } from '../store';
import { openDatabase } from './database';
import { cannotOpen, diskFull, explain, isDiskFull, noRoomToSalvage } from './explain';
import {
  Damaged,
  SQLITE_CORRUPT,
  SQLITE_ERROR,
  SQLITE_FULL,
  SQLITE_NOTADB,
  resultCode,
  type Connection,
} from './node-sqlite';
import { DATABASE_FILE, type Request, type ServiceOptions } from './protocol';
import { Queue, type Counts } from './queue';
import { Reserve } from './reserve';
import { salvage, setAside } from './salvage';

/** After there was no room for it: it reads the whole file, and writes until the disk is full. */
const SALVAGE_AGAIN_MS = 5_000;

/** Serves the calls of one store, one after the other, and copes with what a disk can do. */
export class Service {
  readonly #options: ServiceOptions;
  readonly #onDamage: (damage: Damage) => void;
  readonly #file: string;
  /** What is saved from a damaged file, until it takes that one's place. */
  readonly #newFile: string;
  readonly #reserve: Reserve;
  readonly #counts: Counts = { dropped: 0, rejectedDropped: 0, duplicates: 0, damaged: 0 };
  #database?: Connection;
  #queue?: Queue;
  #wasOpen = false;
  #lastId = 0;
  #salvageAfter = -Infinity;

  constructor(options: ServiceOptions, onDamage: (damage: Damage) => void) {
    this.#options = options;
    this.#onDamage = onDamage;
    this.#file = join(options.directory, DATABASE_FILE);
    this.#newFile = `${this.#file}-new`;
    this.#reserve = new Reserve(join(options.directory, 'reserve'), options.reserveBytes);
  }

  /** @throws OutboxError */
  async serve(request: Request): Promise<unknown> {
    try {
      try {
        return await this.#do(request);
      } catch (error) {
        // Nothing of the request was done: its transaction was rolled back.
        await this.#repair(error);
        return await this.#do(request);
      }
    } catch (error) {
      // What SQLite holds in memory may differ from the disk now: the next call opens anew.
      if (resultCode(error) !== undefined && resultCode(error) !== SQLITE_FULL) this.#close();
      throw explain(error, this.#options.directory, this.#reserve.needs);
    }
  }

  async #do(request: Request): Promise<unknown> {
    if (request.name === 'close') return this.#close();
    const queue = (this.#queue ??= await this.#open());
    switch (request.name) {
      case 'open':
        return void this.#reserve.make();
      case 'write':
        return queue.write(
          ...request.values,
          this.#reserve.make() ? undefined : diskFull(this.#options.directory, this.#reserve.needs),
        );
      case 'page':
        return queue.page(...request.values);
      case 'rejected':
        return queue.rejected(...request.values);
      case 'resend':
        return queue.resend(...request.values);
      case 'discard':
        return queue.discard(...request.values);
      case 'stats':
        return queue.stats();
    }
  }

  async #open(): Promise<Queue> {
    const { directory, limits } = this.#options;
    // The process ended between the two renamings, or Windows did not rename what a virus scanner had open.
    if (!existsSync(this.#file) && existsSync(this.#newFile)) {
      setAside(this.#file);
      renameSync(this.#newFile, this.#file);
    }
    if (!this.#wasOpen) mkdirSync(directory, { recursive: true, mode: 0o700 });
    // A volume that vanished: what is made now would hide what comes back with it.
    else if (!existsSync(this.#file)) throw cannotOpen(directory, 'its file is gone');
    try {
      this.#database = await openDatabase(this.#file, this.#options.lockWaitMs);
      this.#queue = new Queue(this.#database, limits, this.#counts);
    } catch (error) {
      this.#close();
      // The statements are always the same: it is the tables that differ.
      throw resultCode(error) === SQLITE_ERROR ? new Damaged((error as Error).message) : error;
    }
    this.#wasOpen = true;
    return this.#queue;
  }

  #close(): void {
    this.#lastId = this.#queue?.lastId ?? this.#lastId;
    this.#queue = undefined;
    const database = this.#database;
    this.#database = undefined;
    try {
      database?.close();
    } catch {
      // All that was committed is on the disk without it.
    }
  }

  /** Mends what can be mended, so that the request is worth a second try; throws the error again if it is not. */
  async #repair(error: unknown): Promise<void> {
    switch (resultCode(error)) {
      case SQLITE_FULL:
        return this.#reserve.release();
      case SQLITE_CORRUPT:
      case SQLITE_NOTADB:
        return this.#replace(error as Error);
      default:
        throw error;
    }
  }

  /** Puts a new file with what can be read of the damaged one in its place. */
  async #replace({ message: cause }: Error): Promise<void> {
    this.#close();
    const saved = await this.#salvage();
    this.#onDamage({ file: setAside(this.#file), cause, saved });
    renameSync(this.#newFile, this.#file);
  }

  /** Where there is no room for a second file, the damaged one stays until there is. */
  async #salvage(): Promise<number> {
    const { directory } = this.#options;
    if (performance.now() < this.#salvageAfter) throw noRoomToSalvage(directory);
    const salvaged = () => salvage(this.#file, this.#newFile, this.#lastId);
    try {
      return await salvaged().catch((error: unknown) => {
        if (!isDiskFull(error)) throw error;
        this.#reserve.release();
        return salvaged();
      });
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      this.#salvageAfter = performance.now() + SALVAGE_AGAIN_MS;
      throw noRoomToSalvage(directory);
    }
  }
}
