import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { Node, NodeAPI, NodeInitializer } from 'node-red';
import helper from 'node-red-node-test-helper';
import type { SinonSpy } from 'sinon';
import { eventually } from '../eventually';

export interface FlowNode {
  id: string;
  type: string;
  wires?: string[][];
  [property: string]: unknown;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Message = Record<string, any>;

/** All nodes are started anew, or those that changed. */
type DeployType = 'full' | 'nodes';

const TAB = 'tab';

helper.init(require.resolve('node-red'));

/** Core nodes that watch the others, or hold variables for them. */
const CORE = ['25-catch', '24-complete', '91-global-config'].map((name) => coreNode(`common/${name}`));

const { hooks, events } = createRequire(__filename)('@node-red/util') as Pick<NodeAPI, 'hooks' | 'events'>;

/** The test helper leaves them out of what it gives to nodes. */
function withHooks(initialize: NodeInitializer): NodeInitializer {
  return (RED) => initialize(Object.assign(RED, { hooks }));
}

/**
 * A flow in Node-RED's runtime. Beside the nodes of the test it has a Catch and a Complete node; what arrives there and
 * at helper nodes is kept.
 */
export class Flow {
  readonly #inboxes = new Map<string, Message[]>();

  static async start(
    nodes: NodeInitializer[],
    flow: FlowNode[],
    credentials: Record<string, Record<string, string>> = {},
  ): Promise<Flow> {
    const started = new Flow();
    await helper.load([...CORE, ...nodes.map(withHooks)], watched(flow), credentials);
    started.#listen(flow);
    return started;
  }

  async deploy(
    flow: FlowNode[],
    credentials: Record<string, Record<string, string>> = {},
    type: DeployType = 'full',
  ): Promise<void> {
    // The helper gives up after 300 ms.
    const started = once(events, 'flows:started');
    await helper.setFlows(watched(flow), type, credentials).catch(() => undefined);
    await started;
    this.#listen(flow);
  }

  /** A deploy with a node, on a tab of its own, of a type that Node-RED does not know. */
  async deployRefused(
    flow: FlowNode[],
    credentials: Record<string, Record<string, string>>,
    type: DeployType,
  ): Promise<void> {
    const unknown = [
      { id: 'other', type: 'tab' },
      { id: 'unknown', type: 'unknown', z: 'other' },
    ];
    await assert.rejects(helper.setFlows([...watched(flow), ...unknown], type, credentials), /timeout/);
  }

  stop(): Promise<void> {
    return helper.unload();
  }

  send(id: string, msg: Message): void {
    helper.getNode(id).receive(msg);
  }

  /** A message that arrives while the node is closing. */
  sendAtClose(id: string, msg: Message): void {
    const node = helper.getNode(id);
    node.on('close', () => void setTimeout(() => node.receive(msg), 50));
  }

  /** What has arrived at a helper node, at `caught` or at `completed`. */
  inbox(id: string): Message[] {
    return this.#inboxes.get(id) ?? [];
  }

  /** The first messages that arrive there. */
  arrived(id: string, count = 1): Promise<Message[]> {
    return eventually(() => this.inbox(id).length >= count && this.inbox(id), `${count} messages at ${id}`);
  }

  /** Resolves when a node has shown a status with this text (a key of the catalogue) so many times. */
  async shown(id: string, text: string, times = 1): Promise<void> {
    // The helper has put a spy in the method's place.
    const { status } = helper.getNode(id) as unknown as { status: SinonSpy };
    const shows = () => status.getCalls().filter((call) => (call.args[0] as { text?: string }).text === text);
    await eventually(() => shows().length >= times, `the status ${text} of ${id}`);
  }

  /** The text of the status that a node shows. */
  status(id: string): string | undefined {
    const { status } = helper.getNode(id) as unknown as { status: SinonSpy };
    return (status.lastCall?.args[0] as { text?: string }).text;
  }

  /** What stands in Node-RED's log. */
  log(): string[] {
    const { args } = helper.log();
    return args.map(([entry]) => String((entry as { msg: unknown }).msg));
  }

  /** What a node has warned of. */
  warnings(id: string): string[] {
    const { warn } = helper.getNode(id) as unknown as { warn: SinonSpy };
    return warn.getCalls().map((call) => String(call.args[0]));
  }

  /** What a node has reported, also while no Catch node runs yet. */
  errors(id: string): unknown[] {
    const { error } = helper.getNode(id) as unknown as { error: SinonSpy };
    return error.getCalls().map((call) => call.args[0] as unknown);
  }

  #listen(flow: FlowNode[]): void {
    const helpers = flow.filter(({ type }) => type === 'helper').map(({ id }) => id);
    for (const id of ['caught', 'completed', ...helpers]) {
      const inbox = this.#inboxes.get(id) ?? [];
      this.#inboxes.set(id, inbox);
      helper.getNode(id).on('input', (msg: Message) => inbox.push(msg));
    }
  }
}

/** A node of Node-RED's own, which has no types for them; such as `function/89-delay`. */
export function coreNode(path: string): NodeInitializer {
  return createRequire(__filename)(`@node-red/nodes/core/${path}.js`) as NodeInitializer;
}

/** A node of the user's, and what it does from the moment it stands. */
export function userNode(type: string, live: (node: Node) => void): NodeInitializer {
  return (RED) =>
    RED.nodes.registerType(type, function (this: Node, def) {
      RED.nodes.createNode(this, def);
      live(this);
    });
}

/** A variable of all flows that holds a number, which no environment does. */
export const NUMBER_VARIABLE: FlowNode = {
  ...{ id: 'variables', type: 'global-config' },
  env: [{ name: 'NUM', type: 'num', value: '12345' }],
};

/** On one tab, with its observers. Config nodes have no wires and, which is what counts for Node-RED, no place. */
function watched(flow: FlowNode[]): FlowNode[] {
  const onTab = flow.filter(({ type, wires }) => wires !== undefined || type === 'helper');
  return [
    { id: TAB, type: 'tab' },
    ...flow.filter((node) => !onTab.includes(node)),
    ...[
      ...onTab,
      { id: 'catch', type: 'catch', wires: [['caught']] },
      { id: 'complete', type: 'complete', scope: onTab.map(({ id }) => id), wires: [['completed']] },
      { id: 'caught', type: 'helper' },
      { id: 'completed', type: 'helper' },
    ].map((node) => ({ z: TAB, x: 0, y: 0, ...node })),
  ];
}
