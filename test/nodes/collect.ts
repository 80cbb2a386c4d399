import type { Node, NodeInitializer } from 'node-red';
import type { Message } from './flow';

/** A node that hears from the moment it stands, as the nodes of users do, and keeps what arrives over all deploys. */
export function collector(): { node: NodeInitializer; messages: Message[] } {
  const messages: Message[] = [];
  const node: NodeInitializer = (RED) => {
    RED.nodes.registerType('collect', function (this: Node, def) {
      RED.nodes.createNode(this, def);
      this.on('input', (msg: Message, send, done) => {
        messages.push(msg);
        send(msg);
        done();
      });
    });
  };
  return { node, messages };
}
