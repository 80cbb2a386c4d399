import type { OutboxError } from './errors';
import type { Lanes } from './lanes';
import type { Line } from './line';
import type { OutboxState } from './outcome';
import { SETTLE_AGAIN_MS } from './settler';

/** Clocks differ by less. */
const SAME_TIME_MS = 50;

/** @param before stays as long as it is not known whether the store holds more */
export function stateOf(line: Line, lanes: Lanes, inFlight: number, before: OutboxState): OutboxState {
  if (line.stop) return { ...line.stop, until: unixTime(line.stop.until) };
  if (inFlight > 0 || lanes.ready > 0) return { name: 'delivering' };
  const { nextCause, nextTry, empty } = lanes;
  if (!nextCause) return empty ? { name: 'idle' } : before;
  const { code, message } = nextCause;
  return { name: 'waiting', code, message, until: unixTime(nextTry) };
}

/** The store cannot note what becomes of records. */
export function stoppedByStore(error: unknown): OutboxState {
  const { code = 'failed', message = String(error) } = error as Partial<OutboxError>;
  return { name: 'waiting', code, message, until: Date.now() + SETTLE_AGAIN_MS };
}

export function isSame(a: OutboxState, b: OutboxState): boolean {
  if (!('until' in a && 'until' in b)) return a.name === b.name;
  return a.name === b.name && a.message === b.message && Math.abs(a.until - b.until) < SAME_TIME_MS;
}

function unixTime(at: number): number {
  return Math.round(Date.now() + at - performance.now());
}
