/** Longer waits are not believed. */
const LONGEST_WAIT_MS = 3_600_000;

/**
 * A header such as `Retry-After`, in ms: seconds or an HTTP date (RFC 9110, 10.2.3). Undefined: it says nothing.
 * @param date the header `Date` of the same answer: the clocks may differ
 */
export function retryAfterMs(header: unknown, date: unknown): number | undefined {
  if (typeof header !== 'string') return undefined;
  const now = Date.parse(String(date)) || Date.now();
  const ms = /^\s*\d+(\.\d+)?\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_WAIT_MS);
}
