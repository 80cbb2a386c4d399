import { isBytes } from '../bytes';
import { notBytes } from './bytes';
import { DEFAULT_LAYOUT, layoutOf, type LppOptions } from './dialects';
import type { LppError } from './errors';
import { emptyFault, faultAt, portFault } from './faults';
import { impliedChannel } from './framing';
import { readNumber, readOther, sizeAt } from './read';
import type { LppValue, Reading } from './reading';
import { spansOf, type Span } from './spans';
import { findWarnings, isDoubtful, isTooHumid, type LppWarning } from './warnings';

/** What a frame holds: all of its readings, or those that stand before the fault. */
export interface Decoded {
  readings: Reading[];
  /** What is doubtful about the readings, in their order. */
  warnings: LppWarning[];
  error?: LppError;
}

/**
 * Decodes a Cayenne LPP frame: `[channel][type][value]`, repeated, big-endian, without length or checksum.
 * LPP 2.0 frames its records otherwise, by the FPort.
 *
 * Whatever the bytes, it does not throw: a frame that cannot be read to its end gives `error`. Nothing after a fault is
 * read, because only its type tells how long a record is.
 *
 * @throws LppInputError `bad_input`: `bytes` is no Uint8Array; `bad_option`: an option that cannot be
 */
export function decode(bytes: Uint8Array, options?: LppOptions): Decoded {
  if (!isBytes(bytes)) throw notBytes(bytes, 'buffer');
  const layout = options ? layoutOf(options) : DEFAULT_LAYOUT;
  const readings: Reading[] = [];
  const { length } = bytes;
  if (length === 0) return { readings, warnings: [], error: emptyFault(bytes) };
  if (!layout) return { readings, warnings: [], error: portFault(bytes, options?.fPort) };

  // The loop only stops at what it cannot read, and only notes that something is doubtful: it has to be fast.
  const { types, framing } = layout;
  const { header, channelAt, typeAt, deltaAt } = framing;
  let doubtful = false;
  let last = -1;
  let offset = 0;
  while (offset + header <= length) {
    const type = typeAt === undefined ? framing.type : types[bytes[offset + typeAt]!];
    if (type === undefined) break;
    const { id, name, unit, kind } = type;
    const at = offset + header;
    let end = at + type.size;
    if (end > length) break;

    let value: LppValue;
    if (kind === 'number') {
      value = readNumber(bytes, at, type);
      if (isTooHumid(value, unit)) doubtful = true;
    } else {
      if (kind === 'polyline') end = at + sizeAt(bytes, at, type);
      if (end > length) break;
      value = readOther(bytes, at, type);
      if (isDoubtful(value, kind)) doubtful = true;
    }
    const channel =
      channelAt === undefined ? impliedChannel(readings.length, framing) : bytes[offset + channelAt]!;
    const reading: Reading =
      unit === undefined ? { channel, type: id, name, value } : { channel, type: id, name, value, unit };
    if (deltaAt !== undefined) reading.delta = (bytes[offset + deltaAt]! << 8) | bytes[offset + deltaAt + 1]!;
    readings.push(reading);

    // Most sensors number their channels upwards: as long as they do, none comes twice.
    const place = (channel << 8) | id;
    if (place <= last) doubtful = true;
    last = place;
    offset = end;
  }

  const warnings = doubtful || last === 0 ? findWarnings(bytes, readings, layout) : [];
  if (offset === length) return { readings, warnings };
  return { readings, warnings, error: faultAt(bytes, offset, readings.length, layout, options?.dialect) };
}

/**
 * Where the records of a frame stand, those that `decode` gives readings of.
 * @throws LppInputError as `decode`
 */
export function locate(bytes: Uint8Array, options: LppOptions = {}): Span[] {
  const layout = layoutOf(options);
  return layout ? spansOf(bytes, decode(bytes, options).readings, layout) : [];
}
