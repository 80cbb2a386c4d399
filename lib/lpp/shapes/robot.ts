import type { Reading } from '../reading';
import { toReadings, type ShapeContext, type ShapedValue } from './context';
import { unitOf } from './parts';

/** `X`, `Y` and `Z` in place of `x`, `y` and `z`. */
type Parts<T> = T | { [field: string]: T } | { [field: string]: T }[];

/** One reading as Microshare's robot library prints it. */
export interface RobotEntry {
  channel: number;
  type: string;
  measure: Parts<number | boolean | string>;
  /** The measure with its unit: `-4.1°C`. */
  value: Parts<string>;
}

/**
 * Microshare's documentation shows "Temperature Sensor" and "Accelerometer". The others are inferred: the
 * names of Cayenne's own table, and for the extensions IPSO's.
 */
const TYPES = new Map([
  ['temperature', 'Temperature Sensor'],
  ['accelerometer', 'Accelerometer'],
  ['digital_in', 'Digital Input'],
  ['digital_out', 'Digital Output'],
  ['analog_in', 'Analog Input'],
  ['analog_out', 'Analog Output'],
  ['luminosity', 'Illuminance Sensor'],
  ['presence', 'Presence Sensor'],
  ['relative_humidity', 'Humidity Sensor'],
  ['barometric_pressure', 'Barometer'],
  ['gyrometer', 'Gyrometer'],
  ['gps', 'GPS Location'],
  ['generic', 'Generic Sensor'],
  ['voltage', 'Voltage'],
  ['current', 'Current'],
  ['frequency', 'Frequency'],
  ['percentage', 'Percentage'],
  ['altitude', 'Altitude'],
  ['concentration', 'Concentration'],
  ['power', 'Power'],
  ['distance', 'Distance'],
  ['energy', 'Energy'],
  ['direction', 'Direction'],
  ['unix_time', 'Time'],
  ['colour', 'Colour'],
  ['switch', 'On/Off switch'],
]);

/** What `lib.decodeCayenneLPP` gives to a Microshare robot, as objects where that one gives a text of JSON. */
export function toRobotEntries(readings: readonly Reading[], context: ShapeContext): RobotEntry[] {
  return toReadings(readings, context).map(({ channel, name, value, unit }) => ({
    channel,
    type: TYPES.get(name) ?? name,
    measure: mapParts(value, (part) => part),
    value: mapParts(value, (part, field) => `${asScala(part)}${unitOf(field, unit) ?? ''}`),
  }));
}

function mapParts<T>(
  value: ShapedValue,
  change: (part: number | boolean | string, field?: string) => T,
): Parts<T> {
  if (typeof value !== 'object') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapFields(item, change));
  return mapFields(value, change);
}

function mapFields<T>(
  fields: Readonly<Record<string, number>>,
  change: (part: number, field: string) => T,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(fields).map(([field, part]) => [
      field.charAt(0).toUpperCase() + field.slice(1),
      change(part, field),
    ]),
  );
}

/** The library prints Scala's doubles: `0.0G`. */
function asScala(part: number | boolean | string): string {
  return Number.isInteger(part) ? `${part}.0` : String(part);
}
