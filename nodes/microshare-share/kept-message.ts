import { deserialize, serialize } from 'node:v8';
import type { NewRecord, StoredRecord } from '../../lib/outbox';
import type { ShareMessage } from './definition';

/** In place of where a record goes: it is a whole message, of which no record could be made. */
const TARGET = JSON.stringify({ message: true });

/** Of an *http in* node: they are its connection, and hold its headers. */
const NOT_KEPT = new Set(['req', 'res']);

/** A message as a record of the outbox. Not as JSON: bytes, dates and numbers that are none come back as they were. */
export function keepMessage(msg: ShareMessage): Pick<NewRecord, 'body' | 'target'> {
  const kept = Object.entries(msg).filter(([name, value]) => !NOT_KEPT.has(name) && isKept(value));
  return { body: serialize(Object.fromEntries(kept)).toString('base64'), target: TARGET };
}

export function isMessage({ target }: Pick<StoredRecord, 'target'>): boolean {
  return target === TARGET;
}

/** Undefined where it was damaged on the disk, or written by a newer Node.js. */
export function keptMessage({ body }: Pick<StoredRecord, 'body'>): ShareMessage | undefined {
  try {
    return deserialize(Buffer.from(body, 'base64')) as ShareMessage;
  } catch {
    return undefined;
  }
}

/** A function, or what has one, is not. */
function isKept(value: unknown): boolean {
  try {
    serialize(value);
    return true;
  } catch {
    return false;
  }
}
