import type { NodeAPI } from 'node-red';

let count = 0;

/**
 * Adds hooks to Node-RED's messaging, by their names.
 * @returns removes them; undefined: there are none, as in node-red-node-test-helper
 */
export function addHooks(
  { hooks }: NodeAPI,
  added: Record<string, (event: never) => void>,
): (() => void) | undefined {
  // The type says that there always are.
  if (!(hooks as unknown)) return undefined;
  const label = `ttn-microshare-${++count}`;
  for (const [name, hook] of Object.entries(added)) hooks.add(`${name}.${label}`, hook as never);
  return () => hooks.remove(`*.${label}`);
}
