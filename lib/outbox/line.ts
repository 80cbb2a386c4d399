import { backoffMs, doublingMs } from '../backoff';
import type { Cause } from './outcome';
import type { DeliverySettings } from './settings';

/** Why and until when nothing is sent. */
export interface Stop extends Cause {
  name: 'waiting' | 'held';
  /** Then one record is sent to see whether the way is free: the probe. */
  until: number;
}

type Settings = Pick<DeliverySettings, 'circuitAfter' | 'backoff' | 'longestRetryAfterMs' | 'hold'>;

/**
 * Whether records may be sent at all: a circuit breaker. The line stops when the other side fails again and again, when
 * it asks to be left alone, and when it holds. It goes on when a probe gets through. Times in ms of one clock.
 */
export class Line {
  readonly #settings: Settings;
  #stop: Stop | undefined;
  #probing = false;
  /** In a row, while the line goes. */
  #failures = 0;
  /** Of probes, in a row. */
  #failedProbes = 0;
  #holds = 0;
  #resumedAt = -Infinity;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  get stop(): Stop | undefined {
    return this.#stop;
  }

  /** When the next record may be sent; Infinity while a probe is under way. */
  get opensAt(): number {
    if (!this.#stop) return -Infinity;
    return this.#probing ? Infinity : this.#stop.until;
  }

  /** A record is about to be sent. Returns whether it is the probe. */
  start(): boolean {
    return (this.#probing = this.#stop !== undefined);
  }

  /** The other side is there, whatever it said of the record. */
  answered(probe: boolean): void {
    this.#failures = 0;
    if (!probe) return;
    this.#probing = false;
    this.#stop = undefined;
    this.#failedProbes = this.#holds = 0;
  }

  /** The other side is down, or asks to be left alone for so long. */
  failed(probe: boolean, cause: Cause, now: number, retryAfterMs = 0): void {
    const { circuitAfter, backoff, longestRetryAfterMs } = this.#settings;
    this.#failures++;
    if (probe) this.#probing = false;
    if (probe || (!this.#stop && this.#failures >= circuitAfter)) {
      this.#wait(cause, now + backoffMs(++this.#failedProbes, backoff));
    }
    if (retryAfterMs > 0 && this.#stop?.name !== 'held') {
      const until = now + Math.min(retryAfterMs, longestRetryAfterMs);
      this.#wait(cause, Math.max(until, this.#stop?.until ?? until));
    }
  }

  /** @param sentAt what was sent before {@link resume} says nothing of the time after */
  held(probe: boolean, cause: Cause, now: number, sentAt: number): void {
    if (probe) this.#probing = false;
    else if (this.#stop?.name === 'held') return;
    const pause = sentAt < this.#resumedAt ? 0 : doublingMs(this.#holds++, this.#settings.hold);
    this.#stop = { name: 'held', code: cause.code, message: cause.message, until: now + pause };
  }

  /** Something has changed: a probe may be sent at once. */
  resume(now: number): void {
    this.#resumedAt = now;
    this.#holds = this.#failedProbes = 0;
    if (this.#stop) this.#stop = { ...this.#stop, until: now };
  }

  #wait({ code, message }: Cause, until: number): void {
    this.#stop = { name: 'waiting', code, message, until };
  }
}
