import { inspect } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { kindOf } from '../../lib/bytes';
import { object } from '../../lib/json';
import { withoutKeys } from '../../lib/microshare/record';
import type { NewRecord, StoredRecord } from '../../lib/outbox';
import type { ShareMessage } from './definition';

/** In place of where a record goes: it is a whole message, of which no record could be made. */
const TARGET = JSON.stringify({ message: true });

/** Of an *http in* node: they are its connection, and hold its headers. */
const NOT_KEPT = ['req', 'res'];

/**
 * A message as a record of the outbox, without what no disk can keep, such as functions. Not as JSON: bytes, dates and
 * numbers that are none come back as they were.
 */
export function keepMessage(msg: ShareMessage): Pick<NewRecord, 'body' | 'target'> {
  const kept = Object.fromEntries(Object.entries(msg).filter(([name]) => !NOT_KEPT.includes(name)));
  const ttn = object(msg.ttn);
  if (ttn) kept.ttn = withoutKeys(ttn);
  const bytes = withoutThrowing(() => serialize(kept)) ?? serialize(keepable(kept, new Map()));
  return { body: bytes.toString('base64'), target: TARGET };
}

export function isMessage({ target }: Pick<StoredRecord, 'target'>): boolean {
  return target === TARGET;
}

/** Undefined where it was damaged on the disk, or written by a newer Node.js. */
export function keptMessage({ body }: Pick<StoredRecord, 'body'>): ShareMessage | undefined {
  return withoutThrowing(() => deserialize(Buffer.from(body, 'base64')) as ShareMessage);
}

/** What JSON can be made of: the message, the payload first; a text where it is circular, or cannot be read. */
export function shownMessage(stored: Pick<StoredRecord, 'body'>): unknown {
  const msg = keptMessage(stored);
  if (!msg) return stored.body;
  const shown = { payload: msg.payload, ...msg };
  return withoutThrowing(() => JSON.stringify(shown)) === undefined ? inspect(shown, { depth: 9 }) : shown;
}

function withoutThrowing<T>(task: () => T): T | undefined {
  try {
    return task();
  } catch {
    return undefined;
  }
}

/** A copy without what cannot be serialized. */
function keepable(value: unknown, copies: Map<unknown, unknown>): unknown {
  if (copies.has(value)) return copies.get(value);
  if (!isPlain(value)) return withoutThrowing(() => serialize(value)) && value;
  const copy: Record<string, unknown> = Array.isArray(value) ? ([] as never) : {};
  copies.set(value, copy);
  for (const name of Object.keys(value)) {
    const kept = withoutThrowing(() => keepable(value[name], copies));
    if (kept !== undefined) copy[name] = kept;
  }
  return copy;
}

/** A list, or an object that is no Date, no Buffer, ... */
function isPlain(value: unknown): value is Record<string, unknown> {
  return ['Array', 'Object'].includes(kindOf(value));
}
