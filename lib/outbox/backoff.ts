export interface Backoff {
  firstMs: number;
  maxMs: number;
}

/**
 * The pause after so many failures in a row: anything between nothing and a bound that doubles each time ("full
 * jitter"), so that those who failed together do not come back together.
 */
export function backoffMs(failures: number, { firstMs, maxMs }: Backoff): number {
  return Math.random() * Math.min(firstMs * 2 ** (failures - 1), maxMs);
}
