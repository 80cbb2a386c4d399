/** Pauses between tries to connect: from 1 s, doubled each time, to 2 min. */
export const BACKOFF = { firstMs: 1_000, factor: 2, maxMs: 120_000 };

/**
 * The pause before try number `failures + 1`, with jitter over its upper half: many nodes behind one address that
 * come back together would meet the stack's limit of new connections per IP.
 */
export function backoffMs(failures: number, random: () => number = Math.random, policy = BACKOFF): number {
  const full = Math.min(policy.firstMs * policy.factor ** Math.max(failures - 1, 0), policy.maxMs);
  return Math.round(full * (0.5 + random() / 2));
}
