import { flatFields } from '../keys';
import type { Reading } from '../reading';
import { channelKey, shapedValue, type ShapeContext, type ShapedValue } from './context';

/** Values under keys; what came more than once under one key is an array of all that came. */
export type Fields = Record<string, ShapedValue | ShapedValue[]>;

/**
 * `{ temperature_3: 27.2, gps_1: { latitude, longitude, altitude } }`: the names of The Things Stack's
 * Cayenne LPP formatter. That one keeps the last of two values with the same name; here both stay.
 */
export function toTtnFields(readings: readonly Reading[], context: ShapeContext = {}): Fields {
  const { channelNames, booleans, isoTime } = context;
  const flat = !channelNames && !booleans && !isoTime && flatFields(readings);
  if (flat) return flat;

  const values = new Map<string, ShapedValue[]>();
  for (const reading of readings) {
    const key = `${reading.name}_${channelKey(reading, context)}`;
    const value = shapedValue(reading, context);
    const before = values.get(key);
    if (before) before.push(value);
    else values.set(key, [value]);
  }
  return fieldsOf(values);
}

/** ChirpStack v4's names (`chirpstack/src/codec/cayenne_lpp.rs`), where they differ. */
const CHIRPSTACK_NAMES = new Map([
  ['digital_in', 'digitalInput'],
  ['digital_out', 'digitalOutput'],
  ['analog_in', 'analogInput'],
  ['analog_out', 'analogOutput'],
  ['generic', 'genericSensor'],
  ['luminosity', 'illuminanceSensor'],
  ['presence', 'presenceSensor'],
  ['temperature', 'temperatureSensor'],
  ['relative_humidity', 'humiditySensor'],
  ['barometric_pressure', 'barometer'],
  ['colour', 'color'],
  ['gps', 'gpsLocation'],
]);

/** `{ temperatureSensor: { 3: 27.2 } }`: as ChirpStack's codec, which keeps the last of several, too. */
export function toChirpStackObject(
  readings: readonly Reading[],
  context: ShapeContext,
): Record<string, Fields> {
  return nested(readings, context, (reading) => [
    CHIRPSTACK_NAMES.get(reading.name) ?? reading.name,
    channelKey(reading, context),
  ]);
}

/** `{ 3: { temperature: 27.2 } }` */
export function toChannels(readings: readonly Reading[], context: ShapeContext): Record<string, Fields> {
  return nested(readings, context, (reading) => [channelKey(reading, context), reading.name]);
}

function nested(
  readings: readonly Reading[],
  context: ShapeContext,
  keysOf: (reading: Reading) => [outer: string, inner: string],
): Record<string, Fields> {
  const groups = new Map<string, Map<string, ShapedValue[]>>();
  for (const reading of readings) {
    const [outer, inner] = keysOf(reading);
    const group = groups.get(outer) ?? new Map<string, ShapedValue[]>();
    const values = group.get(inner) ?? [];
    values.push(shapedValue(reading, context));
    groups.set(outer, group.set(inner, values));
  }
  return Object.fromEntries(Array.from(groups, ([key, group]) => [key, fieldsOf(group)]));
}

/** Only a key's second value makes a list of it. */
function fieldsOf(group: Map<string, ShapedValue[]>): Fields {
  return Object.fromEntries(
    Array.from(group, ([key, values]) => [key, values.length === 1 ? values[0]! : values]),
  );
}
