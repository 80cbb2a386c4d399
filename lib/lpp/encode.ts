import { DEFAULT_DIALECT, dialectWith, layoutOf, type Dialect, type LppOptions } from './dialects';
import { LppEncodeError, LppInputError } from './errors';
import { noSensorData } from './faults';
import { impliedChannel, type Framing, type Layout } from './framing';
import { describeType } from './ipso';
import { bigEndian } from './integers';
import type { Reading } from './reading';
import { show } from './show';
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
 * @throws LppInputError `bad_input`: `readings` is no list; `bad_option`: an option that cannot be
 */
export function encode(readings: readonly EncodableReading[], options: LppOptions = {}): Buffer {
  const layout = layoutOf(options);
  if (!layout) throw new LppInputError('bad_option', noSensorData(options.fPort));
  if (!Array.isArray(readings)) {
    throw new LppInputError('bad_input', `Expected a list of readings, got ${show(readings)}.`);
  }
  const bytes = Array.from(readings as readonly EncodableReading[], (reading, index) =>
    encodeReading(reading, index, layout, options.dialect),
  ).flat();
  return typeof Buffer === 'undefined' ? (Uint8Array.from(bytes) as Buffer) : Buffer.from(bytes);
}

function encodeReading(
  reading: EncodableReading,
  index: number,
  layout: Layout,
  dialect?: Dialect,
): number[] {
  if (typeof reading !== 'object' || reading === null) {
    throw new LppEncodeError(
      'bad_value',
      `Reading ${index + 1} must be an object with channel, type and value, not ${show(reading)}.`,
    );
  }
  const type = typeOf(reading.type, layout, dialect);
  const label = `${type.name} of channel ${show(reading.channel)}`;
  return [...writeHeader(reading, index, layout.framing, label), ...writeValue(reading.value, type, label)];
}

function typeOf(id: number, { types, framing }: Layout, dialect: Dialect = DEFAULT_DIALECT): LppType {
  if (framing.type && framing.type.id !== id) {
    throw new LppEncodeError(
      'unknown_type',
      `FPort 3 of LPP 2.0 carries type ${framing.type.id} only, not ${show(id)}.`,
    );
  }
  const type = framing.type ?? (Number.isInteger(id) ? types[id] : undefined);
  if (type) return type;
  const other = dialectWith(id);
  const advice = other
    ? `use dialect "${other.dialect}", which has it as ${other.name}, or leave the reading out.`
    : 'leave the reading out.';
  throw new LppEncodeError(
    'unknown_type',
    `Dialect "${dialect}" has no type ${Number.isInteger(id) ? describeType(id) : show(id)}: ${advice}`,
  );
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
      `The ${label} has a delta, an age of ${show(delta)} s, which only the history of LPP 2.0 carries (FPort 100 to 199).`,
    );
  }
  return header;
}

function checkChannel(channel: number): number {
  if (Number.isInteger(channel) && channel >= 0 && channel <= 255) return channel;
  throw new LppEncodeError('bad_channel', `A channel is a whole number from 0 to 255, not ${show(channel)}.`);
}

/** Where the frame does not carry the channel, a reading must have the one that its place stands for. */
function checkImpliedChannel(channel: number, index: number, framing: Framing): void {
  const implied = impliedChannel(index, framing);
  if (channel === implied) return;
  throw new LppEncodeError(
    'bad_channel',
    `On this FPort the channel is not sent: reading ${index + 1} must have channel ${implied}, not ${show(channel)}.`,
  );
}

function checkDelta(delta: number | undefined, label: string): number {
  if (Number.isInteger(delta) && delta! >= 0 && delta! <= 65535) return delta!;
  throw new LppEncodeError(
    'bad_value',
    `The ${label} needs a delta, its age in whole seconds from 0 to 65535, not ${show(delta)}.`,
  );
}
