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

/** A node as it stands in the flow. */
interface Deployed {
  id: string;
  type: string;
  z?: string;
  account?: string;
  operation?: string;
  /** It is disabled, or as a tab. */
  d?: boolean;
  disabled?: boolean;
}

/**
 * Tells whether a node of the flow writes from an outbox.
 * @param enabledOnly not when the node is disabled, by itself or with its tab or subflow
 */
export function namesInFlow(RED: NodeAPI, enabledOnly = false): (outbox: string) => boolean {
  const { nodes, templates, instances } = deployed(RED, enabledOnly);
  const writes = ({ operation }: Deployed) => operation !== 'read';
  const isNamed = (outbox: string) =>
    nodes.filter(writes).some(({ id, account = '' }) =>
      // The name of a variable says nothing of the account.
      account.includes('$') ? outbox.startsWith(outboxName(id, '')) : outbox === outboxName(id, account),
    );
  // There a node is called after the instance and after itself; its account may be, too.
  const isInSubflow = (outbox: string) =>
    instances.some(({ id }) => outbox.startsWith(outboxName(id, ''))) &&
    templates
      .filter(writes)
      .some(
        ({ id, account = '' }) =>
          outbox.includes(`-${outboxName(id, '')}`) &&
          (account.includes('$') || outbox.endsWith(outboxName('', account))),
      );
  return (outbox) => isNamed(outbox) || isInSubflow(outbox);
}

/** The node of the flow that has written from an outbox, and does so no more: disabled, for another account, or not at all. */
export function formerWriter(RED: NodeAPI, outbox: string): { node: string; account: string } | undefined {
  const { nodes, templates, instances } = deployed(RED);
  const inSubflows = instances.flatMap(({ id: node }) =>
    templates.map(({ id }) => ({ node, prefix: `${node}-${id}` })),
  );
  for (const { node, prefix } of [...nodes.map(({ id }) => ({ node: id, prefix: id })), ...inSubflows]) {
    const account = accountOf(outbox, prefix);
    if (account !== undefined) return { node, account };
  }
  return undefined;
}

/** The microshare-share nodes, apart from those in the templates of subflows, and what may be instances of these. */
function deployed(
  RED: NodeAPI,
  enabledOnly = false,
): Record<'nodes' | 'templates' | 'instances', Deployed[]> {
  const flow: Deployed[] = [];
  RED.nodes.eachNode((node) => flow.push(node));
  const tabsOff = new Set(flow.filter(({ disabled }) => disabled).map(({ id }) => id));
  const all = enabledOnly ? flow.filter(({ d, z = '' }) => !d && !tabsOff.has(z)) : flow;
  const subflows = new Set(all.filter(({ type }) => type === 'subflow').map(({ id }) => id));
  const isTemplate = ({ z = '' }: Deployed) => subflows.has(z);
  const shares = all.filter(({ type }) => type === 'microshare-share');
  return {
    nodes: shares.filter((node) => !isTemplate(node)),
    templates: shares.filter(isTemplate),
    instances: all.filter((node) => node.type.startsWith('subflow:') && !isTemplate(node)),
  };
}
