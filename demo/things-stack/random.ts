import { createHash } from 'node:crypto';

/** A number from low, included, to high, excluded; without them, from 0 to 1. */
export type Random = (low?: number, high?: number) => number;

/** Random numbers that repeat: the same seed gives the same ones on every machine. */
export function seededRandom(seed: string): Random {
  let count = 0;
  return (low = 0, high = 1) => {
    const digest = createHash('sha256').update(`${seed}/${count++}`).digest();
    return low + (high - low) * (digest.readUInt32BE() / 2 ** 32);
  };
}
