import type { NodeAPI, NodeMessage } from 'node-red';

/** A property of a message; undefined where the way to it ends early, which Node-RED makes an exception of. */
export function readProperty(RED: NodeAPI, msg: NodeMessage, property: string): unknown {
  try {
    return RED.util.getMessageProperty(msg, property);
  } catch {
    return undefined;
  }
}
