import type { Node, NodeAPI } from 'node-red';
import { addHooks } from './hooks';

interface MessageWithUplink {
  uplink?: { key?: unknown };
  /** Of a Complete node: the uplink itself has arrived somewhere. */
  complete?: unknown;
}

/** Node-RED takes the input handlers from a node that is closed, and delivers to it all the same. */
interface ClosableNode extends Node {
  _inputCallback?: unknown;
  _inputCallbacks?: unknown;
}

interface Sent {
  msg: MessageWithUplink;
  source: { node: Node };
}

interface Received {
  msg: MessageWithUplink;
  destination: { node: ClosableNode };
}

interface Completed {
  msg: MessageWithUplink;
  node: { node: Node };
  error?: { code?: unknown };
}

/**
 * Finds the uplinks that a deploy loses on their way from node to node: they arrive at nodes that are closed, or a node
 * that closes is done with them and has sent nothing on, as delay, join and batch do with what they hold back.
 * @returns ends it
 */
export function watchTransit(RED: NodeAPI, onLost: (key: string) => void): (() => void) | undefined {
  const sentOn = new Set<string>();
  const place = (node: Node, msg: MessageWithUplink) => `${node.id} ${String(msg.uplink?.key)}`;
  const lost = ({ uplink, complete }: MessageWithUplink) => {
    if (typeof uplink?.key === 'string' && !complete) onLost(uplink.key);
  };
  /** One that stores them is done with them rightly. */
  const isDropped = (node: Node, msg: MessageWithUplink) =>
    RED.nodes.getNode(node.id) !== node && node.type !== 'microshare-share' && !sentOn.has(place(node, msg));
  return addHooks(RED, {
    onSend: (events: Sent[]) => {
      for (const { msg, source } of events) sentOn.add(place(source.node, msg));
    },
    onReceive: ({ msg, destination }: Received) => {
      const { _inputCallback, _inputCallbacks } = destination.node;
      if (!_inputCallback && !_inputCallbacks) lost(msg);
    },
    onComplete: ({ msg, node: { node }, error }: Completed) => {
      if (error ? error.code === 'closed' : isDropped(node, msg)) lost(msg);
    },
  });
}
