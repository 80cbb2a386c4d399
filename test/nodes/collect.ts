import type { NodeInitializer } from 'node-red';
import { userNode, type Message } from './flow';

/** A node that hears from the moment it stands, as the nodes of users do, and keeps what arrives over all deploys. */
export function collector(): { node: NodeInitializer; messages: Message[] } {
  const messages: Message[] = [];
  const node = userNode('collect', (node) => {
    node.on('input', (msg: Message, send, done) => {
      messages.push(msg);
      send(msg);
      done();
    });
  });
  return { node, messages };
}
