import type { NodeAPI } from 'node-red';

/**
 * Tells whether a node of the flow, running or disabled, has the outbox of this name: the node's id stands in front. In
 * a subflow that is the id of the instance first.
 */
export function namesInFlow(RED: NodeAPI): (outbox: string) => boolean {
  const nodes: string[] = [];
  RED.nodes.eachNode(({ id }) => nodes.push(`${encodeURIComponent(id)}-`));
  return (outbox) => nodes.some((node) => outbox.startsWith(node));
}
