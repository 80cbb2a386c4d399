import { isBytes, kindOf } from '../bytes';
import { describe } from '../describe';
import { MicroshareError } from './errors';

/** What becomes of a value that is no object: an error, `{"value": ...}`, or one record for each item of a list. */
export type NotAnObject = 'refuse' | 'wrap' | 'each';

/**
 * The records in a value.
 * @throws MicroshareError `bad_record`
 */
export function recordsIn(value: unknown, notAnObject: NotAnObject = 'refuse'): object[] {
  if (isRecord(value)) return [value];
  if (notAnObject === 'each' && Array.isArray(value)) return value.flatMap((item) => recordsIn(item));
  if (notAnObject === 'wrap' && value !== undefined && value !== null) return [{ value }];
  throw bad(
    `The record is ${describe(value)}, not an object. Put an object such as {"temperature": 21.5} into the property.`,
  );
}

/**
 * Turns what should be written into JSON, refusing what JSON would change in silence. Bytes become hexadecimal.
 * @throws MicroshareError `bad_record`
 */
export function toJson(record: unknown): string {
  const [checked] = recordsIn(record);
  const quick = quickJson(checked);
  if (quick?.startsWith('{') && !SUSPECT.test(quick)) return quick;
  const json = carefulJson(checked);
  if (json?.startsWith('{')) return json;
  throw bad('The record turns itself into something else than an object in JSON. Make a plain object of it.');
}

/** A Date, a Map, an Error and their like are objects of which JSON makes a text, or nothing. */
function isRecord(value: unknown): value is object {
  return kindOf(value) === 'Object';
}

/** What JSON.stringify makes in silence of a number that is none, and of bytes. */
const SUSPECT = /null|"type":"Buffer"|\{"0":|\{\}/;

/** Takes a third of the time that it takes with {@link keepAll}. */
function quickJson(record: unknown): string | undefined {
  try {
    return JSON.stringify(record);
  } catch {
    return undefined;
  }
}

/** Of other kinds of objects it makes `{}`, or fields that they do not have. */
const KEPT_BY_JSON = new Set(['Object', 'Array', 'Number', 'String', 'Boolean']);

function carefulJson(record: unknown): string | undefined {
  try {
    return JSON.stringify(record, keepAll);
  } catch (error) {
    if (error instanceof MicroshareError) throw error;
    throw bad(`The record cannot be written as JSON: ${(error as Error).message}.`);
  }
}

function keepAll(this: unknown, name: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw bad(`The field "${name}" is ${value}, which JSON cannot carry. Leave out what was not measured.`);
  }
  // JavaScript's numbers end at 2^53; a text keeps every digit.
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  // A Buffer has made a list of itself already.
  const bytes = (this as Record<string, unknown>)[name];
  if (isBytes(bytes)) return Buffer.from(bytes).toString('hex');
  if (KEPT_BY_JSON.has(kindOf(value))) return value;
  throw bad(`The field "${name}" is ${describe(value)}, which JSON cannot carry. Make a plain object of it.`);
}

/** Since April 2025 Microshare takes these from the body for its own record; how it knows them is not documented. */
const TAKEN_FIELDS = ['name', 'desc'];

/** What a person should know of a record before it is written. */
export function warnAboutRecord(record: object): string[] {
  return TAKEN_FIELDS.filter((field) => field in record).map(
    (field) =>
      `The record has a field "${field}" at the top, which Microshare may take for the record's own and remove from the data. Move it below another field, such as {"data": {"${field}": ...}}.`,
  );
}

function bad(message: string): MicroshareError {
  return new MicroshareError('bad_record', message);
}
