import type { Node, NodeAPI } from 'node-red';
import { route } from '../shared/admin';
import { aliasOf } from '../shared/instances';

export interface LastPayload {
  hex: string;
  fPort?: number;
}

/** The last payload that passed each node, for the node's dialog to try. */
export class LastPayloads {
  readonly #payloads = new Map<string, LastPayload>();

  constructor(RED: NodeAPI) {
    RED.httpAdmin.get(
      '/lpp-decode/:id/last',
      RED.auth.needsPermission('lpp-decode.read'),
      route(({ params }, response) => {
        const payload = this.#payloads.get(String(params.id));
        if (!payload) response.status(204).end();
        return payload;
      }),
    );
  }

  /** Until the node closes. */
  keeperOf(node: Node): (payload: LastPayload) => void {
    const id = aliasOf(node).alias ?? node.id;
    node.on('close', () => this.#payloads.delete(id));
    return (payload) => this.#payloads.set(id, payload);
  }
}
