import type { NodeAPI } from 'node-red';
import type { KeptFeed, Legacy } from './kept-feed';

/** So long may a deploy take. */
const KEEP_MS = 5_000;

interface RuntimeEvent {
  id: string;
  payload?: { state?: string; deploy?: boolean };
}

/** Feeds by the id of their node, while no node has them. */
class FeedKeeper {
  readonly #kept = new Map<string, { feed: KeptFeed; letGo: () => void }>();
  readonly #closing = new Map<string, Promise<Legacy | undefined>>();

  /** For some seconds: a deploy brings the node back. Not when the flows are stopped. */
  keep(id: string, feed: KeptFeed, events: NodeAPI['events']): void {
    const timer = setTimeout(() => void this.close(id), KEEP_MS).unref();
    const onEvent = ({ id: name, payload }: RuntimeEvent) => {
      if (name === 'runtime-state' && payload?.state === 'stop' && !payload.deploy) void this.close(id);
    };
    events.on('runtime-event', onEvent);
    const letGo = () => {
      clearTimeout(timer);
      events.off('runtime-event', onEvent);
      this.#kept.delete(id);
    };
    this.#kept.set(id, { feed, letGo });
  }

  /** The feed, if it is the wanted one; else it is closed when this resolves, to what it leaves. */
  async take(id: string, fingerprint: string): Promise<{ feed?: KeptFeed; legacy?: Legacy }> {
    const kept = this.#kept.get(id);
    if (kept?.feed.fingerprint !== fingerprint) return { legacy: await this.close(id) };
    kept.letGo();
    return { feed: kept.feed };
  }

  /** Resolves to what the feed leaves. Never rejects. */
  async close(id: string): Promise<Legacy | undefined> {
    const kept = this.#kept.get(id);
    kept?.letGo();
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
}

export const feedKeeper = new FeedKeeper();
