import type { NodeAPI } from 'node-red';
import { Recent } from '../../lib/recent';
import { Feed, type FeedOptions, type FeedReport, type FeedStats } from '../../lib/ttn/feed';
import { DeviceLog } from './device-log';
import { readUplink, type ReceivedUplink } from '../../lib/ttn/message';
import type { ConnectionState, Incoming } from '../../lib/ttn/transports/transport';
import { StoredSignal } from './stored-signal';
import { watchTransit } from './transit';

/** Who has the messages of a feed, and hears of it. */
export interface FeedOwner {
  onState(state: ConnectionState): void;
  onReport(report: FeedReport): void;
  /** @returns whether somebody wanted it */
  emit(received: ReceivedUplink): boolean;
}

/** An uplink as it came: the flow may change what was read from it. */
export interface Original {
  topic: string;
  payload: Buffer;
  recovered: boolean;
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
  /** What the deploy lost, and nobody has had since. */
  lost: Original[];
  /** Keys of what it handed on a moment ago. */
  handedOn: string[];
  /** What waited, and nobody would send again. */
  waiting: Incoming[];
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
  readonly #recent = new Recent<string, Original>(RECENT);
  readonly #lost: Set<Original>;
  #endWatch: (() => void) | undefined;
  #owner: FeedOwner | undefined;
  #state: ConnectionState = { name: 'connecting' };
  #reports: FeedReport[] = [];

  /** @throws what the transport's maker throws */
  constructor(RED: NodeAPI, { fingerprint, feed, storedWithinMs, legacy }: KeptFeedOptions) {
    this.fingerprint = fingerprint;
    this.#RED = RED;
    this.#storedWithinMs = storedWithinMs;
    this.#lost = new Set(legacy?.lost);
    this.#stored = new StoredSignal(RED);
    this.#feed = new Feed({
      ...feed,
      handedOn: legacy?.handedOn,
      waiting: legacy?.waiting,
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
    this.#emitLost(owner);
    this.#feed.attach({ emit: (received) => this.#emit(owner, received) });
  }

  /** From now on messages wait. Those that the closing nodes lose are handed on once more. */
  hold(): void {
    this.#feed.detach();
    this.#endWatch ??= watchTransit(this.#RED, (key) => {
      const original = this.#recent.get(key);
      if (original) this.#lost.add(original);
    });
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
    this.#endWatch?.();
    this.#stored.stop();
    return { lost: [...this.#lost], handedOn: this.#feed.unprocessed, waiting };
  }

  #emit(owner: FeedOwner, received: ReceivedUplink): void | Promise<void> {
    const { key } = received.uplink;
    this.devices.note(received.uplink);
    const original = originalOf(received);
    if (original) this.#recent.set(key, original);
    const isWanted = owner.emit(received);
    if (isWanted && this.#storedWithinMs !== undefined) return this.#stored.stored(key, this.#storedWithinMs);
  }

  #emitLost(owner: FeedOwner): void {
    for (const original of this.#lost) {
      const received = readUplink(original.topic, original.payload, original);
      this.#recent.set(received.uplink.key, original);
      owner.emit(received);
    }
    this.#lost.clear();
  }

  #report(report: FeedReport): void {
    if (this.#owner) this.#owner.onReport(report);
    else if (this.#reports.length < MAX_REPORTS) this.#reports.push(report);
  }
}

/** None of what is nested too deep to be written, by thousands of levels. */
function originalOf({ topic, payload, message, uplink }: ReceivedUplink): Original | undefined {
  const { recovered } = uplink;
  try {
    return { topic, payload: payload ?? Buffer.from(JSON.stringify(message)), recovered };
  } catch {
    return undefined;
  }
}
