import { messageOf } from '../errors';
import { Slots } from './slots';
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

class Attempt {
  readonly flight: Flight;
  readonly controller = new AbortController();
  /** Among those under way. */
  slot = -1;

  constructor(flight: Flight) {
    this.flight = flight;
  }
}

/** The attempts under way, each of which ends once. One timer watches the deadline of all of them. */
export class Flights {
  readonly #deliver: Deliver;
  readonly #deadlineMs: number;
  readonly #onEnd: (flight: Flight, outcome: Outcome) => void;
  readonly #attempts = new Slots<Attempt>();
  #timer: NodeJS.Timeout | undefined;

  constructor(deliver: Deliver, deadlineMs: number, onEnd: (flight: Flight, outcome: Outcome) => void) {
    this.#deliver = deliver;
    this.#deadlineMs = deadlineMs;
    this.#onEnd = onEnd;
  }

  start(flight: Flight): void {
    const attempt = new Attempt(flight);
    attempt.slot = this.#attempts.add(attempt);
    this.#timer ??= this.#watch();
    let delivered: Promise<Outcome>;
    try {
      delivered = this.#deliver(flight.record, attempt.controller.signal);
    } catch (error) {
      delivered = Promise.resolve(thrown(error));
    }
    delivered.then(
      (outcome) => this.#end(attempt, outcome),
      (error: unknown) => this.#end(attempt, thrown(error)),
    );
  }

  abort(): void {
    for (const { controller } of this.#attempts) controller.abort();
  }

  /** Ends what does not end by itself. */
  giveUp(): void {
    clearTimeout(this.#timer);
    for (const attempt of this.#attempts) this.#end(attempt, NO_END);
  }

  #end(attempt: Attempt, outcome: Outcome): void {
    if (this.#attempts.remove(attempt.slot, attempt)) this.#onEnd(attempt.flight, outcome);
  }

  #watch(): NodeJS.Timeout {
    return setTimeout(
      () => {
        const deadline = performance.now() - this.#deadlineMs;
        for (const attempt of this.#attempts) {
          const { startedAt } = attempt.flight;
          if (startedAt > deadline) continue;
          if (startedAt > deadline - ABORT_GRACE_MS) attempt.controller.abort();
          else this.#end(attempt, NO_END);
        }
        this.#timer = this.#attempts.size > 0 ? this.#watch() : undefined;
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
  return { outcome: 'retry', code: 'failed', message: messageOf(error), doubtful: true, serviceDown: true };
}
