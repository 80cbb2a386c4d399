/** How pauses grow. */
export interface Backoff {
  /** The shortest pause. */
  firstMs: number;
  /** The longest. */
  maxMs: number;
}

/** The pause after so many more failures than the first one: it doubles with each. */
export function doublingMs(failures: number, { firstMs, maxMs }: Backoff): number {
  return Math.min(firstMs * 2 ** failures, maxMs);
}

/**
 * The pause after so many failures in a row, drawn from the whole span between the shortest and one that doubles with
 * each failure (full jitter): those who failed together must not come back together.
 */
export function backoffMs(failures: number, backoff: Backoff): number {
  const { firstMs } = backoff;
  return Math.round(firstMs + Math.random() * (doublingMs(failures, backoff) - firstMs));
}
