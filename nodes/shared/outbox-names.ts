import type { NodeAPI } from 'node-red';

/** The folder of a node's outbox for an account. */
export function outboxName(node: string, account: string): string {
  return encodeURIComponent(`${node}-${account}`);
}

/** The account of an outbox of this node; undefined: it is another node's. */
export function accountOf(outbox: string, node: string): string | undefined {
  const prefix = outboxName(node, '');
  return outbox.startsWith(prefix) ? decodeURIComponent(outbox.slice(prefix.length)) : undefined;
}

/** Tells whether a node of the flow, running or disabled, has an outbox. In a subflow its id begins with the instance's. */
export function namesInFlow(RED: NodeAPI): (outbox: string) => boolean {
  const prefixes: string[] = [];
  RED.nodes.eachNode(({ id }) => prefixes.push(outboxName(id, '')));
  return (outbox) => prefixes.some((prefix) => outbox.startsWith(prefix));
}
