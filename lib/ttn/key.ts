import { hash } from 'node:crypto';
import { object } from '../json';
import type { Uplink } from './uplink';

/**
 * The key that identifies an uplink for ever, the same by whichever way it came.
 *
 * Frame counter and the Network Server's time of reception do, which is set once a frame and travels in the
 * message; it is cut to milliseconds, because a database on the way may do so. The session says no more than that,
 * and answers of the Storage Integration that users published lack it: with it, what was recovered would be new.
 * Simulated uplinks, very old messages and most events lack the time: the session, the Application Server's time and
 * the content stand in. The content also tells the normalized measurements of one uplink apart.
 *
 * The parts are fixed: keys that were stored must be found again by later versions.
 *
 * @param content what only this event says
 */
export function uplinkKey(
  uplink: Omit<Uplink, 'key'>,
  networkTime: string | undefined,
  content?: unknown,
): string {
  const { kind, applicationId, deviceId, sessionKeyId, fCnt, fPort, receivedAt, bytes, normalized } = uplink;
  const time = receivedAt === undefined ? '-' : Date.parse(receivedAt);
  const parts = ['v1', kind, applicationId, deviceId, fCnt ?? '-', time];
  const timeTells = networkTime !== undefined && (kind === 'up' || kind === 'join');
  if (networkTime === undefined) parts.push(sessionKeyId ?? '-');
  if (!timeTells) {
    const told = content ?? (kind === 'normalized' ? normalized : undefined);
    parts.push(fPort ?? '-', bytes.toString('hex'), canonical(told));
  }
  return hash('sha256', JSON.stringify(parts), 'base64url').slice(0, 22);
}

/** Deeper than any message of TTN; what lies below does not tell two apart. */
const DEPTH = 50;

/** The same text for the same content: the order of an object's fields is anybody's. */
function canonical(value: unknown, depth = 0): string {
  if (depth > DEPTH) return '';
  const inner = (item: unknown) => canonical(item, depth + 1);
  if (Array.isArray(value)) return `[${value.map(inner).join()}]`;
  const fields = object(value);
  if (!fields) return JSON.stringify(value) ?? '';
  const names = Object.keys(fields).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${inner(fields[name])}`).join()}}`;
}
