import { OutboxError } from './errors';
import type { NewRecord } from './store';

export interface StoreLimits {
  /** Of all queued records together. */
  bytes: number;
  records: number;
  /** What happens to a new record when bytes or records are at their limit. */
  whenFull: 'refuse' | 'dropOldest';
  /** How long the key of a record is known. */
  seenMs: number;
  /** The keys of that many last records are known. */
  seenRecords: number;
}

const DAY = 86_400_000;

export const DISK_LIMITS: Readonly<StoreLimits> = {
  bytes: 256_000_000,
  records: 500_000,
  whenFull: 'refuse',
  // Longer than the longest storage of TTN (30 days): after an absence all that it has may come again.
  seenMs: 35 * DAY,
  seenRecords: 2_000_000,
};

/** Memory is dearer. */
export const MEMORY_LIMITS: Readonly<StoreLimits> = {
  ...DISK_LIMITS,
  bytes: 64_000_000,
  records: 100_000,
  seenRecords: 200_000,
};

/** The share of the limits that rejected records may take. */
export const REJECTED_SHARE = 0.1;

/** What a page of records may weigh: each page is in memory twice, on both sides of the store's thread. */
const PAGE_BYTES = 4_000_000;

/** As many of these rows as a page may hold: one at least. */
export function pageOf<Row>(rows: Iterable<Row>, bytesOf: (row: Row) => number): Row[] {
  const page: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    bytes += bytesOf(row);
    if (page.length > 0 && bytes > PAGE_BYTES) break;
    page.push(row);
  }
  return page;
}

/** What a record takes beside its texts. */
const OVERHEAD_BYTES = 100;

/** What a record counts against the limit of bytes. */
export function sizeOf({ key = '', lane, body, target }: NewRecord): number {
  return (
    OVERHEAD_BYTES +
    Buffer.byteLength(key) +
    Buffer.byteLength(lane) +
    Buffer.byteLength(body) +
    Buffer.byteLength(target)
  );
}

export function full(records: number, bytes: number): OutboxError {
  return new OutboxError(
    'full',
    `The outbox is full: ${records} records with ${megabytes(bytes)} wait, and this one was refused. Look why they are not written, or raise the limit.`,
  );
}

export function dropped(): OutboxError {
  return new OutboxError(
    'dropped',
    'The outbox was full, and this record was dropped to make room for newer ones. Look why they are not written, or raise the limit.',
  );
}

/** For what would not even fit into an empty outbox. */
export function tooLarge(bytes: number): OutboxError {
  return new OutboxError(
    'full',
    `A record of ${megabytes(bytes)} is more than the outbox may ever hold. Raise its limit.`,
  );
}

/**
 * For what is rejected before it was ever queued: it does not push out all that lies there.
 * @throws OutboxError `full`
 */
export function checkKeepable(record: NewRecord, rejected: number, limits: StoreLimits): void {
  const most = limits.bytes * REJECTED_SHARE;
  const bytes = sizeOf(record);
  // One that lay there before stays there.
  if (rejected === 0 || record.replaces !== undefined || bytes <= most) return;
  throw new OutboxError(
    'full',
    `With ${megabytes(bytes)} it is larger than all rejected records together may be, which is a tenth of the outbox's limit: ${megabytes(most)}.`,
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
