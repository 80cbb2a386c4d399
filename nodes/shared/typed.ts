import { CodedError } from '../../lib/errors';
import { text } from '../../lib/json';
import { filledIn } from '../../lib/variables';

/** A number in a field of a dialog; empty: the default. */
export type TypedNumber = number | string;
/** A switch; a text where it comes from an environment variable. */
export type TypedSwitch = boolean | string;

/** Fields as a dialog would have given them: what comes from a variable of a tab may be a number where text is meant. */
export function numbersAsText<Fields extends object>(fields: Fields): Fields {
  const entries = Object.entries(fields).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'number' ? String(value) : value,
  ]);
  return Object.fromEntries(entries) as Fields;
}

/** A field as a dialog sends it: a text, empty where there is none. Switches come as such. */
export function typedText(value: unknown): string {
  return text(value) ?? (typeof value === 'boolean' ? String(value) : '');
}

/** @param otherwise what it means in flows that lack it */
export function isOn(value: TypedSwitch | undefined, otherwise = false): boolean {
  return String(value ?? otherwise) === 'true';
}

/**
 * Undefined where there is none.
 * @param field its label in the dialog
 * @throws CodedError `bad_configuration`
 */
export function positiveNumber(field: string, value: TypedNumber | undefined): number | undefined {
  return numberOf(field, value, 'above 0', isPositive);
}

/** As {@link positiveNumber}, where 0 counts as well. */
export function nonNegativeNumber(field: string, value: TypedNumber | undefined): number | undefined {
  return numberOf(field, value, 'from 0 on', isNonNegative);
}

export function isPositive(number: number): boolean {
  return number > 0 && number < Infinity;
}

export function isNonNegative(number: number): boolean {
  return number >= 0 && number < Infinity;
}

function numberOf(
  field: string,
  value: TypedNumber | undefined,
  range: string,
  isIn: (number: number) => boolean,
): number | undefined {
  const typed = filledIn(value);
  if (typed === '') return undefined;
  if (isIn(Number(typed))) return Number(typed);
  throw new CodedError(
    'bad_configuration',
    `"${field}" is ${typed}: give a number ${range}, or leave it empty.`,
  );
}
