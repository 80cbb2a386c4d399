import { describe } from '../describe';
import { LppInputError } from './errors';
import { fields, number } from './formats';
import { show } from './show';
import { type, type LppType, type TypeTable } from './types';

/** A type that a sensor's maker invented, or gave another meaning. */
export interface CustomType {
  /** Id in the frame, 0 to 255. */
  id: number;
  name: string;
  /** Bytes of the number, 1 to 4; with fields, of each field. */
  bytes: number;
  /** Two's complement. Default false. */
  signed?: boolean;
  /** The number in the frame is the value times this. Default 1. */
  divisor?: number;
  /** For people. */
  unit?: string;
  /** Makes the value an object with these fields, in the order of the frame. */
  fields?: readonly string[];
}

interface Rule {
  needed?: true;
  expected: string;
  accepts: (value: unknown) => boolean;
}

const RULES: Record<keyof CustomType, Rule> = {
  id: { needed: true, expected: 'a whole number from 0 to 255', accepts: (value) => isWhole(value, 0, 255) },
  name: { needed: true, expected: 'a name', accepts: isName },
  bytes: { needed: true, expected: 'a whole number from 1 to 4', accepts: (value) => isWhole(value, 1, 4) },
  signed: { expected: 'true or false', accepts: (value) => typeof value === 'boolean' },
  divisor: { expected: 'a number from 0.000001 to 1000000000', accepts: isDivisor },
  unit: { expected: 'a text', accepts: (value) => typeof value === 'string' },
  fields: { expected: 'a list of names, each once', accepts: isListOfNames },
};

/**
 * Checks a list of custom types, as a person writes it in JSON.
 * @throws LppInputError `bad_option`, naming the entry and the field
 */
export function checkCustomTypes(value: unknown): CustomType[] {
  if (!Array.isArray(value)) throw bad(`Custom types must be a list, not ${describe(value)}.`);
  const places = new Map<number, number>();
  for (const [index, entry] of (value as unknown[]).entries()) {
    const place = index + 1;
    const { id } = checkEntry(entry, `Custom type ${place}`);
    const before = places.get(id);
    if (before) throw bad(`Custom types ${before} and ${place} have the same id ${id}: remove one.`);
    places.set(id, place);
  }
  return value as CustomType[];
}

function checkEntry(entry: unknown, label: string): CustomType {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    throw bad(
      `${label} must be an object such as {"id": 200, "name": "dust", "bytes": 2}, not ${describe(entry)}.`,
    );
  }
  for (const key of Object.keys(entry)) {
    if (!Object.hasOwn(RULES, key)) {
      throw bad(
        `${label} has a field "${key}", which does not exist. There are ${Object.keys(RULES).join(', ')}.`,
      );
    }
  }
  for (const [key, { needed, expected, accepts }] of Object.entries(RULES)) {
    const value = (entry as Record<string, unknown>)[key];
    if (value === undefined && !needed) continue;
    if (!accepts(value)) throw bad(`${label}: "${key}" must be ${expected}, got ${show(value)}.`);
  }
  return entry as CustomType;
}

function isWhole(value: unknown, lowest: number, highest: number): boolean {
  return Number.isInteger(value) && (value as number) >= lowest && (value as number) <= highest;
}

function isDivisor(value: unknown): boolean {
  return typeof value === 'number' && value >= 1e-6 && value <= 1e9;
}

/** Not what every object inherits, such as `constructor`: names become keys of objects. */
function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && !(value in {});
}

function isListOfNames(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0) return false;
  const names = new Set(value);
  return names.size === value.length && Array.from(names).every(isName);
}

function bad(message: string): LppInputError {
  return new LppInputError('bad_option', message);
}

const tables = new WeakMap<TypeTable, WeakMap<readonly CustomType[], TypeTable>>();

/**
 * The table with the custom types in it; made once for each table and list.
 * @throws LppInputError `bad_option`
 */
export function withCustomTypes(table: TypeTable, customTypes: readonly CustomType[]): TypeTable {
  let known = tables.get(table);
  if (!known) tables.set(table, (known = new WeakMap()));
  let own = known.get(customTypes);
  if (!own) {
    const types = checkCustomTypes(customTypes).map(toLppType);
    own = table.map((type, id) => types.find((custom) => custom.id === id) ?? type);
    known.set(customTypes, own);
  }
  return own;
}

function toLppType({ id, name, bytes, signed = false, divisor, unit, fields: names }: CustomType): LppType {
  const part = number(bytes, signed, divisor);
  return type(id, name, names ? fields(names, part) : part, unit || undefined);
}
