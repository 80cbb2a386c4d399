import { number, object, text, type Json } from '../json';
import type { NameTable, Value } from '../measurements';

/** The values among the fields that TTN decoded. */
export function decodedValues(decoded: Json, names: NameTable): Value[] {
  return flat(decoded).map((value) => nameable(value, names));
}

/**
 * The values of TTN's normalized measurements, each with its own time where it has one. Measurements of one time that
 * share a field, as of a probe at several depths, are told apart by their place in the list.
 */
export function normalizedValues(normalized: readonly Json[], names: NameTable): Value[] {
  const counts = new Map<string, number>();
  const measurements = normalized.map(({ time, ...fields }) => {
    const keys = [...new Set(flat(fields).map(({ field }) => JSON.stringify([field, time])))];
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
    return { time: text(time), fields, keys };
  });
  return measurements.flatMap(({ time, fields, keys }, index) => {
    const place = keys.some((key) => counts.get(key)! > 1) ? String(index) : undefined;
    return flat(fields, '', place).map((value) => ({ ...nameable(value, names), time }));
  });
}

/** The values of a tree under dotted paths; items of a list tell their place. What is null was not measured. */
function flat(value: unknown, field = '', context_id?: string): Value[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value))
    return value.flatMap((item, index) => flat(item, field, inList(context_id, index)));
  const fields = object(value);
  if (!fields || (field !== '' && isOneValue(fields))) return [{ field, value, context_id }];
  return Object.entries(fields).flatMap(([name, part]) =>
    flat(part, field === '' ? name : `${field}.${name}`, context_id),
  );
}

/** `1`; in a list of lists `0.1`. */
function inList(list: string | undefined, index: number): string {
  return list === undefined ? String(index) : `${list}.${index}`;
}

/** A position, with whatever is said of it; or a vector, as of TTN's own formatter for Cayenne LPP. */
function isOneValue(fields: Json): boolean {
  const areNumbers = (...names: string[]) => names.every((name) => number(fields[name]) !== undefined);
  return (
    areNumbers('latitude', 'longitude') || (areNumbers('x', 'y', 'z') && Object.keys(fields).length === 3)
  );
}

/** Takes the LPP channel off a known name, and keeps a field's own name where the record has another. */
function nameable(value: Value, names: NameTable): Value {
  const { field, context_id } = value;
  const name = inTable(field, names);
  if (name !== undefined) {
    const keepsName = names.get(name.toLowerCase())?.name === name;
    return { ...value, field: name, context_id: context_id ?? (keepsName ? undefined : field) };
  }
  const [, start = '', channel] = field.match(/^(.+)_(\d+)$/) ?? [];
  const numbered = inTable(start, names);
  if (numbered !== undefined) return { ...value, field: numbered, context_id: channel };
  return { ...value, field: withoutDots(field) };
}

/** The name under which a table has a field: with dots, or as a person sees it in the record. */
function inTable(field: string, names: NameTable): string | undefined {
  return [field, withoutDots(field)].find((name) => names.has(name.toLowerCase()));
}

/** MongoDB, in which Microshare keeps records, takes a dot in a name for a path. */
function withoutDots(field: string): string {
  return field.replaceAll('.', '_');
}
