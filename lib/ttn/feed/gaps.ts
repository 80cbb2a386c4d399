/** A time on the server's clock, ms since 1970. */
export interface Span {
  from: number;
  to: number;
}

interface Unread {
  from: number;
  /** When the connection was last known to stand, by our own clock; the time of asking where it does. */
  awayFrom: number;
}

interface Recheck extends Span {
  /** Where the first reading began. */
  readFrom: number;
  /** By our own clock. */
  due: number;
}

/** What survives a restart. */
export interface GapState {
  unread?: Unread;
  rechecks: Recheck[];
  away: Span[];
  awaySince?: number;
}

/** From there on storage is to be read. */
export interface Reading extends Unread {
  /** The server's time of the newest message that had come when it began. */
  newest: number;
  again: boolean;
  rechecks: Recheck[];
}

/** So many absences are remembered, to say of a lost frame that it was lost in one of them. */
const MAX_AWAY = 100;
/** Rechecks that fall due within this part of the time between reading and recheck are made in one. */
const MERGED_PART = 0.1;

/**
 * The gaps of a feed: times in which messages may have passed unheard, until storage was read for them, and once
 * more later.
 */
export class Gaps {
  readonly #recheckMs: number;
  #unread: Unread | undefined;
  /** Being read for the first time; another gap may be marked meanwhile. */
  #reading: Reading | undefined;
  #rechecks: Recheck[] = [];
  /** Absences for which storage did not stand in. */
  #away: Span[] = [];
  #awaySince: number | undefined;
  /** For this time storage has given what it has, or has nothing to give. */
  #asked: Span = { from: Infinity, to: -Infinity };

  constructor(recheckMs: number) {
    this.#recheckMs = recheckMs;
  }

  get open(): boolean {
    return this.#unread !== undefined || this.#reading !== undefined || this.#rechecks.length > 0;
  }

  /** From here on messages may be missing. */
  mark(from: number, awayFrom: number): void {
    this.#awaySince = Math.min(from, this.#awaySince ?? Infinity);
    this.#addUnread({ from, awayFrom });
  }

  /** Storage may have messages from here on, though nobody was away. */
  ask(from: number, now: number): void {
    this.#addUnread({ from, awayFrom: now });
  }

  /** From now on messages come. */
  resume(now: number): void {
    if (this.#awaySince === undefined) return;
    const away = { from: this.#awaySince, to: Math.max(now, this.#awaySince) };
    const last = this.#away.at(-1);
    if (last && last.to >= away.from)
      Object.assign(last, { from: Math.min(last.from, away.from), to: away.to });
    else this.#away.push(away);
    if (this.#away.length > MAX_AWAY) this.#away.shift();
    this.#awaySince = undefined;
  }

  /** There is nothing to read from. */
  forget(): void {
    this.#unread = undefined;
    this.#rechecks = [];
  }

  /** What to read now. It stays open until {@link done}, {@link giveUp} or {@link putBack} says what became of it. */
  next(now: number, withNew: boolean, newest = -Infinity): Reading | undefined {
    if (withNew && this.#unread) {
      this.#reading = { ...this.#unread, newest, again: false, rechecks: [] };
      this.#unread = undefined;
      return this.#reading;
    }
    // Further ahead than any can be: the clock was set back.
    const rechecks = this.#rechecks.filter(({ due }) => due <= now || due > now + this.#recheckMs);
    if (rechecks.length === 0) return undefined;
    const from = Math.min(...rechecks.map((recheck) => recheck.from));
    return { from, awayFrom: from, newest, again: true, rechecks };
  }

  /**
   * It was read.
   * @param readFrom where the reading began
   * @param recheck what to read again later
   */
  done(reading: Reading, readFrom: number, recheck: Span, now: number): void {
    this.#close(reading);
    this.#hasAsked({ from: readFrom, to: reading.newest });
    if (!reading.again) return this.#addRecheck({ ...recheck, readFrom, due: now + this.#recheckMs });
    const start = Math.min(...reading.rechecks.map(({ readFrom }) => readFrom));
    const end = Math.max(...reading.rechecks.map(({ to }) => to));
    this.#away = this.#away.filter(({ from, to }) => from < start || to > end);
  }

  /** Storage has nothing for it. */
  giveUp(reading: Reading): void {
    this.#close(reading);
    this.#hasAsked({ from: reading.from, to: reading.newest });
  }

  /** It could not be read now. */
  putBack(reading: Reading): void {
    if (reading.again) return;
    this.#reading = undefined;
    this.#addUnread(reading);
  }

  /** True when storage may still bring messages of this time. */
  isPending({ from, to }: Span): boolean {
    return (
      [this.#unread, this.#reading].some((gap) => gap && to >= gap.from) ||
      this.#rechecks.some((recheck) => from <= recheck.to && to >= Math.min(recheck.from, recheck.readFrom))
    );
  }

  /** From where on storage was not asked yet for all of this time; undefined: it was. */
  notAskedFrom({ from, to }: Span): number | undefined {
    if (from < this.#asked.from) return from;
    return to > this.#asked.to ? Math.max(from, this.#asked.to) : undefined;
  }

  /** True when we were away in this time and storage did not stand in. */
  wasAway({ from, to }: Span): boolean {
    return (
      (this.#awaySince !== undefined && to >= this.#awaySince) ||
      this.#away.some((away) => from <= away.to && to >= away.from)
    );
  }

  state(): GapState {
    const unread = this.#reading ? earlier(this.#reading, this.#unread) : this.#unread;
    return {
      ...(unread && { unread: { from: unread.from, awayFrom: unread.awayFrom } }),
      rechecks: this.#rechecks,
      away: this.#away,
      ...(this.#awaySince !== undefined && { awaySince: this.#awaySince }),
    };
  }

  restore({ unread, rechecks, away, awaySince }: GapState): void {
    this.#unread = unread;
    this.#rechecks = rechecks;
    this.#away = away;
    this.#awaySince = awaySince;
  }

  #hasAsked(span: Span): void {
    const { from, to } = this.#asked;
    const isNext = span.from <= to && span.to >= from;
    this.#asked = isNext ? { from: Math.min(from, span.from), to: Math.max(to, span.to) } : span;
  }

  #addUnread(gap: Unread): void {
    this.#unread = earlier(gap, this.#unread);
  }

  #addRecheck(recheck: Recheck): void {
    const last = this.#rechecks.at(-1);
    if (!last || recheck.due - last.due > this.#recheckMs * MERGED_PART) {
      this.#rechecks.push(recheck);
      return;
    }
    last.from = Math.min(last.from, recheck.from);
    last.to = Math.max(last.to, recheck.to);
    last.readFrom = Math.min(last.readFrom, recheck.readFrom);
  }

  #close(reading: Reading): void {
    if (!reading.again) this.#reading = undefined;
    this.#rechecks = this.#rechecks.filter((recheck) => !reading.rechecks.includes(recheck));
  }
}

function earlier(a: Unread, b: Unread = a): Unread {
  return { from: Math.min(a.from, b.from), awayFrom: Math.min(a.awayFrom, b.awayFrom) };
}
