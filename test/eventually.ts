import { setTimeout as sleep } from 'node:timers/promises';

const TIMEOUT_MS = 5_000;

/** Waits until something is so. @param what it is, and at the end why not */
export async function eventually<T>(
  check: () => T | undefined | false | Promise<T | undefined | false>,
  what: string | (() => string),
  timeoutMs = TIMEOUT_MS,
): Promise<T> {
  for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(5)) {
    const found = await check();
    if (found !== undefined && found !== false) return found;
  }
  throw new Error(`In vain waited for ${typeof what === 'string' ? what : what()}`);
}
