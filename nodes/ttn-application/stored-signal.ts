import type { Node, NodeAPI } from 'node-red';
import { TtnError } from '../../lib/ttn/errors';
import { aliasOf } from '../shared/instances';
import { levelsOf, Parts } from '../shared/parts';
import { storedMessages, type StoredMessage } from '../shared/stored-messages';
import { addHooks } from './hooks';

interface Completed {
  msg: StoredMessage;
  node: { node: Node };
  error?: { permanent?: boolean };
}

interface Waiting {
  parts: Parts;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Tells when a microshare-share node has an uplink safely: it then says that its message is done, or stored, where it is
 * done when the record is written.
 */
export class StoredSignal {
  readonly #RED: NodeAPI;
  readonly #waiting = new Map<string, Waiting>();
  #readers = new Set<string>();
  #endWatch: (() => void) | undefined;
  readonly #onStored = ({ uplink, parts }: StoredMessage) => this.#add(this.#waiter(uplink), parts);

  constructor(RED: NodeAPI) {
    this.#RED = RED;
  }

  /** To be called again when the flow has changed. */
  start(): void {
    this.#readers = readingNodes(this.#RED);
    if (this.#endWatch) return;
    this.#endWatch = addHooks(this.#RED, { onComplete: (event: Completed) => this.#completed(event) });
    if (this.#endWatch) storedMessages.on('stored', this.#onStored);
  }

  stop(): void {
    this.#endWatch?.();
    this.#endWatch = undefined;
    storedMessages.off('stored', this.#onStored);
  }

  /** @throws what the microshare-share node says; CodedError `handed_back` when the time is up */
  async stored(key: string, withinMs: number): Promise<void> {
    // Nobody would tell.
    if (!this.#endWatch) return;
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        timer = setTimeout(() => reject(late(withinMs)), withinMs).unref();
        this.#waiting.set(key, { parts: new Parts(), resolve, reject });
      });
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(key);
    }
  }

  #completed({ msg: { uplink, parts }, node: { node }, error }: Completed): void {
    const waiting = this.#waiter(uplink);
    if (!waiting || node.type !== 'microshare-share' || this.#readers.has(aliasOf(node).alias ?? node.id))
      return;
    // What is refused for good goes to the second output: it would be refused again.
    if (error && error.permanent !== true) return waiting.reject(error);
    this.#add(waiting, parts);
  }

  #waiter(uplink: StoredMessage['uplink']): Waiting | undefined {
    return typeof uplink?.key === 'string' ? this.#waiting.get(uplink.key) : undefined;
  }

  #add(waiting: Waiting | undefined, parts: unknown): void {
    if (waiting?.parts.add(levelsOf(parts))) waiting.resolve();
  }
}

/** They keep nothing. */
function readingNodes(RED: NodeAPI): Set<string> {
  const ids = new Set<string>();
  RED.nodes.eachNode((node) => {
    const { id, type, operation } = node as { id: string; type: string; operation?: string };
    if (type === 'microshare-share' && operation === 'read') ids.add(id);
  });
  return ids;
}

function late(ms: number): TtnError {
  return new TtnError(
    'handed_back',
    `No microshare-share node had the uplink stored within ${ms / 1000} s: it is handed back. Check that every uplink of this application ends in such a node.`,
  );
}
