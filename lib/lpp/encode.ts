import { DEFAULT_DIALECT, dialectWith, layoutOf, type LppOptions } from './dialects';
import { LppEncodeError, LppInputError } from './errors';
import { noSensorData } from './faults';
import { impliedChannel, type Framing, type Layout } from './framing';
import { describeType } from './ipso';
import { bigEndian } from './integers';
import type { Reading } from './reading';
import type { LppType } from './types';
import { writeValue } from './write';

/** What `encode` needs of a reading. */
export type EncodableReading = Pick<Reading, 'channel' | 'type' | 'value' | 'delta'>;

/**
 * Encodes readings as a Cayenne LPP frame, in their order, each value rounded to the type's resolution.
 * What the dialect cannot carry is refused, never changed.
 *
 * @returns a Buffer; a plain Uint8Array where there is no Buffer, in a browser
 * @throws LppEncodeError `unknown_type`, `bad_channel`, `bad_value` (not the number or the fields of the
 *   type), `out_of_range`
 * @throws LppInputError `bad_option`: an option that cannot be
 */
export function encode(readings: readonly EncodableReading[], options: LppOptions = {}): Buffer {
  const layout = layoutOf(options);
  if (!layout) throw new LppInputError('bad_option', noSensorData(options.fPort));
  const bytes = readings.flatMap((reading, index) => {
    const type = typeOf(reading, layout);
    if (!type) throw unknownType(reading.type, options);
    const label = `${type.name} of channel ${reading.channel}`;
    return [...writeHeader(reading, index, layout.framing, label), ...writeValue(reading.value, type, label)];
  });
  return typeof Buffer === 'undefined' ? (Uint8Array.from(bytes) as Buffer) : Buffer.from(bytes);
}

function typeOf({ type: id }: EncodableReading, { types, framing }: Layout): LppType | undefined {
  if (!framing.type) return types[id];
  return framing.type.id === id ? framing.type : undefined;
}

function writeHeader(reading: EncodableReading, index: number, framing: Framing, label: string): number[] {
  const { channel, type, delta } = reading;
  const header = new Array<number>(framing.header);
  if (framing.channelAt === undefined) checkImpliedChannel(channel, index, framing);
  else header[framing.channelAt] = checkChannel(channel);
  if (framing.typeAt !== undefined) header[framing.typeAt] = type;
  if (framing.deltaAt !== undefined) {
    header.splice(framing.deltaAt, 2, ...bigEndian(checkDelta(delta, label), 2));
  } else if (delta !== undefined) {
    throw new LppEncodeError(
      'bad_value',
      `The ${label} has a delta, an age of ${delta} s, which only the history of LPP 2.0 carries (FPort 100 to 199).`,
    );
  }
  return header;
}

function checkChannel(channel: number): number {
  if (Number.isInteger(channel) && channel >= 0 && channel <= 255) return channel;
  throw new LppEncodeError('bad_channel', `A channel is a whole number from 0 to 255, not ${channel}.`);
}

/** Where the frame does not carry the channel, a reading must have the one that its place stands for. */
function checkImpliedChannel(channel: number, index: number, framing: Framing): void {
  const implied = impliedChannel(index, framing);
  if (channel === implied) return;
  throw new LppEncodeError(
    'bad_channel',
    `On this FPort the channel is not sent: reading ${index + 1} must have channel ${implied}, not ${channel}.`,
  );
}

function checkDelta(delta: number | undefined, label: string): number {
  if (Number.isInteger(delta) && delta! >= 0 && delta! <= 65535) return delta!;
  throw new LppEncodeError(
    'bad_value',
    `The ${label} needs a delta, its age in whole seconds from 0 to 65535, not ${delta}.`,
  );
}

function unknownType(id: number, { dialect = DEFAULT_DIALECT }: LppOptions): LppEncodeError {
  const other = dialectWith(id);
  const advice = other
    ? `use dialect "${other.dialect}", which has it as ${other.name}, or leave the reading out.`
    : 'leave the reading out.';
  return new LppEncodeError(
    'unknown_type',
    `Dialect "${dialect}" has no type ${Number.isInteger(id) ? describeType(id) : id}: ${advice}`,
  );
}
