import { describe } from '../describe';
import { MicroshareError } from './errors';

/**
 * Turns what should be written into JSON, refusing what JSON would change in silence.
 * @throws MicroshareError `bad_record`
 */
export function toJson(record: unknown): string {
  if (typeof record !== 'object' || record === null || Array.isArray(record) || Buffer.isBuffer(record)) {
    throw bad(
      `The record is ${describe(record)}, not an object. Put an object such as {"temperature": 21.5} into the property.`,
    );
  }
  try {
    return JSON.stringify(record, refuseLossy);
  } catch (error) {
    if (error instanceof MicroshareError) throw error;
    throw bad(`The record cannot be written as JSON: ${(error as Error).message}.`);
  }
}

function refuseLossy(name: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw bad(`The field "${name}" is ${value}, which JSON cannot carry. Leave out what was not measured.`);
  }
  // JavaScript's numbers end at 2^53; a text keeps every digit.
  return typeof value === 'bigint' ? value.toString() : value;
}

function bad(message: string): MicroshareError {
  return new MicroshareError('bad_record', message);
}
