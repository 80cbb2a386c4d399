/** The time of the stand-in: the given source plus what a test has advanced it by. */
export class Clock {
  #advanced = 0;

  constructor(private readonly source: () => number = Date.now) {}

  /** Milliseconds since 1970. */
  now(): number {
    return this.source() + this.#advanced;
  }

  advance(milliseconds: number): void {
    this.#advanced += milliseconds;
  }
}
