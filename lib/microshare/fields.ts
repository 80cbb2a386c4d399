import { object, text, type Json } from '../json';
import type { NameTable, Value } from '../measurements';

/** The values among the fields that TTN decoded. */
export function decodedValues(decoded: Json, names: NameTable): Value[] {
  return flat(decoded).map((value) => nameable(value, names));
}

/** The values of TTN's normalized measurements, each with its own time where it has one. */
export function normalizedValues(normalized: readonly Json[], names: NameTable): Value[] {
  return normalized.flatMap(({ time, ...fields }) =>
    flat(fields).map((value) => ({ ...nameable(value, names), time: text(time) })),
  );
}

/** The scalars and positions of a tree under dotted paths; items of a list tell their place. What is null was not measured. */
function flat(value: unknown, field = '', context_id?: string): Value[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => flat(item, field, String(index)));
  const fields = object(value);
  if (!fields || (field !== '' && isPosition(fields))) return [{ field, value, context_id }];
  return Object.entries(fields).flatMap(([name, part]) =>
    flat(part, field === '' ? name : `${field}.${name}`, context_id),
  );
}

function isPosition(fields: Json): boolean {
  return typeof fields.latitude === 'number' && typeof fields.longitude === 'number';
}

/** Takes the LPP channel off a known name, and keeps a field's own name where the record has another. */
function nameable(value: Value, names: NameTable): Value {
  const { field } = value;
  const row = names.get(field.toLowerCase());
  if (row) return row.name === field ? value : { ...value, context_id: value.context_id ?? field };
  const [, name, channel] = field.match(/^(.+)_(\d+)$/) ?? [];
  if (name !== undefined && names.has(name.toLowerCase()))
    return { ...value, field: name, context_id: channel };
  // MongoDB, in which Microshare keeps records, takes a dot in a name for a path.
  return { ...value, field: field.replaceAll('.', '_') };
}
