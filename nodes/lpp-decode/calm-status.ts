import type { Node, NodeStatus } from 'node-red';

const SHOW_EVERY_MS = 500;

/** A status that changes with every message: the first is shown at once, and then the last at most twice a second. */
export class CalmStatus {
  readonly #node: Node;
  #next: (() => NodeStatus) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(node: Node) {
    this.#node = node;
    node.on('close', () => clearTimeout(this.#timer));
  }

  /** @param status made only when it is shown: texts take their time */
  show(status: () => NodeStatus): void {
    this.#next = status;
    if (!this.#timer) this.#showNext();
  }

  #showNext(): void {
    this.#timer = undefined;
    if (!this.#next) return;
    this.#node.status(this.#next());
    this.#next = undefined;
    this.#timer = setTimeout(() => this.#showNext(), SHOW_EVERY_MS).unref();
  }
}
