import type { Node } from 'node-red';
import { NotFound } from './admin';

/** The nodes that run, as the editor asks for them. */
export class Instances<T> {
  readonly #byId = new Map<string, T>();

  /** Until the node closes. In a subflow the editor knows the node that stands in the template. */
  add(node: Node, instance: T): void {
    const ids = [node.id, (node as { _alias?: string })._alias].filter((id) => id !== undefined);
    for (const id of ids) this.#byId.set(id, instance);
    node.on('close', () => {
      for (const id of ids) if (this.#byId.get(id) === instance) this.#byId.delete(id);
    });
  }

  /** @throws NotFound */
  get(id: unknown): T {
    const instance = this.#byId.get(String(id));
    if (instance) return instance;
    throw new NotFound('This node is not running yet: deploy it first.');
  }

  all(): T[] {
    return [...new Set(this.#byId.values())];
  }
}
