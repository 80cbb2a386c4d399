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

type Limits = Pick<FeedLimits, 'seenKeys' | 'processedMs' | 'recheckMs' | 'aliveMs'>;

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
  readonly #limits: Limits;
  #alive: number | undefined;
  #writtenAlive = -Infinity;
  /** As they stand in the file. */
  #writtenGaps = '';
  #newKeys: string[] = [];
  /** Handed on a while ago; the flow may not be done with them. Times of performance.now(), oldest first. */
  readonly #unprocessed: { keys: string[]; since: number }[] = [];
  #changed = true;

  constructor(limits: Limits) {
    this.seen = new Recent(limits.seenKeys);
    this.gaps = new Gaps(limits.recheckMs);
    this.#limits = limits;
  }

  /** When the connection was last known to stand, by our own clock. */
  get alive(): number | undefined {
    return this.#alive;
  }

  /** There is something to write. */
  get changed(): boolean {
    const { aliveMs } = this.#limits;
    return this.#changed || this.#isProcessed() || (this.#alive ?? -Infinity) - this.#writtenAlive >= aliveMs;
  }

  /** To be called after a change of {@link gaps}, {@link counters} or a field. */
  touch(): void {
    this.#changed = true;
  }

  stands(now: number): void {
    this.#alive = now;
  }

  /** The message was handed on. Its key is written when the flow has had time to store it. */
  note(key: string, { uplink, message }: ReceivedUplink, now: number): void {
    this.touch();
    if (uplink.receivedAt !== undefined) this.#handedOn(key);
    const time = serverTime(message.received_at, uplink.receivedAt);
    // A time in the future, of a simulation or a wrong clock, would hide all that comes before it.
    if (time !== undefined) this.newest = Math.max(this.newest ?? -Infinity, Math.min(time, now));
  }

  /** Keys that were handed on and are not written yet. */
  get unprocessed(): string[] {
    return [...this.#unprocessed.flatMap(({ keys }) => keys), ...this.#newKeys];
  }

  /** A feed of this process handed them on a moment ago. */
  takeOver(keys: readonly string[]): void {
    for (const key of keys) this.#handedOn(key);
  }

  /** What changed since the last call of this or of {@link whole}. */
  part(): ProgressPart {
    this.#written();
    const keys: string[] = [];
    while (this.#isProcessed()) keys.push(...this.#unprocessed.shift()!.keys);
    const written = this.#writtenGaps;
    const { gaps, ...head } = this.#head();
    // They may name a hundred absences. What is to be read is worth a place in each line: one may be damaged.
    const isKnown = !this.gaps.open && this.#writtenGaps === written;
    return { ...head, ...(!isKnown && { gaps }), keys, counters: this.counters.changes() };
  }

  *whole(): Generator<ProgressPart> {
    this.#written();
    this.counters.changes();
    yield this.#head();
    while (this.#isProcessed()) this.#unprocessed.shift();
    const unprocessed = new Set(this.unprocessed);
    const processed = this.seen.keys().filter((key) => !unprocessed.has(key));
    for (const keys of chunks(processed, KEYS_IN_PART)) yield { keys };
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

  #handedOn(key: string): void {
    this.seen.set(key, true);
    this.#newKeys.push(key);
  }

  #head(): ProgressPart {
    const { newest, since } = this;
    const gaps = this.gaps.state();
    this.#writtenGaps = JSON.stringify(gaps);
    return { newest, since, alive: this.#alive, gaps };
  }

  #isProcessed(): boolean {
    const [oldest] = this.#unprocessed;
    return oldest !== undefined && performance.now() >= oldest.since + this.#limits.processedMs;
  }

  #written(): void {
    if (this.#newKeys.length > 0) this.#unprocessed.push({ keys: this.#newKeys, since: performance.now() });
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
