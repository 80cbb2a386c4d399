import type { Node } from 'node-red';

type Users<User> = Record<string, User>;

/**
 * Users without their config node, by the id of that node: Node-RED does not restart a node of a subflow whose property,
 * or variable, chooses the config node, nor any when a config node is put back that was deleted.
 */
export class LeftUsers<User extends Node> {
  readonly #left = new Map<string, Users<User>>();

  /** The node closes; who has closed before is not among its users any more. */
  leave({ id, users }: Node & { users: Users<User> }): void {
    if (Object.keys(users).length > 0) this.#left.set(id, users);
  }

  /**
   * A user starts, and its config node is not there.
   * @returns takes it back
   */
  wait(id: string, user: User): () => void {
    const users = this.#left.get(id) ?? {};
    this.#left.set(id, users);
    users[user.id] = user;
    return () => void delete users[user.id];
  }

  /** Users of the node that starts under this id. */
  take(id: string): Users<User> {
    const users = this.#left.get(id) ?? {};
    this.#left.delete(id);
    return users;
  }
}
