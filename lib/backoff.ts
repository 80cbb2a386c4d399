/** How pauses grow. */
export interface Backoff {
  /** The shortest pause. */
  firstMs: number;
  /** The longest. */
  maxMs: number;
}

/**
 * The pause after so many failures in a row, drawn from the whole span between the shortest and one that doubles with
 * each failure (full jitter): those who failed together must not come back together.
 */
export function backoffMs(failures: number, { firstMs, maxMs }: Backoff, random = Math.random): number {
  const longest = Math.min(firstMs * 2 ** failures, maxMs);
  return Math.round(firstMs + random() * (longest - firstMs));
}
