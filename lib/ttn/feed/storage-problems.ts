import { CodedError, messageOf } from '../../errors';
import type { StoredType } from '../api/storage';
import { FeedError, type FeedErrorCode } from './errors';

/** Over as soon as a page was read. */
export const STORAGE_PROBLEMS: FeedErrorCode[] = [
  'storage_disabled',
  'missing_right',
  'bad_key',
  'refused',
  'not_found',
  'bad_answer',
  'unavailable',
  'rate_limited',
  'incomplete',
  'timeout',
  'unreachable',
  'certificate',
  'bad_request',
  'too_large',
];

/** Storage is off; it refuses us until a person changes something; or it may work later. */
export function meaning(error: unknown): 'disabled' | 'refused' | 'later' {
  switch (error instanceof CodedError ? error.code : undefined) {
    case 'storage_disabled':
      return 'disabled';
    case 'missing_right':
    case 'bad_key':
    case 'not_found':
    case 'refused':
    case 'certificate':
    case 'bad_request':
      return 'refused';
    default:
      return 'later';
  }
}

/** It is tried again by itself. */
export function notNow(error: unknown): FeedError {
  return explained(error, `Storage cannot be read now, and is tried again: ${messageOf(error)}`);
}

/** A person has to do something. */
export function cannotFetch(error: unknown, gapMs: number): FeedError {
  return explained(
    error,
    `What TTN sends while this application is not connected cannot be fetched; the last gap began ${duration(gapMs)} ago. ${messageOf(error)}`,
  );
}

export function notStored(type: StoredType, error: unknown): FeedError {
  return new FeedError(
    'kind_not_stored',
    `Storage gives no ${type}: what of it is missed while away is not fetched; other kinds are. (${messageOf(error)})`,
    { cause: error },
  );
}

export function beyondRetention(awayFrom: number, now: number, retentionMs: number): FeedError {
  return new FeedError(
    'beyond_retention',
    `Storage keeps messages for ${duration(retentionMs)}, and the gap began ${duration(now - awayFrom)} ago: what was sent from ${iso(awayFrom)} to ${iso(now - retentionMs)} cannot be fetched. Another integration of the application may have it.`,
  );
}

/** Keeps the code, so that a flow can tell what is wrong. */
function explained(error: unknown, message: string): FeedError {
  const code = error instanceof CodedError ? (error.code as FeedErrorCode) : 'unavailable';
  return new FeedError(code, message, { cause: error });
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

const UNITS: [string, number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
];

function duration(ms: number): string {
  const [unit, size] = UNITS.find(([, length]) => ms >= 2 * length) ?? ['s', 1_000];
  return `${Math.round(ms / size)} ${unit}`;
}
