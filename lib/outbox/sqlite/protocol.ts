import type { Failure } from '../errors';
import type { StoreLimits } from '../limits';
import type { Damage, RejectedRecord, StoreStats, StoredRecord } from '../store';
import type { Group, Stored } from './queue';

/** In the directory of a store. */
export const DATABASE_FILE = 'outbox.sqlite';

/** What goes between a store and its thread. */

export interface ServiceOptions {
  directory: string;
  limits: StoreLimits;
  reserveBytes: number;
  lockWaitMs: number;
}

export interface Calls {
  /** Opens the store, as each other call does where it is not open. */
  open(): void;
  write(group: Group): Stored[];
  page(after: number, limit: number): StoredRecord[];
  rejected(after: number, limit: number): RejectedRecord[];
  resend(ids?: number[]): number;
  discard(ids?: number[]): number;
  stats(): StoreStats;
  close(): void;
}

export type Request = { [Name in keyof Calls]: { name: Name; values: Parameters<Calls[Name]> } }[keyof Calls];

/** The answer to the first request that has none yet, or what happened by the way. */
export type Report = { result: unknown } | { failure: Failure } | { damage: Damage };
