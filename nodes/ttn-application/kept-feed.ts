import type { NodeAPI } from 'node-red';
import { Recent } from '../../lib/recent';
import { Feed, type FeedOptions, type FeedReport, type FeedStats } from '../../lib/ttn/feed';
import { DeviceLog } from './device-log';
import type { ReceivedUplink } from '../../lib/ttn/message';
import type { ConnectionState } from '../../lib/ttn/transports/transport';
import { StoredSignal } from './stored-signal';
import { watchTransit } from './transit';

/** Who has the messages of a feed, and hears of it. */
export interface FeedOwner {
  onState(state: ConnectionState): void;
  onReport(report: FeedReport): void;
  /** @returns whether somebody wanted it */
  emit(received: ReceivedUplink): boolean;
}

export interface KeptFeedOptions {
  /** Another feed is needed when it changes. */
  fingerprint: string;
  feed: Omit<FeedOptions, 'onState' | 'onReport'>;
  /** A message is acknowledged when a microshare-share node has it, which it must have after so long. */
  storedWithinMs?: number;
}

/** Reports that wait for the next owner. */
const MAX_REPORTS = 100;
/** At least so many of the last uplinks may be on their way through the flow when a deploy begins. */
const RECENT = 300;

/** A feed that passes from a node to the one that takes its place in a deploy. */
export class KeptFeed {
  readonly fingerprint: string;
  readonly devices = new DeviceLog();
  readonly #RED: NodeAPI;
  readonly #feed: Feed;
  readonly #storedWithinMs: number | undefined;
  readonly #stored: StoredSignal;
  readonly #recent = new Recent<string, ReceivedUplink>(RECENT);
  readonly #lost = new Set<ReceivedUplink>();
  #endWatch: (() => void) | undefined;
  #owner: FeedOwner | undefined;
  #state: ConnectionState = { name: 'connecting' };
  #reports: FeedReport[] = [];

  /** @throws what the transport's maker throws */
  constructor(RED: NodeAPI, { fingerprint, feed, storedWithinMs }: KeptFeedOptions) {
    this.fingerprint = fingerprint;
    this.#RED = RED;
    this.#storedWithinMs = storedWithinMs;
    this.#stored = new StoredSignal(RED);
    this.#feed = new Feed({
      ...feed,
      onState: (state) => {
        this.#state = state;
        this.#owner?.onState(state);
      },
      onReport: (report) => this.#report(report),
    });
    this.#feed.open();
  }

  stats(): FeedStats {
    return this.#feed.stats();
  }

  /** Messages go there from now on. */
  give(owner: FeedOwner): void {
    this.#endWatch?.();
    this.#endWatch = undefined;
    if (this.#storedWithinMs !== undefined) this.#stored.start();
    const isNew = this.#owner !== owner;
    this.#owner = owner;
    if (isNew) owner.onState(this.#state);
    for (const report of this.#reports.splice(0)) owner.onReport(report);
    for (const received of this.#lost) owner.emit(received);
    this.#lost.clear();
    this.#feed.attach({ emit: (received) => this.#emit(owner, received) });
  }

  /** From now on messages wait. Those that the closing nodes lose are handed on once more. */
  hold(): void {
    this.#feed.detach();
    this.#endWatch ??= watchTransit(this.#RED, (key) => {
      const received = this.#recent.get(key);
      if (received) this.#lost.add(received);
    });
  }

  /** Nobody has it any more. Resolves when it is on disk what was handed on. */
  async release(): Promise<void> {
    this.hold();
    this.#owner = undefined;
    await this.#feed.save();
  }

  async close(): Promise<void> {
    this.#owner = undefined;
    this.#endWatch?.();
    await this.#feed.close();
    this.#stored.stop();
  }

  #emit(owner: FeedOwner, received: ReceivedUplink): void | Promise<void> {
    const { key } = received.uplink;
    this.devices.note(received.uplink);
    this.#recent.set(key, received);
    const isWanted = owner.emit(received);
    if (isWanted && this.#storedWithinMs !== undefined) return this.#stored.stored(key, this.#storedWithinMs);
  }

  #report(report: FeedReport): void {
    if (this.#owner) this.#owner.onReport(report);
    else if (this.#reports.length < MAX_REPORTS) this.#reports.push(report);
  }
}
