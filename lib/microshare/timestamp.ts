import { object } from '../json';
import { validDate } from '../time';

/**
 * A time of Microshare as ISO 8601. Summaries have `05/29/2020 01:46:24:779 PM`, which is UTC; full records have
 * milliseconds or ISO text; those of 2017 `{"$date": ...}` or `{"$numberLong": "..."}`.
 */
export function readTime(sent: unknown): string | undefined {
  const value = object(sent)?.$date ?? object(sent)?.$numberLong ?? sent;
  if (typeof value === 'number') return validDate(value)?.toISOString();
  if (typeof value !== 'string') return undefined;
  if (/^\d+$/.test(value)) return validDate(Number(value))?.toISOString();
  const [, month, day, year, hour, rest, ms, half] =
    value.match(/^(\d\d)\/(\d\d)\/(\d{4}) (\d\d):(\d\d:\d\d):(\d{3}) ([AP])M$/) ?? [];
  if (!half) return validDate(Date.parse(value))?.toISOString();
  const hour24 = String((Number(hour) % 12) + (half === 'P' ? 12 : 0)).padStart(2, '0');
  return validDate(Date.parse(`${year}-${month}-${day}T${hour24}:${rest}.${ms}Z`))?.toISOString();
}
