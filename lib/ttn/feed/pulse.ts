/**
 * A timer that knows how late it comes: so long Node.js did nothing else. By whichever clock says more: one stands still
 * while the machine sleeps, the other may be set.
 */
export class Pulse {
  readonly #tickMs: number;
  readonly #now: () => number;
  readonly #onTick: (lateMs: number) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(tickMs: number, now: () => number, onTick: (lateMs: number) => void) {
    this.#tickMs = tickMs;
    this.#now = now;
    this.#onTick = onTick;
  }

  start(): void {
    const clocks = [() => performance.now(), this.#now].map(stopwatch);
    this.#timer = setInterval(() => {
      const passed = Math.max(...clocks.map((lap) => lap()));
      this.#onTick(passed - this.#tickMs);
    }, this.#tickMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/** Gives the time since it was made, or asked before. */
function stopwatch(now: () => number): () => number {
  let last = now();
  return () => {
    const passed = now() - last;
    last += passed;
    return passed;
  };
}
