import type { LppValue } from '../reading';

/** One number of a value. */
export interface Part {
  /** `latitude`; absent where the value is one number. */
  field?: string;
  /** The field, with its place in a list: `latitude_2`; absent where the value is one number. */
  label?: string;
  number: number;
}

/** The numbers of a value, for the shapes that know nothing else; one that is not finite is none. */
export function partsOf(value: LppValue): Part[] {
  const parts = typeof value === 'number' ? [{ number: value }] : fieldsOf(value);
  return parts.filter(({ number }) => Number.isFinite(number));
}

function fieldsOf(value: LppValue & object): Part[] {
  if (!Array.isArray(value)) return labelled(value, '');
  return value.flatMap((item, index) => labelled(item, `_${index + 1}`));
}

function labelled(fields: Readonly<Record<string, number>>, place: string): Part[] {
  return Object.entries(fields).map(([field, number]) => ({ field, label: `${field}${place}`, number }));
}

/** The unit of a part, for people: a position's stand in no type's line of the table. */
export function unitOf(field: string | undefined, unit: string | undefined): string | undefined {
  return unit ?? POSITION_UNITS.get(field);
}

const POSITION_UNITS = new Map<string | undefined, string>([
  ['latitude', '°'],
  ['longitude', '°'],
  ['altitude', 'm'],
]);
