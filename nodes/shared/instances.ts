import type { Node } from 'node-red';
import { NotFound } from './admin';

/** The nodes that run, as the editor asks for them. */
export class Instances<T> {
  readonly #running = new Map<Node, T>();

  /** Until the node closes. */
  add(node: Node, instance: T): void {
    this.#running.set(node, instance);
    node.on('close', () => this.#running.delete(node));
  }

  /**
   * In a subflow the editor knows the node that stands in the template: it gets the newest of those made from it.
   * @throws NotFound
   */
  get(id: unknown): T {
    const newestFirst = [...this.#running.keys()].reverse();
    const found = newestFirst.find((node) => node.id === id || aliasOf(node).alias === id);
    if (found) return this.#running.get(found)!;
    throw new NotFound('This node is not running: deploy it, or start the flows.', 'not_running');
  }

  all(): T[] {
    return [...this.#running.values()];
  }
}

/** Of a node in a subflow: the node of the template that it was made from, which is the one that the editor knows. */
export function aliasOf(node: Node): { alias?: string } {
  const { _alias: alias } = node as { _alias?: string };
  return alias === undefined ? {} : { alias };
}
