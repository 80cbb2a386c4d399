import type { Node, NodeAPI, NodeMessageInFlow } from 'node-red';
import { levelsOf } from '../shared/parts';
import { addHooks } from './hooks';

export interface MessageOfUplink extends NodeMessageInFlow {
  uplink?: { key?: unknown; recovered?: unknown };
  ttn?: unknown;
  /** Of a Complete node: the uplink itself has arrived somewhere. */
  complete?: unknown;
}

/** Node-RED takes the input handlers from a node that is closed, and delivers to it all the same. */
interface ClosableNode extends Node {
  _inputCallback?: unknown;
  _inputCallbacks?: unknown;
}

interface Sent {
  msg: MessageOfUplink;
  source: { node: Node };
  /** Without the node, once it is routed: nobody gets it. */
  destination: { id: string; node?: Node };
  cloneMessage?: boolean;
}

interface Received {
  msg: MessageOfUplink;
  destination: { node: ClosableNode };
}

interface Completed {
  msg: MessageOfUplink;
  node: { node: Node };
  error?: { code?: unknown };
}

/** What has not arrived at a node, or was still there when the node closed. */
interface Lost {
  msg: MessageOfUplink;
  id: string;
  closed?: Node;
}

/** So long after a deploy nodes that it has closed may still send: a request was under way. */
const STILL_SENT_MS = 60_000;

/**
 * Finds the uplinks that a deploy loses on their way from node to node, and gives each to the node that takes the place
 * of the closed one: it was sent there, or was held back there, as delay, join and batch do, which are done with what
 * they hold when they close, and send nothing on.
 */
export class Transit {
  readonly #RED: NodeAPI;
  readonly #handOn: (msg: MessageOfUplink) => boolean;
  readonly #onEnded: () => void;
  readonly #lost: Lost[] = [];
  /** By their nodes. */
  readonly #sentOn = new Set<string>();
  #endHooks: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isDeploying = false;

  /** @param handOn takes what no node is there for any more; false: it cannot */
  constructor(RED: NodeAPI, handOn: (msg: MessageOfUplink) => boolean, onEnded: () => void) {
    this.#RED = RED;
    this.#handOn = handOn;
    this.#onEnded = onEnded;
  }

  get isWatching(): boolean {
    return this.#endHooks !== undefined;
  }

  /** Nodes are about to close. */
  begin(): void {
    clearTimeout(this.#timer);
    this.#isDeploying = true;
    this.#sentOn.clear();
    this.#endHooks ??= addHooks(this.#RED, {
      onSend: (sent: Sent[]) => this.#sent(sent),
      onReceive: (received: Received) => this.#received(received),
      onComplete: (completed: Completed) => this.#completed(completed),
    });
  }

  /** All nodes stand. */
  started(): void {
    if (!this.isWatching) return;
    this.#isDeploying = false;
    const gone = this.#lost.splice(0).filter((lost) => !this.#handBack(lost)).length;
    if (gone > 0) this.#RED.log.warn(goneText(gone));
    this.#timer = setTimeout(() => this.end(), STILL_SENT_MS).unref();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#lost.length = 0;
    this.#endHooks?.();
    this.#endHooks = undefined;
    this.#onEnded();
  }

  #sent(all: Sent[]): void {
    // Of other messages nothing is noted: until a refused deploy is mended they may be very many.
    const sent = all.filter(({ msg }) => isOfUplink(msg));
    if (sent.length === 0) return;
    const isDeploying = this.#isDeploying;
    if (isDeploying) {
      for (const { msg, source } of sent)
        for (const place of placesOf(source.node, msg)) this.#sentOn.add(place);
    }
    // Node-RED says nothing of what it sends to a node that is gone, or from one whose flow is.
    setImmediate(() => {
      for (const { msg, source, destination, cloneMessage } of sent) {
        if (destination.node || !(isDeploying || this.#isClosed(source.node))) continue;
        this.#lose({ msg: cloneMessage ? this.#copy(msg) : msg, id: destination.id });
      }
    });
  }

  #received({ msg, destination: { node } }: Received): void {
    if (!this.#isDeploying || node._inputCallback || node._inputCallbacks) return;
    this.#lose({ msg, id: node.id, closed: node });
  }

  #completed({ msg, node: { node }, error }: Completed): void {
    if (!this.#isDeploying) return;
    const isLost = error ? error.code === 'closed' : this.#isDropped(node, msg);
    if (isLost) this.#lose({ msg, id: node.id, closed: node });
  }

  /** One that stores them is done with them rightly. */
  #isDropped(node: Node, msg: MessageOfUplink): boolean {
    const [place] = placesOf(node, msg);
    return this.#isClosed(node) && node.type !== 'microshare-share' && !this.#sentOn.has(place);
  }

  #isClosed(node: Node): boolean {
    return this.#RED.nodes.getNode(node.id) !== node;
  }

  #lose(lost: Lost): void {
    if (!isOfUplink(lost.msg) || lost.msg.complete) return;
    if (this.#isDeploying) this.#lost.push(lost);
    else this.#handBack(lost);
  }

  /** @returns false when nobody can take it */
  #handBack({ msg, id, closed }: Lost): boolean {
    const node = this.#RED.nodes.getNode(id) as Node | null;
    // A wire may lead to a node that is disabled.
    if (!node) return closed === undefined || this.#handOn(msg);
    if (node !== closed) node.receive(msg);
    return true;
  }

  #copy(msg: MessageOfUplink): MessageOfUplink {
    try {
      return this.#RED.util.cloneMessage(msg);
    } catch {
      // It is nested too deep.
      return msg;
    }
  }
}

function isOfUplink({ uplink }: MessageOfUplink): boolean {
  return typeof uplink?.key === 'string';
}

/** Of a part of an uplink first its own; then that of the uplink, of which a part has been sent. */
function placesOf(node: Node, { uplink, parts }: MessageOfUplink): [string, ...string[]] {
  const place = `${node.id} ${String(uplink?.key)}`;
  const part = levelsOf(parts).map(({ index }) => String(index));
  return part.length > 0 ? [`${place} ${part.join('.')}`, place] : [place];
}

function goneText(count: number): string {
  return `${count} uplinks were at nodes that this deploy has removed, and could not be handed on once more: no ttn-uplink node takes them any more, or the flow had changed their msg.topic or msg.ttn. What storage still has of them can be fetched with "Look back" in a second application.`;
}
