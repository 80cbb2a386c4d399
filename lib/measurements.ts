import type { Reading } from './lpp/reading';
import { secondsBefore } from './time';

/** One measured value: Microshare's dashboards expect a list of these under every measurement's name. */
export interface Measurement {
  unit?: string;
  value: unknown;
  /** The LPP channel or its name, which tells two sensors of one kind apart. */
  context_id: string;
  /** When a value of the device's history was measured; the others are of the uplink's own time. */
  time?: string;
}

/** A reading, whatever its value was made into, and the name of its channel where it has one. */
export type MeasuredReading = Omit<Reading, 'value'> & { value: unknown; channelName?: string };

/** Microshare's names of measurements, from its "Standards Data Table", where LPP has another. */
const NAMES = new Map([
  ['relative_humidity', 'humidity'],
  ['barometric_pressure', 'pressure'],
  ['luminosity', 'illuminance'],
]);

/** Microshare's names of the parts of a position. */
const FIELDS = new Map([
  ['latitude', 'lat'],
  ['longitude', 'lon'],
  ['altitude', 'alt'],
]);

/**
 * The measurements of Microshare's unpacked record: `{ temperature: [{ unit, value, context_id }] }`.
 * @param receivedAt when the uplink was received; the device's history counts back from there
 */
export function measurements(
  readings: readonly MeasuredReading[],
  receivedAt: string | undefined,
): Record<string, Measurement[]> {
  const lists = new Map<string, Measurement[]>();
  for (const reading of readings) {
    const name = NAMES.get(reading.name) ?? reading.name;
    const list = lists.get(name) ?? [];
    list.push(measurement(reading, receivedAt));
    lists.set(name, list);
  }
  return Object.fromEntries(lists);
}

function measurement(
  { unit, value, channel, channelName, delta }: MeasuredReading,
  receivedAt: string | undefined,
): Measurement {
  const time = delta === undefined ? undefined : secondsBefore(receivedAt, delta)?.toISOString();
  return {
    ...(unit === undefined ? {} : { unit }),
    value: withMicrosharesFields(value),
    context_id: channelName ?? String(channel),
    ...(time === undefined ? {} : { time }),
  };
}

function withMicrosharesFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withMicrosharesFields);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, part]) => [FIELDS.get(field) ?? field, part]));
}
