import { secondsBefore, validDate } from '../../time';
import type { LppValue, Reading } from '../reading';

/** What a shape takes from outside of the frame, and how it shows some values. */
export interface ShapeContext {
  /** Names the device in SenML and InfluxDB. */
  deviceId?: string;
  /** When the uplink was received (RFC 3339); the device's history counts back from there. */
  time?: string;
  /** Names of channels by their number, in place of which they stand: `{ 3: 'boiler' }`. */
  channelNames?: Readonly<Record<string, string>>;
  /** Show digital inputs and outputs, presence and switches as true (any value but 0) and false. */
  booleans?: boolean;
  /** Show Unix time as `2023-10-02T13:28:32.000Z`. */
  isoTime?: boolean;
}

/** A value as the context wants it: a boolean for a digital type, a text for Unix time. */
export type ShapedValue = LppValue | boolean | string;

/** A reading as the context wants it. */
export interface ShapedReading extends Omit<Reading, 'value'> {
  value: ShapedValue;
  /** When a value of the device's history was measured; the others are of the uplink's own time. */
  time?: string;
}

const DIGITAL = new Set(['digital_in', 'digital_out', 'presence', 'switch']);

/** By name, since a custom type may give the id of a digital type to something else. */
export function shapedValue({ name, value }: Reading, { booleans, isoTime }: ShapeContext): ShapedValue {
  if (typeof value !== 'number') return value;
  if (booleans && DIGITAL.has(name)) return value !== 0;
  if (isoTime && name === 'unix_time') return validDate(value * 1000)?.toISOString() ?? value;
  return value;
}

/** The channel's name, or its number. */
export function channelKey({ channel }: Reading, { channelNames }: ShapeContext): string {
  return channelNames?.[channel] ?? String(channel);
}

/** The readings with the names of their channels. */
export function withChannelNames(readings: readonly Reading[], { channelNames }: ShapeContext): Reading[] {
  return readings.map((reading) => {
    const channelName = channelNames?.[reading.channel];
    return channelName === undefined ? reading : { ...reading, channelName };
  });
}

/** The list as decoded, as the context wants it. */
export function toReadings(readings: readonly Reading[], context: ShapeContext): ShapedReading[] {
  return withChannelNames(readings, context).map((reading) => {
    const shaped: ShapedReading = { ...reading, value: shapedValue(reading, context) };
    if (typeof shaped.value === 'string') delete shaped.unit;
    if (reading.delta !== undefined) {
      const time = secondsBefore(context.time, reading.delta);
      if (time) shaped.time = time.toISOString();
    }
    return shaped;
  });
}
