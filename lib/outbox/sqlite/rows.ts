import { crc32 } from 'node:zlib';
import type { RejectedRecord, Rejection, StoredRecord } from '../store';
import type { Row } from './node-sqlite';

type Lasting = Pick<StoredRecord, 'id' | 'addedAt' | 'key' | 'lane' | 'target' | 'body'>;

/** The checksum of what never changes of a record. */
export function checksum({ id, addedAt, key, lane, target, body }: Lasting): number {
  return crc32([id, addedAt, key ?? '', lane, target, body].join('\n'));
}

/** Whether a row is as it was written. */
export function isSound(row: Row): boolean {
  return checksum(readRow(row)) === row.crc;
}

export function readRow(row: Row): StoredRecord {
  const { id, addedAt, attempts, doubtful, key, lane, target, body } = row;
  return {
    id: Number(id),
    addedAt: Number(addedAt),
    attempts: Number(attempts),
    doubtful: doubtful === 1,
    lane: String(lane),
    target: String(target),
    body: String(body),
    ...(key !== null && { key: String(key) }),
  };
}

export function readRejected(row: Row): RejectedRecord {
  const reason = readReason(String(row.reason));
  return { ...readRow(row), reason: isSound(row) ? reason : damagedAt(reason.at) };
}

/** Why a record is rejected that is not what was written. */
export function damagedAt(at: number): Rejection {
  const message =
    'The record was damaged on the disk: its checksum does not fit. Look at what is left of it before you send it again.';
  return { code: 'damaged', message, at };
}

function readReason(json: string): Rejection {
  try {
    return JSON.parse(json) as Rejection;
  } catch {
    return { code: 'damaged', message: `The reason was damaged on the disk: ${json}`, at: 0 };
  }
}
