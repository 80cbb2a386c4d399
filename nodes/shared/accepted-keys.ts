/** Copies of a flow get an uplink at about the same time. */
const REMEMBERED_MS = 5 * 60_000;
const MOST_REMEMBERED = 10_000;

/** Which node has accepted which record lately: two that accept the same would write it twice. */
export class AcceptedKeys {
  readonly #by = new Map<string, { node: string; at: number }>();
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
    const before = this.#by.get(key);
    const told = before && this.#nodes.get(before.node);
    const now = Date.now();
    if (!told || before.node === node || now > before.at + REMEMBERED_MS) {
      this.#remember(key, { node, at: now });
      return undefined;
    }
    if (told.has(node) || this.#nodes.get(node)?.has(before.node)) return undefined;
    told.add(node);
    return before.node;
  }

  #remember(key: string, by: { node: string; at: number }): void {
    this.#by.set(key, by);
    if (this.#by.size <= MOST_REMEMBERED) return;
    const [oldest] = this.#by.keys();
    this.#by.delete(oldest!);
  }
}

/** Of this Node-RED. */
export const acceptedKeys = new AcceptedKeys();
