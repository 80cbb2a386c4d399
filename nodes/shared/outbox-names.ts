import type { NodeAPI, NodeDef } from 'node-red';

/** The folder of a node's outbox for an account. */
export function outboxName(node: string, account: string): string {
  return encodeURIComponent(`${node}-${account}`);
}

/** The account of an outbox of this node; undefined: it is another node's. */
export function accountOf(outbox: string, node: string): string | undefined {
  const prefix = outboxName(node, '');
  return outbox.startsWith(prefix) ? decodeURIComponent(outbox.slice(prefix.length)) : undefined;
}

/** Tells whether an outbox is of a node of the flow, running or disabled, and of the account that it has now. */
export function namesInFlow(RED: NodeAPI): (outbox: string) => boolean {
  const names = new Set<string>();
  const prefixes: string[] = [];
  RED.nodes.eachNode((node) => {
    const { id, type, account = '' } = node as NodeDef & { account?: string };
    if (type === 'microshare-share') names.add(outboxName(id, account));
    // In a subflow the id of a node begins with the instance's.
    else prefixes.push(outboxName(id, ''));
  });
  return (outbox) => names.has(outbox) || prefixes.some((prefix) => outbox.startsWith(prefix));
}
