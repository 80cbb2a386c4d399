import { backoffMs, doublingMs } from '../backoff';
import type { Figures } from './figures';
import type { Flight } from './flights';
import { isScout, type Lanes } from './lanes';
import type { Line } from './line';
import type { Outcome } from './outcome';
import type { DeliverySettings } from './settings';
import type { Settler } from './settler';
import type { Rejection, StoredRecord } from './store';
import { troubled, type Trouble } from './trouble';

export interface ResultListener {
  /**
   * The record left the queue, which is durable.
   * @param result what {@link Deliver} answered
   */
  onWritten(record: StoredRecord, result: unknown): void;
  onRejected(record: StoredRecord, reason: Rejection): void;
  /** The store has dropped the record, and it is not sent any more. */
  onDropped(id: number): void;
}

/** What the outcome of an attempt changes. */
interface Changed {
  lanes: Lanes;
  line: Line;
  settler: Settler;
  figures: Figures;
}

type Reason = Omit<Rejection, 'at'>;
type Written = Extract<Outcome, { outcome: 'written' }>;
type Failure = Exclude<Outcome, { outcome: 'written' | 'rejected' }>;

/** Draws the conclusions from attempts that have ended. */
export class Results {
  readonly #changed: Changed;
  readonly #settings: DeliverySettings;
  readonly #listener: ResultListener;
  /** When that record was sent which was written last. */
  #writtenSentAt = -Infinity;

  constructor(changed: Changed, settings: DeliverySettings, listener: ResultListener) {
    this.#changed = changed;
    this.#settings = settings;
    this.#listener = listener;
  }

  ended(flight: Flight, outcome: Outcome): void {
    if (outcome.outcome === 'retry' || outcome.outcome === 'hold') return this.#failed(flight, outcome);
    this.#changed.line.answered(flight.probe);
    if (outcome.outcome === 'written') return this.#written(flight, outcome);
    this.#noteAttempt(flight.record, outcome.doubtful === true);
    this.#rejected(flight, outcome);
  }

  /** It waited too long, and is in no lane any more. */
  expired(record: StoredRecord, ageMs: number): void {
    const hours = (ageMs / 3_600_000).toFixed(1);
    const message = `Waited for ${hours} hours, longer than the limit of age.`;
    this.#reject(record, { code: 'expired', message });
  }

  #tellLine({ probe, startedAt }: Flight, failure: Failure, isOwnHold: boolean): void {
    const { line } = this.#changed;
    const now = performance.now();
    if (failure.outcome === 'hold' && !isOwnHold) line.held(probe, failure, now, startedAt);
    else if (failure.outcome === 'retry' && (failure.serviceDown || failure.retryAfterMs)) {
      line.failed(probe, failure, now, failure.retryAfterMs);
    } else line.answered(probe);
  }

  #written({ lane, record, startedAt }: Flight, { result, found }: Written): void {
    // The fault is that of the record before it: it is tried once more.
    if (lane.trouble && isScout(lane)) lane.trouble.ownFailures = this.#settings.maxAttempts - 1;
    this.#writtenSentAt = Math.max(this.#writtenSentAt, startedAt);
    const { lanes, settler, figures } = this.#changed;
    figures.wrote(record.id, result, record.doubtful && !found);
    lanes.next(lane);
    lanes.revive(performance.now());
    settler.settle({ id: record.id, state: 'written' }, () => this.#listener.onWritten(record, result));
  }

  #rejected({ lane, record }: Flight, reason: Reason): void {
    this.#changed.lanes.next(lane);
    this.#reject(record, reason);
  }

  /** Also of the last one: a rejected record stays doubtful. */
  #noteAttempt(record: StoredRecord, doubtful: boolean): void {
    record.attempts++;
    record.doubtful ||= doubtful;
    const { id } = record;
    this.#changed.settler.settle({ id, state: 'retry', doubtful: record.doubtful }, () => {});
  }

  #reject(record: StoredRecord, { code, message, status, text }: Reason): void {
    const { settler, figures } = this.#changed;
    const reason: Rejection = {
      code,
      message,
      at: Date.now(),
      ...(status !== undefined && { status }),
      ...(text !== undefined && { text }),
    };
    figures.reject(reason);
    settler.settle({ id: record.id, state: 'rejected', reason }, () =>
      this.#listener.onRejected(record, reason),
    );
  }

  #failed(flight: Flight, failure: Failure): void {
    const { lanes, figures } = this.#changed;
    const { lane, record } = flight;
    figures.retry(failure);
    const trouble = (lane.trouble = this.#troubled(flight, failure));
    this.#tellLine(flight, failure, trouble.ownHolds > 0);
    if (lane.dropped) {
      lanes.next(lane);
      return this.#listener.onDropped(record.id);
    }
    this.#noteAttempt(record, isDoubtful(failure));
    if (trouble.ownFailures >= this.#settings.maxAttempts) {
      return this.#rejected(flight, gaveUp(trouble.ownFailures, failure));
    }
    lanes.retry(lane, performance.now() + this.#pauseMs(trouble), failure);
  }

  /** What the first record of the lane went through; that another was sent in its place adds nothing. */
  #troubled({ lane, probe }: Flight, failure: Failure): Trouble {
    if (lane.trouble && isScout(lane)) return lane.trouble;
    const { written, failed } = this.#changed.figures;
    return troubled(lane.trouble, {
      written,
      failed,
      serviceDown: isServiceDown(failure),
      mayBeOwn: mayBeOwn(failure),
      heldAt: failure.outcome === 'hold' ? performance.now() : undefined,
      writtenSentAt: this.#writtenSentAt,
      probe,
    });
  }

  #pauseMs({ failures, ownHolds }: Trouble): number {
    const { backoff, hold } = this.#settings;
    return ownHolds > 0 ? doublingMs(ownHolds - 1, hold) : backoffMs(failures, backoff);
  }
}

function isServiceDown(failure: Failure): boolean {
  return failure.outcome === 'retry' && failure.serviceDown === true;
}

/** The record did arrive, and may be the fault. */
function mayBeOwn(failure: Failure): boolean {
  return !isServiceDown(failure) || isDoubtful(failure);
}

function isDoubtful(failure: Failure): boolean {
  return failure.outcome === 'retry' && failure.doubtful === true;
}

function gaveUp(failures: number, { code, message }: Failure): Reason {
  return {
    code: 'gave_up',
    message: `Given up after ${failures} failures while other records were written. The last was ${code}: ${message}`,
  };
}
