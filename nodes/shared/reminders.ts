import { doublingMs, type Backoff } from '../../lib/backoff';

/** What goes on is told again after so long, then less and less often: a service may be down for weeks. */
const TELL_AGAIN: Backoff = { firstMs: 60_000, maxMs: 3_600_000 };

/** When to tell of what happens again and again, by its name. */
export class Reminders {
  readonly #reminders = new Map<string, Reminder>();

  /** It happens now. */
  isDue(what: string): boolean {
    const reminder = this.#reminders.get(what) ?? new Reminder();
    this.#reminders.set(what, reminder);
    return reminder.isDue();
  }
}

class Reminder {
  #times = 0;
  #nextAt = -Infinity;
  #lastAt = -Infinity;

  isDue(): boolean {
    const now = performance.now();
    // It was over meanwhile.
    if (now > this.#lastAt + TELL_AGAIN.maxMs) this.#times = 0;
    this.#lastAt = now;
    if (this.#times > 0 && now < this.#nextAt) return false;
    this.#nextAt = now + doublingMs(this.#times++, TELL_AGAIN);
    return true;
  }
}
