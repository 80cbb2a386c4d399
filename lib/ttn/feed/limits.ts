/** Sizes and times of a feed. */
export interface FeedLimits {
  /** Live messages that may wait for the flow; newer ones are dropped and fetched from storage later. */
  queueMessages: number;
  /** The same in bytes of the messages as they came. */
  queueBytes: number;
  /** Messages that may be with the listener, their promises not yet settled. */
  inFlight: number;
  /** At least so many last keys are known, so that a message is not handed on twice. */
  seenKeys: number;
  /** Until what was handed on counts as processed: it comes again when the process ends before. */
  processedMs: number;
  /** A gap is read from so long before it: storage is written in batches, and times repeat. */
  overlapMs: number;
  /** A gap is read again so long after the first reading: batches may come late. */
  recheckMs: number;
  /** A frame that is missing may only be late by so much. */
  lateMs: number;
  /** Between two readings of new gaps. It doubles while there is always a next one. */
  pauseMs: number;
  longestPauseMs: number;
  /** Until storage is asked again after it refused the key. */
  refusedPauseMs: number;
  /** Of the timer that finds stalls, writes the state and looks for what is due. */
  tickMs: number;
  /** A timer so late means that the socket was not read for as long: Node.js was busy, or the machine slept. */
  stallMs: number;
  /** How often the state says that the connection stood while no message came. */
  aliveMs: number;
}

const MINUTE = 60_000;

export const FEED_LIMITS: Readonly<FeedLimits> = {
  queueMessages: 10_000,
  queueBytes: 32_000_000,
  inFlight: 256,
  seenKeys: 200_000,
  processedMs: MINUTE,
  overlapMs: 5 * MINUTE,
  recheckMs: 10 * MINUTE,
  lateMs: 30_000,
  pauseMs: 10_000,
  longestPauseMs: 5 * MINUTE,
  refusedPauseMs: 60 * MINUTE,
  tickMs: 1_000,
  stallMs: 1_000,
  aliveMs: 10 * MINUTE,
};

/** Pauses between tries to read from storage. */
export const STORAGE_BACKOFF = { firstMs: 1_000, maxMs: 10 * MINUTE };

/** Where nobody says how long storage keeps messages: so far back is read when the state file is lost. */
export const UNKNOWN_RETENTION_MS = 24 * 60 * MINUTE;
