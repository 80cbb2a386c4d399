import type { Node } from 'node-red';
import { CodedError } from '../../lib/errors';
import { known, number, object, parseObject } from '../../lib/json';
import { MicroshareError } from '../../lib/microshare/errors';
import { validDate } from '../../lib/time';
import type { Target } from '../../lib/microshare/deliver';
import type { RejectedRecord, Rejection, StoredRecord } from '../../lib/outbox';
import type { ShareMessage } from './definition';
import { isMessage, shownMessage } from './kept-message';

/** Where it lies in the outbox: the record, with its key, or the message of which none could be made; if anywhere. */
interface Place {
  rejected?: number;
  rejectedKey?: string;
  kept?: number;
}

/** A record that will never be written as it is; Catch nodes get this. */
export class RejectedError extends CodedError {
  /** As MicroshareError has it: trying again makes no sense. */
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
  return { ...msg, microshare: known({ ...told, ...formerPlace(msg, error), ...error.place }) };
}

/** Of a record that was rejected, in place of which no other can be made yet. */
function formerPlace({ microshare }: ShareMessage, { place }: RejectedError): Place {
  const { rejected, rejectedKey } = (object(microshare) ?? {}) as Place;
  return place.rejected === undefined ? { rejected, rejectedKey } : {};
}

/** The message of the second output: `msg.error` in the form in which Catch nodes give it. */
export function rejectedMessage(node: Node, msg: ShareMessage, error: CodedError): ShareMessage {
  const { code, message, statusCode } = error as RejectedError;
  const { id, type, name } = node;
  const count = turnsOf(node, msg) + 1;
  const told = known({ code, message, statusCode, source: known({ id, type, name, count }) });
  return { ...withFailure(msg, error), error: told };
}

/** How often a message has come back to the node that rejected it; Catch nodes count so, too. */
export function turnsOf({ id }: Node, { error }: ShareMessage): number {
  const source = object(object(error)?.source);
  return source?.id === id ? (number(source.count) ?? 1) : 0;
}

/** Where a message that comes back lies among the rejected ones of its node. */
export function placeOf(node: Node, msg: ShareMessage): number | undefined {
  if (turnsOf(node, msg) === 0) return undefined;
  const { kept, rejected } = (object(msg.microshare) ?? {}) as Place;
  return number(kept) ?? number(rejected);
}

/** What is told of a message of which no record could be made. */
export function refusalOf(error: unknown): Rejection {
  const { code = 'bad_record', message = String(error) } = error as Partial<CodedError>;
  return { code, message, at: Date.now() };
}

/** A message for a record whose own is not in memory any more: after a restart, or a long queue. */
export function rebuiltMessage({ body, target }: StoredRecord): ShareMessage {
  return known({ payload: parsed(body), ...targetOf(target) }) as ShareMessage;
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
