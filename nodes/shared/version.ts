import type { Node, NodeDef } from 'node-red';

/** The form in which this package saves its nodes: `version` among the settings of each. */
export const VERSION = 1;

/** The newer forms that were warned of. */
const warned = new Set<number>();

/** A node of a flow that a newer version of this package has saved: says so, once for each newer form. */
export function warnIfNewer(node: Node, { version }: NodeDef & { version?: number }): void {
  if (!version || version <= VERSION || warned.has(version)) return;
  warned.add(version);
  node.warn(
    'This flow was made by a newer version of this package, @ttn-microshare/node-red: update it. Until then, settings that it does not know do nothing.',
  );
}
