import type { Node, NodeAPI, NodeStatus } from 'node-red';
import { coded } from '../../lib/errors';
import type { OutboxStats } from '../../lib/outbox';
import { ageText, countText, timeText } from '../shared/short-texts';

export const PACE = { showEveryMs: 1_000 };
/** A record that only passes through does not wait; where all are on their way, Microshare may be slow. */
const WAITS_MS = 1_000;
const SLOW_MS = 5_000;
/** How long what has happened is shown, and how often ages are. */
const RECENT_MS = 5_000;
/** For so long the time of the day says when something was written; looked at every hour. */
const DAY_MS = 86_400_000;
const LOOK_EVERY_MS = 3_600_000;
/** Of a name; Node-RED's guide leaves a status less than 20 characters. */
const MOST_CHARACTERS = 14;

/** What a status tells: a key of the catalogue with its values. */
interface Shown extends Omit<NodeStatus, 'text'> {
  key: string;
  values?: Record<string, string>;
}

/**
 * The status of a writing node: what waits, the last success, the last failure; shown at most once a second, also when
 * the clock is set back.
 */
export class ShareStatus {
  readonly #node: Node;
  readonly #translate: NodeAPI['_'];
  readonly #stats: () => Promise<OutboxStats>;
  /** Something that a person must know, until a record is written. */
  #failure: Shown | undefined;
  /** What is wrong with the settings. */
  #fault: Shown | undefined;
  #recent: { shown: Shown; until: number } | undefined;
  #memoryOnly = false;
  #duplicates = 0;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Infinity;
  #shownAt = -Infinity;
  #shownText: string | undefined;
  #stopped = false;

  /** @param stats of the outbox; rejects as long as it is not open */
  constructor(node: Node, translate: NodeAPI['_'], stats: () => Promise<OutboxStats>) {
    this.#node = node;
    this.#translate = translate;
    this.#stats = stats;
  }

  /** @param memoryOnly what waits is lost when Node-RED ends */
  opened(memoryOnly: boolean): void {
    this.#memoryOnly = memoryOnly;
    this.changed();
  }

  /** Something waits, or the outbox has changed its state. */
  changed(): void {
    const now = performance.now();
    this.#showAt(Math.max(now, this.#shownAt + PACE.showEveryMs), now);
  }

  written(): void {
    this.forget();
    this.changed();
  }

  /** What failed is of no concern any more. */
  forget(): void {
    this.#failure = this.#fault;
  }

  failed(error: unknown): void {
    this.#failure = shownFailure(error);
    this.changed();
  }

  /** Something is wrong until the node is deployed anew. */
  faulty(error: unknown): void {
    this.#fault = shownFailure(error);
    this.failed(error);
  }

  /** A recType that this node had not written to before. */
  firstWrite(recType: string): void {
    const name = recType.slice(-MOST_CHARACTERS).replace(/^[^.]*\.(?=.)/, '');
    this.#happened({ fill: 'green', shape: 'dot', key: 'firstWrite', values: { name } });
  }

  duplicates(count: number): void {
    this.#duplicates = this.#recent?.shown.key === 'duplicates' ? this.#duplicates + count : count;
    const values = { count: countText(this.#duplicates) };
    this.#happened({ fill: 'grey', shape: 'dot', key: 'duplicates', values });
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #happened(shown: Shown): void {
    this.#recent = { shown, until: performance.now() + RECENT_MS };
    this.changed();
  }

  #showAt(at: number, now: number): void {
    if (this.#stopped || at >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => this.#show(), at - now).unref();
  }

  #show(): void {
    const now = performance.now();
    this.#timerAt = Infinity;
    this.#shownAt = now;
    this.#stats()
      .catch(() => undefined)
      .then((stats) => {
        if (this.#stopped) return;
        if (this.#recent && this.#recent.until <= now) this.#recent = undefined;
        this.#set(this.#worst(stats));
        if (this.#recent || stats?.store.records) this.#showAt(now + RECENT_MS, now);
        else if (stats?.last) this.#showAt(now + LOOK_EVERY_MS, now);
      })
      .catch((error: unknown) => this.#node.warn(`The status cannot be shown: ${String(error)}`));
  }

  /** What matters most. */
  #worst(stats: OutboxStats | undefined): Shown {
    if (!stats) return this.#failure ?? { fill: 'grey', shape: 'ring', key: 'opening' };
    const { state, store, last } = stats;
    const count = countText(store.records);
    if (state.name === 'held') return { fill: 'red', shape: 'ring', key: state.code };
    if (this.#failure) return this.#failure;
    if (state.name === 'waiting') {
      const values = { reason: this.#text(state.code), count };
      return { fill: 'yellow', shape: 'ring', key: 'waiting', values };
    }
    if (this.#recent) return this.#recent.shown;
    const waited = Date.now() - (store.oldestAt ?? Infinity);
    if (waited >= (store.records > stats.inFlight ? WAITS_MS : SLOW_MS)) {
      return { fill: 'blue', shape: 'ring', key: 'queued', values: { count, age: ageText(waited) } };
    }
    const age = Date.now() - (last?.at ?? -Infinity);
    const time = last && age < DAY_MS ? timeText(last.at) : '';
    if (store.rejected > 0) {
      const values = { count: countText(store.rejected), time };
      return { fill: 'yellow', shape: 'dot', key: 'kept', values };
    }
    if (this.#memoryOnly) return { fill: 'yellow', shape: 'dot', key: 'memoryOnly' };
    if (!last) return { key: '' };
    const look = { fill: 'green', shape: 'dot' } as const;
    if (time) return { ...look, key: 'written', values: { time } };
    return { ...look, key: 'writtenAgo', values: { age: ageText(age) } };
  }

  #set({ key, values, ...look }: Shown): void {
    const text = key && this.#text(key, values);
    if (text === this.#shownText) return;
    this.#shownText = text;
    this.#node.status(text ? { ...look, text } : {});
  }

  /** Node-RED leaves the name of a value that it is not given in the text. */
  #text(key: string, values: Shown['values'] = { statusCode: '' }): string {
    return this.#translate(`microshare-share.status.${key}`, values).trim();
  }
}

function shownFailure(error: unknown): Shown {
  const { statusCode = '' } = error as { statusCode?: number };
  return { fill: 'red', shape: 'ring', key: coded(error).code, values: { statusCode: String(statusCode) } };
}
