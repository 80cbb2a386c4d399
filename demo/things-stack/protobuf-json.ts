import { randomInt } from 'node:crypto';

/** Fields whose content is free JSON and keeps its zeros. */
const FREE_FIELDS = ['decoded_payload', 'normalized_payload', 'data'];

export type WithoutZeros<T> = T extends object ? { [K in keyof T]?: WithoutZeros<T[K]> } : T;

/**
 * What remains of a message in The Things Stack's JSON: 0, false, '' and empty lists are left out
 * (proto3 does not send default values), save inside the fields of free JSON.
 */
export function omitZeros<T>(message: T): WithoutZeros<T>;
export function omitZeros(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => omitZeros(item as unknown));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value as Record<string, unknown>)
    .filter(([, field]) => field && !(Array.isArray(field) && field.length === 0))
    .map(([name, field]) => [name, FREE_FIELDS.includes(name) ? field : omitZeros(field)]);
  return Object.fromEntries(fields) as unknown;
}

/** RFC 3339 down to the nanosecond, as The Things Stack's clock has it. Time in milliseconds. */
export function timestamp(time: number): string {
  const nanoseconds = String(randomInt(1_000_000)).padStart(6, '0');
  return `${shorten(new Date(time).toISOString().slice(0, -1) + nanoseconds)}Z`;
}

/** `0.061696s` */
export function duration(seconds: number): string {
  return `${shorten(seconds.toFixed(9))}s`;
}

/** Protobuf's JSON writes 0, 3, 6 or 9 digits of a second's fraction. */
function shorten(nineDigits: string): string {
  return nineDigits.replace(/\.?(000)+$/, '');
}
