import { Recent } from '../../lib/recent';

/** Copies of a flow get an uplink at about the same time. */
const REMEMBERED_MS = 5 * 60_000;
const REMEMBERED = 5_000;

/** Which node has accepted which record lately: two that accept the same would write it twice. */
export class AcceptedKeys {
  readonly #by = new Recent<string, { node: string; at: number }>(REMEMBERED);
  /** Those that run, with the others that were told of them. */
  readonly #nodes = new Map<string, Set<string>>();

  join(node: string): void {
    this.#nodes.set(node, new Set());
  }

  leave(node: string): void {
    this.#nodes.delete(node);
  }

  /** @returns the id of another node that has accepted the same; once for each two nodes */
  accept(key: string, node: string): string | undefined {
    if (this.#nodes.size < 2) return undefined;
    const before = this.#by.get(key);
    const told = before && this.#nodes.get(before.node);
    const now = Date.now();
    if (!told || before.node === node || now > before.at + REMEMBERED_MS) {
      this.#by.set(key, { node, at: now });
      return undefined;
    }
    if (told.has(node) || this.#nodes.get(node)?.has(before.node)) return undefined;
    told.add(node);
    return before.node;
  }
}

/** Of this Node-RED. */
export const acceptedKeys = new AcceptedKeys();
