import type { NodeAPI } from 'node-red';
import { Feed, type FeedOptions, type FeedReport, type FeedStats } from '../../lib/ttn/feed';
import { DeviceLog } from './device-log';
import type { ReceivedUplink } from '../../lib/ttn/message';
import type { ConnectionState, Incoming } from '../../lib/ttn/transports/transport';
import { StoredSignal } from './stored-signal';

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
  /** Of the feed before, in a deploy. */
  legacy?: Legacy;
}

/** What a feed leaves to the one that takes its place. */
export interface Legacy {
  /** Keys of what it handed on a moment ago. */
  handedOn: string[];
  /** What waited, and nobody would send again. */
  waiting: Incoming[];
}

/** Reports that wait for the next owner. */
const MAX_REPORTS = 100;

/** A feed that passes from a node to the one that takes its place in a deploy. */
export class KeptFeed {
  readonly fingerprint: string;
  readonly devices = new DeviceLog();
  readonly shared: boolean;
  readonly #feed: Feed;
  readonly #storedWithinMs: number | undefined;
  readonly #stored: StoredSignal;
  #owner: FeedOwner | undefined;
  #state: ConnectionState = { name: 'connecting' };
  #reports: FeedReport[] = [];

  /** @throws what the transport's maker throws */
  constructor(RED: NodeAPI, { fingerprint, feed, storedWithinMs, legacy }: KeptFeedOptions) {
    this.fingerprint = fingerprint;
    this.shared = feed.shared === true;
    this.#storedWithinMs = storedWithinMs;
    this.#stored = new StoredSignal(RED);
    this.#feed = new Feed({
      ...feed,
      ...legacy,
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
    if (this.#storedWithinMs !== undefined) this.#stored.start();
    const isNew = this.#owner !== owner;
    this.#owner = owner;
    if (isNew) owner.onState(this.#state);
    for (const report of this.#reports.splice(0)) owner.onReport(report);
    this.#feed.attach({ emit: (received) => this.#emit(owner, received) });
  }

  /** From now on messages wait. */
  hold(): void {
    this.#feed.detach();
  }

  /** Nobody has it any more. Resolves when its progress is on disk. */
  async release(): Promise<void> {
    this.hold();
    this.#owner = undefined;
    await this.#feed.save();
  }

  async close(): Promise<Legacy> {
    this.#owner = undefined;
    const waiting = this.#feed.takeWaiting();
    await this.#feed.close();
    this.#stored.stop();
    return { handedOn: this.#feed.unprocessed, waiting };
  }

  #emit(owner: FeedOwner, received: ReceivedUplink): void | Promise<void> {
    const { key } = received.uplink;
    this.devices.note(received.uplink);
    const isWanted = owner.emit(received);
    if (isWanted && this.#storedWithinMs !== undefined) return this.#stored.stored(key, this.#storedWithinMs);
  }

  #report(report: FeedReport): void {
    if (this.#owner) this.#owner.onReport(report);
    else if (this.#reports.length < MAX_REPORTS) this.#reports.push(report);
  }
}
