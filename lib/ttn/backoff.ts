/** Pauses between tries to connect: from 1 s to at most 2 min; the longest of them doubles with each failure. */
export const BACKOFF = { firstMs: 1_000, factor: 2, maxMs: 120_000 };

/**
 * The pause after so many failures in a row, drawn from the whole span (full jitter): many nodes behind one address
 * that come back together would meet the stack's limit of new connections per IP.
 */
export function backoffMs(failures: number, random: () => number = Math.random, policy = BACKOFF): number {
  const longest = Math.min(policy.firstMs * policy.factor ** failures, policy.maxMs);
  return Math.round(policy.firstMs + random() * (longest - policy.firstMs));
}
