import type { Backoff } from '../backoff';

/** How an outbox delivers. */
export interface DeliverySettings {
  /** How many records may be under way at the same time: it is adapted between the two. */
  minInFlight: number;
  maxInFlight: number;
  /** An attempt that takes longer is ended. */
  deadlineMs: number;
  /** An older record is rejected with the code `expired`. */
  maxAgeMs: number;
  /** A record that failed so often while others were written is rejected with the code `gave_up`. */
  maxAttempts: number;
  /** When the service is down so often in a row, the line stops: one record is tried after each pause. */
  circuitAfter: number;
  /** Pauses of one record that failed, and of the line. */
  backoff: Backoff;
  /** The longest pause that the other side may ask for. */
  longestRetryAfterMs: number;
  /** The line is held: pauses between two tries, doubled from the first to the longest. */
  hold: Backoff;
  /** When the outbox closes: how long records under way may take. */
  closeGraceMs: number;
}

export const DELIVERY: Readonly<DeliverySettings> = {
  minInFlight: 4,
  maxInFlight: 384,
  deadlineMs: 30_000,
  maxAgeMs: Infinity,
  maxAttempts: 20,
  circuitAfter: 10,
  backoff: { firstMs: 1_000, maxMs: 300_000 },
  longestRetryAfterMs: 3_600_000,
  hold: { firstMs: 300_000, maxMs: 3_600_000 },
  closeGraceMs: 5_000,
};

/** Fills in what is not given. */
export function deliverySettings(given: Partial<DeliverySettings> = {}): DeliverySettings {
  const minInFlight = Math.min(DELIVERY.minInFlight, given.maxInFlight ?? DELIVERY.maxInFlight);
  return { ...DELIVERY, minInFlight, ...given };
}
