import type { Node } from 'node-red';

type Users<User> = Record<string, User>;

/**
 * Users that a deploy has left behind without their config node, by the id of that node: Node-RED does not restart a node
 * of a subflow whose property, or variable, chooses the config node.
 */
export class LeftUsers<User extends Node> {
  readonly #left = new Map<string, Users<User>>();

  /** The node closes; who has closed before is not among its users any more. */
  leave({ id, users }: Node & { users: Users<User> }): void {
    if (Object.keys(users).length > 0) this.#left.set(id, users);
  }

  /** Users of the node that starts under this id. */
  take(id: string): Users<User> {
    const users = this.#left.get(id) ?? {};
    this.#left.delete(id);
    return users;
  }
}
