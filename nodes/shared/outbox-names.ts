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

/** A node as it runs, maybe in a subflow: there it is called after the instances and after itself. */
interface Running extends Deployed {
  name: string;
  /** Itself, or the instance that stands on a tab. */
  node: string;
  /** What its account may be called: one of the subflow is called after the instances, too. */
  accounts: string[];
}

/**
 * Tells whether a node of the flow writes from an outbox.
 * @param enabledOnly not when the node is disabled, by itself or with its tab or subflow
 */
export function namesInFlow(RED: NodeAPI, enabledOnly = false): (outbox: string) => boolean {
  const writers = shares(RED, enabledOnly).filter(({ operation }) => operation !== 'read');
  return (outbox) =>
    writers.some(({ name, account = '', accounts }) =>
      // The name of a variable says nothing of the account.
      account.includes('$')
        ? outbox.startsWith(outboxName(name, ''))
        : accounts.some((one) => outbox === outboxName(name, one)),
    );
}

/** The node of the flow that has written from an outbox, and does so no more: disabled, for another account, or not at all. */
export function formerWriter(RED: NodeAPI, outbox: string): { node: string; account: string } | undefined {
  for (const { name, node } of shares(RED)) {
    const account = accountOf(outbox, name);
    if (account !== undefined) return { node, account };
  }
  return undefined;
}

/** The microshare-share nodes. */
function shares(RED: NodeAPI, enabledOnly = false): Running[] {
  const flow: Deployed[] = [];
  RED.nodes.eachNode((node) => flow.push(node));
  const tabsOff = new Set(flow.filter(({ disabled }) => disabled).map(({ id }) => id));
  const all = enabledOnly ? flow.filter(({ d, z = '' }) => !d && !tabsOff.has(z)) : flow;
  const subflows = all.filter(({ type }) => type === 'subflow').map(({ id }) => id);
  const templates = new Map(subflows.map((id) => [`subflow:${id}`, all.filter(({ z }) => z === id)]));
  const running = (node: Deployed, instance?: Running): Running[] => {
    const { id, type, account = '' } = node;
    const [name, accounts] = instance
      ? [`${instance.name}-${id}`, [account, `${instance.name}-${account}`]]
      : [id, [account]];
    const one = { ...node, name, node: instance?.node ?? id, accounts };
    if (type === 'microshare-share') return [one];
    return (templates.get(type) ?? []).flatMap((inside) => running(inside, one));
  };
  return all.filter(({ z = '' }) => !subflows.includes(z)).flatMap((node) => running(node));
}
