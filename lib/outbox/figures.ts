import type { Cause, OutboxState } from './outcome';
import type { StoreStats } from './store';

/** What an outbox does and has done. */
export interface OutboxStats {
  state: OutboxState;
  /** What waits, and what the store has counted. */
  store: StoreStats;
  inFlight: number;
  /** Records that may be in flight now. */
  inFlightLimit: number;
  /** Unix time in ms from which on what follows is counted. */
  since: number;
  accepted: number;
  written: number;
  /** Of those written. */
  possibleDuplicates: number;
  /** Failed attempts by code. */
  retried: Readonly<Record<string, number>>;
  /** Records rejected for good by code. */
  rejected: Readonly<Record<string, number>>;
  /** Records that the store did not take by code. */
  refused: Readonly<Record<string, number>>;
  /** Why it did not take the last one; absent when it did. */
  refusing?: Cause;
  writtenLastMinute: number;
  writtenLastHour: number;
  /** Records written in each minute of the last hour, the current one last. */
  writtenByMinute: number[];
  /** The last record that was written; times are Unix times in ms. */
  last?: { id: number; at: number; result: unknown };
  lastError?: Cause & { at: number };
}

/** Counts what the outbox does. */
export class Figures {
  readonly since = Date.now();
  accepted = 0;
  written = 0;
  possibleDuplicates = 0;
  readonly retried: Record<string, number> = {};
  readonly rejected: Record<string, number> = {};
  readonly refused: Record<string, number> = {};
  last?: OutboxStats['last'];
  lastError?: OutboxStats['lastError'];
  /** Failed attempts of any code. */
  failed = 0;
  readonly #minute = new Meter(1_000);
  readonly #hour = new Meter(60_000);

  wrote(id: number, result: unknown, possibleDuplicate: boolean): void {
    this.written++;
    if (possibleDuplicate) this.possibleDuplicates++;
    this.last = { id, at: Date.now(), result };
    this.#minute.count();
    this.#hour.count();
  }

  retry(cause: Cause): void {
    this.failed++;
    this.#error(this.retried, cause);
  }

  reject(cause: Cause): void {
    this.#error(this.rejected, cause);
  }

  refuse(cause: Cause): void {
    this.#error(this.refused, cause);
  }

  snapshot(): Omit<OutboxStats, 'state' | 'store' | 'inFlight' | 'inFlightLimit' | 'refusing'> {
    const { since, accepted, written, possibleDuplicates, retried, rejected, refused, last, lastError } =
      this;
    return {
      since,
      accepted,
      written,
      possibleDuplicates,
      retried: { ...retried },
      rejected: { ...rejected },
      refused: { ...refused },
      writtenLastMinute: this.#minute.total,
      writtenLastHour: this.#hour.total,
      writtenByMinute: this.#hour.slots,
      ...(last && { last }),
      ...(lastError && { lastError }),
    };
  }

  #error(counts: Record<string, number>, { code, message }: Cause): void {
    counts[code] = (counts[code] ?? 0) + 1;
    this.lastError = { code, message, at: Date.now() };
  }
}

const SLOTS = 60;

/** How often something happened in the last 60 slots of time. */
class Meter {
  readonly #slotMs: number;
  readonly #counts = new Uint32Array(SLOTS);
  #slot: number;
  #total = 0;

  constructor(slotMs: number) {
    this.#slotMs = slotMs;
    this.#slot = this.#now();
  }

  get total(): number {
    this.#turn();
    return this.#total;
  }

  /** Oldest first. */
  get slots(): number[] {
    this.#turn();
    const newest = this.#slot % SLOTS;
    return [...this.#counts.subarray(newest + 1), ...this.#counts.subarray(0, newest + 1)];
  }

  count(): void {
    this.#turn();
    this.#counts[this.#slot % SLOTS]!++;
    this.#total++;
  }

  #now(): number {
    return Math.floor(performance.now() / this.#slotMs);
  }

  /** Empties the slots of the time that has passed. */
  #turn(): void {
    const now = this.#now();
    for (this.#slot = Math.max(this.#slot, now - SLOTS); this.#slot < now;) {
      const slot = ++this.#slot % SLOTS;
      this.#total -= this.#counts[slot]!;
      this.#counts[slot] = 0;
    }
  }
}
