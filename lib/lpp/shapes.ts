import { choose } from './choose';
import type { LppValue, Reading } from './reading';

/** `readings`: the list as decoded; `ttn`: one flat object, as The Things Stack's own formatter gives. */
export type OutputShape = 'readings' | 'ttn';

/** Flat fields such as `temperature_3`; what came more than once on one channel is an array. */
export type TtnFields = Record<string, LppValue | LppValue[]>;

const SHAPES = {
  readings: toReadings,
  ttn: toTtnFields,
} satisfies Record<OutputShape, unknown>;

/**
 * The readings in the shape that a flow wants; none shares its records with the list given.
 * @throws LppInputError `bad_option`: no such shape
 */
export function shape(readings: readonly Reading[], output: OutputShape = 'readings'): Reading[] | TtnFields {
  return choose<(readings: readonly Reading[]) => Reading[] | TtnFields>('output', SHAPES, output)(readings);
}

function toReadings(readings: readonly Reading[]): Reading[] {
  return readings.map((reading) => ({ ...reading }));
}

/**
 * `{ temperature_3: 27.2, gps_1: { latitude, longitude, altitude } }`: the names of The Things Stack's
 * Cayenne LPP formatter. That one keeps the last of two values with the same name; here both stay.
 */
export function toTtnFields(readings: readonly Reading[]): TtnFields {
  const fields: TtnFields = {};
  for (const { name, channel, value } of readings) {
    const key = `${name}_${channel}`;
    const before = fields[key];
    if (before === undefined) fields[key] = value;
    else if (Array.isArray(before)) before.push(value);
    else fields[key] = [before, value];
  }
  return fields;
}
