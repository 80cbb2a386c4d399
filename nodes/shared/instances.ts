import type { Node } from 'node-red';
import { NotFound } from './admin';

/** The nodes that run, as the editor asks for them. */
export class Instances<T> {
  readonly #byId = new Map<string, T>();

  /** Until the node closes. In a subflow the editor knows the node that stands in the template. */
  add(node: Node, instance: T): void {
    const { alias } = aliasOf(node);
    const ids = [node.id, ...(alias === undefined ? [] : [alias])];
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

/** Of a node in a subflow: the node of the template that it was made from, which is the one that the editor knows. */
export function aliasOf(node: Node): { alias?: string } {
  const { _alias: alias } = node as { _alias?: string };
  return alias === undefined ? {} : { alias };
}
