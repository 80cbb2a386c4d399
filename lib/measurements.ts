import type { Reading } from './lpp/reading';
import type { UplinkKind } from './ttn/uplink';
import { known } from './json';
import { secondsBefore } from './time';

/** Whether messages of a kind tell what a device measured, and not what is wanted of it. A flow's own have no kind. */
export function isUplinkKind(kind: UplinkKind | undefined): boolean {
  return kind === undefined || kind === 'up' || kind === 'normalized';
}

/** One measured value: Microshare's dashboards expect a list of these under every measurement's name. */
export interface Measurement {
  unit?: string;
  value: unknown;
  /** The LPP channel or its name, or the field's own name, which tells two sensors of one kind apart. */
  context_id?: string;
  /** When a value of the device's history was measured; the others are of the uplink's own time. */
  time?: string;
}

/** A value before it has Microshare's name. */
export interface Value extends Measurement {
  /** What its source calls it: `relative_humidity`, `TempC_SHT`, `air.temperature`. */
  field: string;
  /** Its LPP channel, by which a row may name it. */
  channel?: number;
}

/** One line of a table of names; those of a table that a person edits. */
export interface NameRow {
  /** The source's name, whatever its case; with the LPP channel, or its name, where one is meant: `analog_in_4`. */
  field: string;
  /** Microshare's name; empty: the field is left out. */
  name: string;
  unit?: string;
  /** It tells of the device's health, not of what it measures. */
  health?: boolean;
}

/** Rows by the source's name in lower case. */
export type NameTable = ReadonlyMap<string, NameRow>;

/** A table in use; of two rows for one field the later one counts, and one for none does not. */
export function nameTable(...rows: (readonly NameRow[])[]): NameTable {
  const named = rows.flat().filter(({ field }) => field);
  // A variable of a tab may hold a number.
  return new Map(named.map((row) => [String(row.field).toLowerCase(), row]));
}

/** Microshare's names of measurements, from its "Standards Data Table", where LPP has another. */
export const READING_NAMES: readonly NameRow[] = [
  { field: 'relative_humidity', name: 'humidity' },
  // RAK's, of 0.1 %.
  { field: 'humidity_prec', name: 'humidity' },
  { field: 'barometric_pressure', name: 'pressure' },
  { field: 'luminosity', name: 'illuminance' },
];

/** Microshare's names of the parts of a position. */
const FIELDS = new Map([
  ['latitude', 'lat'],
  ['longitude', 'lon'],
  ['altitude', 'alt'],
]);

/** A reading, whatever its value was made into. */
export type MeasuredReading = Omit<Reading, 'value'> & { value: unknown };

const READINGS_TABLE = nameTable(READING_NAMES);

/**
 * The measurements of Microshare's unpacked record: `{ temperature: [{ unit, value, context_id }] }`.
 * @param receivedAt when the uplink was received; the device's history counts back from there
 */
export function measurements(
  readings: readonly MeasuredReading[],
  receivedAt: string | undefined,
): Record<string, Measurement[]> {
  return byName(
    readings.map((reading) => readingValue(reading, receivedAt)),
    READINGS_TABLE,
  ).measured;
}

export function readingValue(
  { name, unit, value, channel, channelName, delta }: MeasuredReading,
  receivedAt: string | undefined,
): Value {
  const time = delta === undefined ? undefined : secondsBefore(receivedAt, delta)?.toISOString();
  return { field: name, unit, value, channel, context_id: channelName ?? String(channel), time };
}

export interface NamedValues {
  measured: Record<string, Measurement[]>;
  health: Record<string, Measurement[]>;
}

/** Values under Microshare's names; a field that the table does not know keeps its own. */
export function byName(values: readonly Value[], names: NameTable): NamedValues {
  const measured = new Map<string, Measurement[]>();
  const health = new Map<string, Measurement[]>();
  for (const value of values) {
    const found = measuredIn(value.value);
    if (found === undefined) continue;
    const row = rowOf(value, names);
    const name = row?.name ?? value.field;
    if (name === '') continue;
    const group = row?.health ? health : measured;
    const list = group.get(name) ?? [];
    list.push(measurement(value, found, row?.unit));
    group.set(name, list);
  }
  return { measured: Object.fromEntries(measured), health: Object.fromEntries(health) };
}

/** A value without what was not measured in it, its parts under Microshare's names; undefined where nothing is left. */
function measuredIn(value: unknown): unknown {
  // Formatters write numbers that are none as texts, too: JSON has no other form for them.
  if (typeof value === 'string') return /^[+-]?(NaN|Infinity)$/.test(value) ? undefined : value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  if (Array.isArray(value)) {
    const items = value.map(measuredIn).filter((item) => item !== undefined);
    return items.length > 0 ? items : undefined;
  }
  const parts = Object.entries(value)
    .map(([field, part]) => [FIELDS.get(field) ?? field, measuredIn(part)] as const)
    .filter(([, part]) => part !== undefined);
  return parts.length > 0 ? Object.fromEntries(parts) : undefined;
}

/** The row for the channel, else that for all. */
function rowOf({ field, channel, context_id }: Value, names: NameTable): NameRow | undefined {
  const named = (end: unknown) => names.get(`${field}_${String(end)}`.toLowerCase());
  return named(channel) ?? named(context_id) ?? names.get(field.toLowerCase());
}

function measurement(
  { unit, context_id, time }: Value,
  value: unknown,
  namedUnit: string | undefined,
): Measurement {
  return known({ unit: namedUnit || unit, value, context_id, time });
}
