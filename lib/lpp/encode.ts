import { describe } from '../describe';
import { DEFAULT_DIALECT, dialectWith, typeTable, type LppOptions } from './dialects';
import { LppEncodeError } from './errors';
import type { NumberFormat } from './formats';
import { describeType } from './ipso';
import type { Reading } from './reading';

/** What `encode` needs of a reading. */
export type EncodableReading = Pick<Reading, 'channel' | 'type' | 'value'>;

/**
 * Encodes readings as a Cayenne LPP frame, in their order, each value rounded to the type's resolution.
 * What the dialect cannot carry is refused, never changed.
 *
 * @throws LppEncodeError `unknown_type`, `bad_channel`, `bad_value` (not the number or the fields of the
 *   type), `out_of_range`
 * @throws LppInputError `bad_option`: no such dialect
 */
export function encode(readings: readonly EncodableReading[], options: LppOptions = {}): Buffer {
  return Buffer.concat(readings.map((reading) => encodeReading(reading, options)));
}

function encodeReading({ channel, type: id, value }: EncodableReading, options: LppOptions): Buffer {
  const type = typeTable(options)[id];
  if (!type) throw unknownType(id, options);
  if (!Number.isInteger(channel) || channel < 0 || channel > 255) {
    throw new LppEncodeError('bad_channel', `A channel is a whole number from 0 to 255, not ${channel}.`);
  }
  const label = `${type.name} of channel ${channel}`;
  const { format } = type;
  const record = Buffer.alloc(2 + format.size);
  let offset = record.writeUInt8(id, record.writeUInt8(channel));
  if (format.fields) {
    for (const [field, part] of format.fields) {
      const number = (value as Partial<Record<string, unknown>> | undefined)?.[field];
      offset = writeNumber(record, offset, part, number, `${field} in ${label}`);
    }
  } else {
    writeNumber(record, offset, format, value, label);
  }
  return record;
}

/** Returns the offset behind the number. */
function writeNumber(
  record: Buffer,
  offset: number,
  { size, signed, divisor }: NumberFormat,
  value: unknown,
  label: string,
): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    const got = typeof value === 'number' ? value : describe(value);
    throw new LppEncodeError('bad_value', `The ${label} must be a finite number, not ${got}.`);
  }
  const raw = Math.round(value * divisor);
  const range = 2 ** (8 * size);
  const lowest = signed ? -range / 2 : 0;
  const highest = lowest + range - 1;
  if (raw < lowest || raw > highest) {
    throw new LppEncodeError(
      'out_of_range',
      `The ${label} is ${value}, but the type carries ${lowest / divisor} to ${highest / divisor}.`,
    );
  }
  return signed ? record.writeIntBE(raw, offset, size) : record.writeUIntBE(raw, offset, size);
}

function unknownType(id: number, { dialect = DEFAULT_DIALECT }: LppOptions): LppEncodeError {
  const other = dialectWith(id);
  const advice = other ? `use dialect "${other}".` : 'leave the reading out.';
  return new LppEncodeError(
    'unknown_type',
    `Dialect "${dialect}" has no type ${Number.isInteger(id) ? describeType(id) : id}: ${advice}`,
  );
}
