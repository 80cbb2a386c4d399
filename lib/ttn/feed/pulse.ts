/** A timer that knows how late it comes: so long Node.js did nothing else. */
export class Pulse {
  readonly #tickMs: number;
  readonly #onTick: (lateMs: number) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(tickMs: number, onTick: (lateMs: number) => void) {
    this.#tickMs = tickMs;
    this.#onTick = onTick;
  }

  start(): void {
    let last = performance.now();
    this.#timer = setInterval(() => {
      const passed = performance.now() - last;
      last = performance.now();
      this.#onTick(passed - this.#tickMs);
    }, this.#tickMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
