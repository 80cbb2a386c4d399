import type { ReceivedUplink } from '../message';
import { Recent } from '../../recent';
import { timeOf } from '../../time';
import { FrameCounters, type Counter } from './frame-counters';
import { Gaps, type GapState } from './gaps';
import type { FeedLimits } from './limits';

/** A part of the progress; later parts add to, and stand in for, earlier ones. Times in ms since 1970. */
export interface ProgressPart {
  newest?: number;
  since?: number;
  alive?: number;
  gaps?: GapState;
  keys?: string[];
  counters?: [string, Counter][];
}

const KEYS_IN_PART = 5_000;
const COUNTERS_IN_PART = 500;

/** How far a feed has come: what survives a restart. */
export class Progress {
  /** The server's time of the newest message that was handed on. */
  newest: number | undefined;
  /** When the feed was opened for the first time, by our own clock. */
  since: number | undefined;
  /** The keys that were handed on. */
  readonly seen: Recent<string, true>;
  readonly gaps: Gaps;
  readonly counters = new FrameCounters();
  readonly #aliveMs: number;
  #alive: number | undefined;
  #writtenAlive = -Infinity;
  #newKeys: string[] = [];
  #changed = true;

  constructor(limits: Pick<FeedLimits, 'seenKeys' | 'recheckMs' | 'aliveMs'>) {
    this.seen = new Recent(limits.seenKeys);
    this.gaps = new Gaps(limits.recheckMs);
    this.#aliveMs = limits.aliveMs;
  }

  /** When the connection was last known to stand, by our own clock. */
  get alive(): number | undefined {
    return this.#alive;
  }

  /** There is something to write. */
  get changed(): boolean {
    return this.#changed || (this.#alive ?? -Infinity) - this.#writtenAlive >= this.#aliveMs;
  }

  /** To be called after a change of {@link gaps}, {@link counters} or a field. */
  touch(): void {
    this.#changed = true;
  }

  stands(now: number): void {
    this.#alive = now;
  }

  /** The message was handed on. */
  note(key: string, { uplink, message }: ReceivedUplink, now: number): void {
    this.touch();
    if (uplink.receivedAt !== undefined) {
      this.seen.set(key, true);
      this.#newKeys.push(key);
    }
    this.counters.note(uplink, now);
    const time = serverTime(message.received_at, uplink.receivedAt);
    // A time in the future, of a simulation or a wrong clock, would hide all that comes before it.
    if (time !== undefined) this.newest = Math.max(this.newest ?? -Infinity, Math.min(time, now));
  }

  /** What changed since the last call of this or of {@link whole}. */
  part(): ProgressPart {
    const keys = this.#newKeys;
    this.#written();
    return { ...this.#head(), keys, counters: this.counters.changes() };
  }

  *whole(): Generator<ProgressPart> {
    this.#written();
    this.counters.changes();
    yield this.#head();
    for (const keys of chunks(this.seen.keys(), KEYS_IN_PART)) yield { keys };
    for (const counters of chunks(this.counters.all(), COUNTERS_IN_PART)) yield { counters };
  }

  restore(parts: ProgressPart[]): void {
    const { newest, since, alive, gaps } = Object.assign({}, ...parts) as ProgressPart;
    this.newest = newest;
    this.since = since;
    this.#alive = alive;
    if (gaps) this.gaps.restore(gaps);
    for (const { keys = [], counters = [] } of parts) {
      for (const key of keys) this.seen.set(key, true);
      for (const [id, counter] of counters) this.counters.set(id, counter);
    }
  }

  #head(): ProgressPart {
    const { newest, since } = this;
    return { newest, since, alive: this.#alive, gaps: this.gaps.state() };
  }

  #written(): void {
    this.#newKeys = [];
    this.#changed = false;
    this.#writtenAlive = this.#alive ?? -Infinity;
  }
}

/** The Application Server's time, by which storage is ordered, or else the Network Server's. */
export function serverTime(outer: unknown, receivedAt: string | undefined): number | undefined {
  return timeOf(outer) ?? timeOf(receivedAt);
}

function* chunks<T>(items: T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
