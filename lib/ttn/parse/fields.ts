import { known, number, object, text } from '../../json';
import type { Location } from '../uplink';

/** Both versions leave zeros out: a number that is not there is 0, one that cannot be read is unknown. v2 sends -0. */
export function zeroable(value: unknown): number | undefined {
  return value === undefined || value === 0 ? 0 : number(value);
}

/** Base64 with padding; no field or `null` (v2) means no bytes. Undefined where it cannot be read. */
export function base64(value: unknown): Buffer | undefined {
  if (value === undefined || value === null) return Buffer.alloc(0);
  if (typeof value !== 'string') return undefined;
  const bytes = Buffer.from(value, 'base64');
  // Buffer.from leaves out what it cannot read, and the bytes after that would be wrong.
  return bytes.toString('base64') === value ? bytes : undefined;
}

/** One absent coordinate is a zero that was left out; without any there is no position. */
export function position(value: unknown): Location | undefined {
  const sent = object(value);
  if (!sent || (sent.latitude === undefined && sent.longitude === undefined)) return undefined;
  const latitude = zeroable(sent.latitude);
  const longitude = zeroable(sent.longitude);
  if (latitude === undefined || longitude === undefined) return undefined;
  return known({
    latitude,
    longitude,
    altitude: number(sent.altitude),
    accuracy: number(sent.accuracy),
    source: text(sent.source),
  });
}
