import type { Node, NodeAPI } from 'node-red';
import { hookLabel } from './hook-label';

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

/**
 * Finds the uplinks that a deploy loses on their way from node to node: they arrive at nodes that are closed.
 * @returns ends it
 */
export function watchTransit(RED: NodeAPI, onLost: (key: string) => void): () => void {
  const label = hookLabel();
  const lost = (msg: object) => {
    const { uplink, complete } = msg as MessageWithUplink;
    if (typeof uplink?.key === 'string' && !complete) onLost(uplink.key);
  };
  const hooks = {
    onReceive: ({ msg, destination }: { msg: object; destination: { node: Node } }) => {
      const { _inputCallback, _inputCallbacks } = destination.node as ClosableNode;
      if (!_inputCallback && !_inputCallbacks) lost(msg);
    },
    onComplete: ({ msg, error }: { msg: object; error?: { code?: unknown } }) => {
      if (error?.code === 'closed') lost(msg);
    },
  };
  for (const [name, hook] of Object.entries(hooks)) RED.hooks.add(`${name}.${label}`, hook);
  return () => RED.hooks.remove(`*.${label}`);
}
