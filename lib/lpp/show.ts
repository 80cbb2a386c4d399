import { describe } from '../describe';

/** A value as errors show it: a number, a text or a boolean as it is, of others the kind. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : describe(value);
}
