import type { Lane } from './lanes';
import type { Deliver, Outcome } from './outcome';
import type { StoredRecord } from './store';

/** One attempt to deliver the taken record of a lane. */
export interface Flight {
  readonly lane: Lane;
  readonly record: StoredRecord;
  /** See `Line`. */
  readonly probe: boolean;
  readonly startedAt: number;
}

/** An attempt that does not end soon after it was aborted is given up. */
export const ABORT_GRACE_MS = 1_000;
/** How exactly the deadline is kept. */
const WATCH_MS = 500;

/** The attempts under way, each of which ends once. One timer watches the deadline of all of them. */
export class Flights {
  readonly #deliver: Deliver;
  readonly #deadlineMs: number;
  readonly #onEnd: (flight: Flight, outcome: Outcome) => void;
  /** Oldest first. */
  readonly #flights = new Map<Flight, AbortController>();
  #timer: NodeJS.Timeout | undefined;

  constructor(deliver: Deliver, deadlineMs: number, onEnd: (flight: Flight, outcome: Outcome) => void) {
    this.#deliver = deliver;
    this.#deadlineMs = deadlineMs;
    this.#onEnd = onEnd;
  }

  start(flight: Flight): void {
    const controller = new AbortController();
    this.#flights.set(flight, controller);
    this.#timer ??= this.#watch();
    let attempt: Promise<Outcome>;
    try {
      attempt = this.#deliver(flight.record, controller.signal);
    } catch (error) {
      attempt = Promise.resolve(thrown(error));
    }
    attempt.then(
      (outcome) => this.#end(flight, outcome),
      (error: unknown) => this.#end(flight, thrown(error)),
    );
  }

  abort(): void {
    for (const controller of this.#flights.values()) controller.abort();
  }

  /** Ends what does not end by itself. */
  giveUp(): void {
    clearTimeout(this.#timer);
    for (const flight of this.#flights.keys()) this.#end(flight, NO_END);
  }

  #end(flight: Flight, outcome: Outcome): void {
    if (this.#flights.delete(flight)) this.#onEnd(flight, outcome);
  }

  #watch(): NodeJS.Timeout {
    return setTimeout(
      () => {
        const deadline = performance.now() - this.#deadlineMs;
        for (const [flight, controller] of this.#flights) {
          if (flight.startedAt > deadline) break;
          if (flight.startedAt > deadline - ABORT_GRACE_MS) controller.abort();
          else this.#end(flight, NO_END);
        }
        this.#timer = this.#flights.size > 0 ? this.#watch() : undefined;
      },
      Math.min(WATCH_MS, this.#deadlineMs),
    );
  }
}

const NO_END: Outcome = {
  outcome: 'retry',
  code: 'timeout',
  message: 'The attempt did not end, although it was aborted.',
  doubtful: true,
  serviceDown: true,
};

function thrown(error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  return { outcome: 'retry', code: 'failed', message, doubtful: true, serviceDown: true };
}
