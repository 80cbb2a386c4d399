import { getDefaultAutoSelectFamilyAttemptTimeout, setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';

/**
 * For each address of a host that has several. Node.js gives one 250 ms and does not come back to it: over a slow link
 * the address that works would never be reached. A connection request that got lost is repeated after one second.
 * Who has set a longer time for all of Node-RED keeps it.
 */
const ATTEMPT_MS = Math.max(2_500, getDefaultAutoSelectFamilyAttemptTimeout());

/** To be among the options of a connection. */
export const DUAL_STACK = { autoSelectFamilyAttemptTimeout: ATTEMPT_MS };

/** For libraries that do not pass that option on, and begin to connect at once. */
export function withDualStack<T>(connect: () => T): T {
  const before = getDefaultAutoSelectFamilyAttemptTimeout();
  setDefaultAutoSelectFamilyAttemptTimeout(ATTEMPT_MS);
  try {
    return connect();
  } finally {
    setDefaultAutoSelectFamilyAttemptTimeout(before);
  }
}
