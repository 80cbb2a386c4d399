import { isDeepStrictEqual } from 'node:util';
import type { Node } from 'node-red';
import { CodedError } from '../../lib/errors';
import { known, number, object, parseObject } from '../../lib/json';
import { MicroshareError } from '../../lib/microshare/errors';
import { validDate } from '../../lib/time';
import type { Target } from '../../lib/microshare/deliver';
import type { NewRecord, Outbox, RejectedRecord, Rejection, StoredRecord } from '../../lib/outbox';
import type { ShareMessage } from './definition';
import { isMessage, keptMessage, shownMessage } from './kept-message';
import { messageKey } from './record';

/** Where it lies: the record, with its key, or the message of which none could be made; if anywhere. */
export interface Place {
  /** Its name. */
  outbox: string;
  rejected?: number;
  rejectedKey?: string;
  kept?: number;
}

/** A record that will never be written as it is; Catch nodes get this. */
export class RejectedError extends CodedError {
  /** Trying again makes no sense. */
  readonly permanent = true;
  readonly statusCode?: number;
  readonly responseText?: string;

  constructor(
    { code, message, status, text }: Rejection,
    readonly place: Place,
  ) {
    super(code, message);
    Object.assign(this, known({ statusCode: status, responseText: text }));
  }
}

/** The message of a failure: with what Microshare said, beside the error that Catch nodes get. */
export function withFailure(msg: ShareMessage, error: CodedError): ShareMessage {
  if (!(error instanceof MicroshareError || error instanceof RejectedError)) return msg;
  const { code, statusCode, responseText } = error;
  const told = { code, statusCode, responseText };
  if (!(error instanceof RejectedError)) return { ...msg, microshare: known(told) };
  const more = { turns: turnsOf(msg) + 1, rebuilt: isRebuilt(msg) || undefined };
  return { ...msg, microshare: known({ ...told, ...formerRecord(msg, error), ...error.place, ...more }) };
}

/** Of a record that was rejected, in place of which no other can be made yet. */
function formerRecord(msg: ShareMessage, { place }: RejectedError): Partial<Place> {
  if (place.rejected !== undefined) return {};
  const { rejected, rejectedKey } = placeIn(place.outbox, msg);
  return { rejected, rejectedKey };
}

/** The message of the second output: `msg.error` in the form in which Catch nodes give it. */
export function rejectedMessage(node: Node, msg: ShareMessage, error: CodedError): ShareMessage {
  const { code, message, statusCode } = error as RejectedError;
  const { id, type, name } = node;
  const source = known({ id, type, name, count: turnsOf(msg) + 1 });
  return { ...withFailure(msg, error), error: known({ code, message, statusCode, source }) };
}

/** How often a message has been rejected, by whichever node. */
export function turnsOf({ microshare }: ShareMessage): number {
  return number(object(microshare)?.turns) ?? 0;
}

/** Where a message that comes back lies in this outbox: its node may have had another one. */
export function placeIn(outbox: string, { microshare }: ShareMessage): Partial<Place> {
  const place = (object(microshare) ?? {}) as Partial<Place>;
  return place.outbox === outbox ? place : {};
}

/** What a message that comes back takes the place of, if it is all of it: a part leaves it where it is. */
export async function formerOf(
  outbox: Outbox,
  name: string,
  msg: ShareMessage,
): Promise<RejectedRecord | undefined> {
  const { kept, rejected } = placeIn(name, msg);
  const id = number(kept) ?? number(rejected);
  if (id === undefined) return undefined;
  const [former] = await outbox.rejected(id - 1, 1);
  return former?.id === id && isAllOf(former, msg) ? former : undefined;
}

function isAllOf(former: RejectedRecord, msg: ShareMessage): boolean {
  if (isMessage(former)) return isDeepStrictEqual(keptMessage(former)?.parts, msg.parts);
  const key = messageKey(msg);
  if (key === undefined) return msg.parts === undefined;
  return [' ', '#'].some((end) => `${former.key} `.startsWith(key + end));
}

/** What goes to another recType, such as an alert, is no mended form of the record. */
export function mayReplace(former: RejectedRecord, { target }: NewRecord): boolean {
  return isMessage(former) || targetOf(former.target).recType === targetOf(target).recType;
}

/** What is told of a message of which no record could be made. */
export function refusalOf(error: unknown): Rejection {
  const { code = 'bad_record', message = String(error) } = error as Partial<CodedError>;
  return { code, message, at: Date.now() };
}

/** A message for a record whose own is not in memory any more: after a restart, or a long queue. */
export function rebuiltMessage({ body, target }: StoredRecord): ShareMessage {
  return known({
    payload: parsed(body),
    ...targetOf(target),
    microshare: { rebuilt: true },
  }) as ShareMessage;
}

/** The payload is the record itself, and there is nothing else of which it could be made again. */
export function isRebuilt({ microshare }: ShareMessage): boolean {
  return object(microshare)?.rebuilt === true;
}

export type ShownRecord = ReturnType<typeof shown>;

/** A record of the outbox, rejected or not, as a person, or a flow, gets to see it. Times are ISO 8601. */
export function shown(stored: StoredRecord | RejectedRecord) {
  const { id, key, lane, body, target, addedAt, attempts, doubtful } = stored;
  return known({
    id,
    ...targetOf(target),
    device: lane || undefined,
    key,
    record: isMessage(stored) ? undefined : parsed(body),
    message: isMessage(stored) ? shownMessage(stored) : undefined,
    addedAt: isoTime(addedAt),
    attempts,
    possibleDuplicate: doubtful || undefined,
    reason: 'reason' in stored ? { ...stored.reason, at: isoTime(stored.reason.at) } : undefined,
  });
}

/** Of a record that was damaged on the disk, what is left. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

function targetOf(json: string): Partial<Target> {
  const { recType, tags } = (parseObject(json) ?? {}) as Partial<Target>;
  return { recType, tags };
}

function isoTime(ms: number): string {
  return (validDate(ms) ?? new Date(0)).toISOString();
}
