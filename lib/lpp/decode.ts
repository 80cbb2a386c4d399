import { isBytes, notBytes, toHex } from './bytes';
import { DEFAULT_DIALECT, dialectWith, typeTable, type LppOptions } from './dialects';
import { LppError, type LppFaultCode } from './errors';
import { readValue } from './formats';
import { describeType } from './ipso';
import type { Reading } from './reading';

/** What a frame holds: all of its readings, or those that stand before the fault. */
export interface Decoded {
  readings: Reading[];
  error?: LppError;
}

/**
 * Decodes a Cayenne LPP frame: `[channel][type][value]`, repeated, big-endian, without length or checksum.
 *
 * It throws on no bytes: a frame that cannot be read to its end gives `error`. Nothing after a fault is
 * read, because only its type tells how long a record is.
 *
 * @throws LppInputError `bad_input`: `bytes` is no Uint8Array; `bad_option`: no such dialect
 */
export function decode(bytes: Uint8Array, options: LppOptions = {}): Decoded {
  if (!isBytes(bytes)) throw notBytes(bytes, 'buffer');
  const types = typeTable(options);
  const readings: Reading[] = [];
  if (bytes.length === 0) return { readings, error: empty(bytes) };

  let offset = 0;
  while (offset < bytes.length) {
    const id = bytes[offset + 1];
    if (id === undefined) {
      return {
        readings,
        error: fault('truncated', bytes, offset, 'The frame ends before the type', CUT_OFF),
      };
    }
    const type = types[id];
    if (!type) return { readings, error: unknownType(bytes, offset, id, options) };

    const { name, format, unit } = type;
    const end = offset + 2 + format.size;
    if (end > bytes.length) {
      const problem = `The frame ends inside the ${format.size} bytes of type ${describeType(id)}`;
      return { readings, error: fault('truncated', bytes, offset, problem, CUT_OFF, id) };
    }
    const value = readValue(bytes, offset + 2, format);
    const reading: Reading = { channel: bytes[offset]!, type: id, name, value };
    if (unit) reading.unit = unit;
    readings.push(reading);
    offset = end;
  }
  return { readings };
}

const CUT_OFF = 'The payload was cut off, or it is not Cayenne LPP.';

function unknownType(bytes: Uint8Array, offset: number, id: number, options: LppOptions): LppError {
  const other = dialectWith(id);
  const advice = other
    ? `use dialect "${other}".`
    : 'check that the payload is Cayenne LPP, and which types the sensor sends.';
  return fault(
    'unknown_type',
    bytes,
    offset,
    `Unknown type ${describeType(id)}`,
    `Dialect "${options.dialect ?? DEFAULT_DIALECT}" does not have it: ${advice}`,
    id,
  );
}

function fault(
  code: LppFaultCode,
  bytes: Uint8Array,
  offset: number,
  problem: string,
  advice: string,
  type?: number,
): LppError {
  const channel = bytes[offset]!;
  const rest = bytes.subarray(offset);
  return new LppError(
    code,
    `${problem} at byte ${offset}, channel ${channel} (rest: ${excerpt(rest)}). ${advice}`,
    { offset, rest, channel, ...(type !== undefined && { type }) },
  );
}

/** All of a LoRaWAN payload, which has 242 bytes at most; not all of a file that came here by mistake. */
function excerpt(bytes: Uint8Array): string {
  return bytes.length > 242 ? `${toHex(bytes.subarray(0, 242))}...` : toHex(bytes);
}

function empty(bytes: Uint8Array): LppError {
  return new LppError(
    'empty',
    'The payload is empty. An uplink that carries MAC commands only has none: keep it away from the decoder.',
    { offset: 0, rest: bytes },
  );
}
