import type { Node, NodeAPI } from 'node-red';
import { watchDeploys } from './deploys';
import type { KeptFeed, Legacy } from './kept-feed';

/** So long a person may take to mend a deploy that Node-RED refuses to start. */
const PATIENCE_MS = 5 * 60_000;

/** Feeds by the id of their node, while no node has them. */
class FeedKeeper {
  readonly #kept = new Map<string, { node: Node; feed: KeptFeed }>();
  readonly #closing = new Map<string, Promise<Legacy | undefined>>();
  #endWatch: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** Until the deploy that closes the node is over, however long it takes. */
  keep(RED: NodeAPI, node: Node, feed: KeptFeed): void {
    this.#kept.set(node.id, { node, feed });
    const giveUp = () => this.#giveUp();
    this.#endWatch ??= watchDeploys(RED, {
      closed: () => clearTimeout(this.#timer),
      // The nodes that stand now take theirs first.
      started: () => setImmediate(giveUp),
      refused: () => {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(giveUp, PATIENCE_MS).unref();
      },
      ended: giveUp,
    });
  }

  /** The feed, if it is the wanted one; else it is closed when this resolves, to what it leaves. */
  async take(id: string, fingerprint: string): Promise<{ feed?: KeptFeed; legacy?: Legacy }> {
    const kept = this.#kept.get(id);
    if (kept?.feed.fingerprint !== fingerprint) return { legacy: await this.close(id) };
    this.#letGo(id);
    return { feed: kept.feed };
  }

  /** Resolves to what the feed leaves. Never rejects. */
  async close(id: string): Promise<Legacy | undefined> {
    const kept = this.#kept.get(id);
    this.#letGo(id);
    return kept ? this.end(id, kept.feed) : this.#closing.get(id);
  }

  /** Resolves to what the feed leaves; who takes the id next waits for it, and has it. Never rejects. */
  end(id: string, feed: KeptFeed): Promise<Legacy | undefined> {
    const closing = feed
      .close()
      .catch(() => undefined)
      .finally(() => {
        if (this.#closing.get(id) === closing) this.#closing.delete(id);
      });
    this.#closing.set(id, closing);
    return closing;
  }

  #giveUp(): void {
    for (const [id, { node, feed }] of this.#kept) {
      const { queued } = feed.stats();
      if (queued > 0) node.warn(givenUp(queued));
      void this.close(id);
    }
  }

  #letGo(id: string): void {
    this.#kept.delete(id);
    if (this.#kept.size > 0) return;
    clearTimeout(this.#timer);
    this.#endWatch?.();
    this.#endWatch = undefined;
  }
}

export const feedKeeper = new FeedKeeper();

function givenUp(count: number): string {
  return `${count} messages are given up that waited for this node, which was not started again. What storage or the broker still has of them comes when it is.`;
}
