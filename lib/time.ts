import { text } from './json';

/** A time stamp as sent (RFC 3339); protobuf's unset time (year 1) counts as absent. */
export function timeStamp(value: unknown): string | undefined {
  return timeOf(value) === undefined ? undefined : (value as string);
}

/** The same in milliseconds since 1970. */
export function timeOf(value: unknown): number | undefined {
  const sent = text(value);
  if (!sent || sent.startsWith('0001-')) return undefined;
  const time = Date.parse(sent);
  return Number.isNaN(time) ? undefined : time;
}

/** So many seconds before a time stamp; undefined where the stamp cannot be read. */
export function secondsBefore(time: string | undefined, seconds = 0): Date | undefined {
  return validDate(Date.parse(time ?? '') - seconds * 1000);
}

/** Milliseconds since 1970; undefined where no date is so far away. */
export function validDate(milliseconds: number): Date | undefined {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
