import { setTimeout as sleep } from 'node:timers/promises';
import type { Backoff } from '../backoff';
import type { CodedError } from '../errors';
import { object, text, type Json } from '../json';
import { Absence } from './feed/absence';
import { listenerFailed, notKept, notOpened, queueFull } from './feed/errors';
import { EmissionQueue, type Entry, type FeedListener, type Recovered } from './feed/emission-queue';
import { FEED_LIMITS, STORAGE_BACKOFF, UNKNOWN_RETENTION_MS, type FeedLimits } from './feed/limits';
import type { Hole } from './feed/frame-counters';
import { Journal } from './feed/journal';
import { Progress, serverTime } from './feed/progress';
import { Pulse } from './feed/pulse';
import { Recovery } from './feed/recovery';
import { Problems, type FeedReport, type FeedStats } from './feed/reports';
import { Silence } from './feed/silence';
import type { StorageReader } from './feed/stored-pages';
import { storedKinds, type StoredKind } from './feed/stored-kinds';
import type { KindGroup } from './kinds';
import { readUplink, receiveUplink, type ReceivedUplink } from './message';
import type { ConnectionState, Incoming, Settle, Transport, TransportOptions } from './transports/transport';

export type { FeedListener } from './feed/emission-queue';
export { FEED_LIMITS } from './feed/limits';
export type { FeedReport, FeedStats } from './feed/reports';

export interface FeedOptions {
  /** Makes the way in, for these receivers. */
  transport(events: TransportOptions): Transport;
  /** What fetches the messages of a gap; none: gaps stay. */
  storage?: StorageReader;
  /** The transport does not hear of messages that do not reach it: storage is asked for frames that are missing. */
  silentLosses?: boolean;
  /** Others may get a part of the messages: a frame that does not come here is not lost. */
  shared?: boolean;
  /** Where the progress is kept; none: in memory, and a restart is a gap that nobody knows of. One feed a file. */
  stateFile?: string;
  /** What another feed of this process handed on a moment ago (its {@link Feed.unprocessed}). */
  handedOn?: readonly string[];
  /** What waited in that other feed (its {@link Feed.takeWaiting}). */
  waiting?: readonly Incoming[];
  /** What to fetch from storage. Live messages are those that the transport brings. */
  kinds: readonly KindGroup[];
  /** `app@tenant`, for the topics of fetched messages that do not name their tenant. */
  applicationUid?: string;
  /** How long storage keeps messages; undefined: unknown. */
  retentionMs?: number;
  /** At the first start ever: fetch what was sent in so much time before. Default 0. */
  lookBackMs?: number;
  /** Report when no message came for so long. Default: never. */
  silenceMs?: number;
  limits?: Partial<FeedLimits>;
  /** Pauses between tries to read from storage. */
  backoff?: Backoff;
  now?: () => number;
  /** Must not throw. */
  onState: (state: ConnectionState) => void;
  /** Must not throw. */
  onReport: (report: FeedReport) => void;
}

/** A feed is closed after so long, whatever hangs. */
const CLOSE_MS = 1_900;
/** Of it for what is with the listener. */
const SETTLE_MS = 800;

/**
 * The messages of one application, each once, whatever happens to the connection: what passed unheard is fetched from
 * storage, while those that come are handed on. The end of the process may bring the messages of its last minute again;
 * it loses none that storage or the broker still has.
 */
export class Feed {
  readonly #options: FeedOptions;
  readonly #limits: FeedLimits;
  readonly #now: () => number;
  readonly #transport: Transport;
  readonly #queue: EmissionQueue;
  readonly #progress: Progress;
  readonly #recovery: Recovery | undefined;
  readonly #absence: Absence;
  readonly #journal: Journal;
  readonly #problems: Problems;
  readonly #silence: Silence;
  readonly #pulse: Pulse;
  /** Of each message that is with the listener, by its key: what settles the copies that came since. */
  readonly #underWay = new Map<string, Settle[]>();
  readonly #counts = {
    received: 0,
    emitted: 0,
    recovered: 0,
    duplicates: 0,
    unreadable: 0,
    dropped: 0,
    failed: 0,
    lostOnTheRadio: 0,
    lostWhileAway: 0,
  };
  /** Messages of storage that had not come before. */
  #fetched = 0;
  #connected = false;
  #opening: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  /** @throws what the transport's maker throws */
  constructor(options: FeedOptions) {
    const { onReport, storage, stateFile, silenceMs, retentionMs } = options;
    this.#options = options;
    this.#limits = { ...FEED_LIMITS, ...options.limits };
    this.#now = options.now ?? Date.now;
    this.#transport = options.transport({
      onState: (state) => this.#onState(state),
      onMessage: (incoming) => this.#onMessage(incoming),
      onMissed: () => this.#missed(),
      onUnkept: () => this.#problems.tell(notKept()),
    });
    this.#queue = new EmissionQueue({
      maxMessages: this.#limits.queueMessages,
      maxBytes: this.#limits.queueBytes,
      maxInFlight: this.#limits.inFlight,
      read: (message) => this.#read(message),
      onTaken: ({ key }) => this.#underWay.set(key, []),
      onDone: (entry) => this.#onDone(entry),
      onFailed: (entry, cause) => this.#onFailed(entry, cause),
    });
    this.#progress = new Progress(this.#limits);
    this.#problems = new Problems(onReport);
    this.#journal = new Journal(stateFile, this.#progress, this.#problems);
    this.#silence = new Silence(silenceMs, onReport);
    this.#pulse = new Pulse(this.#limits.tickMs, this.#now, (lateMs) => this.#onTick(lateMs));
    const kinds = storedKinds(options.kinds);
    if (storage && kinds.length > 0) {
      this.#recovery = new Recovery({
        storage,
        kinds,
        progress: this.#progress,
        limits: this.#limits,
        retentionMs,
        backoff: options.backoff ?? STORAGE_BACKOFF,
        now: this.#now,
        handOn: (messages, kind) => this.#recover(messages, kind),
        onReport,
        problems: this.#problems,
      });
    }
    this.#absence = new Absence({
      progress: this.#progress,
      limits: this.#limits,
      lookBackMs: options.lookBackMs ?? 0,
      hasStorage: this.#recovery !== undefined,
      now: this.#now,
    });
  }

  /** Reads the state and opens the transport. What comes before a listener is attached waits. */
  open(): void {
    this.#opening ??= this.#open().catch((cause: unknown) => this.#problems.tell(notOpened(cause)));
  }

  /** From now on messages go to this listener. */
  attach(listener: FeedListener): void {
    this.#queue.attach(listener);
  }

  /** From now on messages wait. */
  detach(): void {
    this.#queue.detach();
  }

  /** Keys of what was handed on so lately that the flow may not have stored it: a restart brings it again. */
  get unprocessed(): string[] {
    return this.#progress.unprocessed;
  }

  /** What waits and nobody would send again, for the feed that takes the place of this one, which is to be closed. */
  takeWaiting(): Incoming[] {
    return this.#queue.takeWaiting();
  }

  /** Resolves when the progress is on disk. */
  async save(): Promise<void> {
    await this.#opening;
    await this.#journal.save();
  }

  /** What was not handed on comes again from storage or the broker. Resolves within two seconds. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  stats(): FeedStats {
    const { newest, gaps } = this.#progress;
    return {
      ...this.#counts,
      queued: this.#queue.length,
      gapsOpen: gaps.open,
      ...(newest !== undefined && { newest: new Date(newest) }),
    };
  }

  async #open(): Promise<void> {
    await this.#restore();
    if (this.#closing) return;
    for (const incoming of this.#options.waiting ?? []) this.#onMessage(incoming);
    this.#pulse.start();
    this.#transport.open();
  }

  async #restore(): Promise<void> {
    const progress = this.#progress;
    const { lookBackMs = 0, retentionMs = UNKNOWN_RETENTION_MS } = this.#options;
    const found = await this.#journal.read();
    progress.takeOver(this.#options.handedOn ?? []);
    if (progress.since !== undefined) return this.#absence.begins();
    const now = this.#now();
    progress.since = now;
    progress.gaps.mark(now - (found ? retentionMs : lookBackMs), now);
  }

  #onState(state: ConnectionState): void {
    if (this.#closing) return;
    this.#options.onState(state);
    const connected = state.name === 'connected';
    if (connected === this.#connected) return;
    this.#connected = connected;
    if (!connected) return this.#absence.begins();
    this.#absence.ends();
    this.#recovery?.retry();
    this.#recovery?.poke(true);
  }

  #onMessage(incoming: Incoming): void {
    this.#counts.received++;
    this.#silence.heard();
    if (this.#queue.addLive(incoming)) return;
    const entry = this.#read(incoming);
    if (!entry) return;
    this.#counts.dropped++;
    this.#problems.tell(queueFull(this.#queue.length, this.#recovery !== undefined));
    entry.settle?.('again');
    this.#refused(entry);
  }

  /** Hands on messages of storage; resolves to how many had not come before, when these are handed on. */
  async #recover(messages: Json[], kind: StoredKind): Promise<number> {
    const read: ReceivedUplink[] = [];
    for (const message of messages) {
      const topic = this.#topicOf(message, kind);
      try {
        read.push(receiveUplink(message, { topic, recovered: true }));
      } catch (error) {
        this.#reportUnreadable(error, topic, message);
      }
    }
    const before = this.#fetched;
    await this.#queue.addRecovered(read);
    return this.#fetched - before;
  }

  /** Makes of a message what is handed on, unless it came before or cannot be read. */
  #read(message: Incoming | Recovered): Entry | undefined {
    const isRecovered = 'received' in message;
    const received = isRecovered ? message.received : this.#readLive(message);
    if (!received) return undefined;
    const { settle } = message;
    const { key } = received.uplink;
    if (this.#isKnown(received)) {
      this.#counts.duplicates++;
      const copies = this.#underWay.get(key);
      if (!copies) settle?.('done');
      else if (settle) copies.push(settle);
      return undefined;
    }
    if (isRecovered) this.#fetched++;
    return { key, received, ...(settle && { settle }) };
  }

  #readLive({ topic, payload, settle }: Incoming): ReceivedUplink | undefined {
    try {
      return readUplink(topic, payload);
    } catch (error) {
      this.#reportUnreadable(error, topic, payload);
      settle?.('done');
      return undefined;
    }
  }

  /** The topic on which the message would have come live; empty: made from what the message says itself. */
  #topicOf(message: Json, { topicEnd }: StoredKind): string {
    const deviceId = text(object(message.end_device_ids)?.device_id);
    const { applicationUid } = this.#options;
    return applicationUid && deviceId ? `v3/${applicationUid}/devices/${deviceId}/${topicEnd}` : '';
  }

  #reportUnreadable(error: unknown, topic: string, payload: Buffer | Json): void {
    this.#counts.unreadable++;
    this.#options.onReport({ kind: 'unreadable', error: error as CodedError, topic, payload });
  }

  /** Without a time, two messages of the same content are two. */
  #isKnown({ uplink: { key, receivedAt } }: ReceivedUplink): boolean {
    return receivedAt !== undefined && (this.#underWay.has(key) || this.#progress.seen.has(key));
  }

  #onDone({ key, received }: Entry): void {
    const now = this.#now();
    this.#progress.note(key, received, now);
    if (!this.#options.shared) this.#progress.counters.note(received.uplink, now);
    this.#settleCopies(key, 'done');
    this.#counts.emitted++;
    if (received.uplink.recovered) this.#counts.recovered++;
    this.#problems.solved('listener_failed');
  }

  #onFailed(entry: Entry, cause: unknown): void {
    const { key, received } = entry;
    this.#settleCopies(key, 'again');
    this.#counts.failed++;
    this.#problems.tell(listenerFailed(received.uplink.deviceId, cause));
    this.#refused(entry);
  }

  /** With the message itself: they came again because it had not been acknowledged. */
  #settleCopies(key: string, outcome: 'done' | 'again'): void {
    const copies = this.#underWay.get(key) ?? [];
    this.#underWay.delete(key);
    for (const settle of copies) settle(outcome);
  }

  /**
   * This message came and was not handed on. A broker delivers it again; a webhook's sender, which tries once, and
   * storage do not.
   */
  #refused({ received: { uplink, message }, settle }: Entry): void {
    if (!settle || this.#recovery) this.#missed(serverTime(message.received_at, uplink.receivedAt));
  }

  #missed(time?: number): void {
    this.#absence.missed(time, this.#connected);
  }

  #onTick(lateMs: number): void {
    const stalled = this.#connected && lateMs > this.#limits.stallMs;
    if (stalled) {
      this.#options.onReport({ kind: 'stalled', ms: Math.round(lateMs) });
      this.#absence.stalled();
    }
    this.#absence.awake();
    if (this.#connected) this.#progress.stands(this.#now());
    this.#silence.check();
    if (this.#queue.relaxed) this.#problems.solved('queue_full');
    // The server drops messages until we have caught up: what is read before lacks the last of them.
    if (!stalled) this.#recovery?.poke(this.#connected);
    this.#reportLost();
    this.#journal.write();
  }

  #reportLost(): void {
    const { gaps, counters } = this.#progress;
    const decidedBefore = this.#now() - this.#limits.recheckMs;
    const lost = counters.settle((hole) => {
      if (this.#askFor(hole)) return undefined;
      if (hole.foundAt > decidedBefore || gaps.isPending(hole)) return undefined;
      return gaps.wasAway(hole) ? 'whileAway' : 'onTheRadio';
    });
    if (lost.onTheRadio + lost.whileAway === 0) return;
    this.#progress.touch();
    this.#counts.lostOnTheRadio += lost.onTheRadio;
    this.#counts.lostWhileAway += lost.whileAway;
    this.#options.onReport({ kind: 'lost', ...lost });
  }

  /** Whether storage may have what is missing, and is asked or about to be. Once for each hole, whatever the clocks say. */
  #askFor(hole: Hole): boolean {
    const { silentLosses, retentionMs = Infinity } = this.#options;
    if (!silentLosses || !this.#recovery) return false;
    const { gaps } = this.#progress;
    const now = this.#now();
    const { lateMs, overlapMs } = this.#limits;
    if (hole.foundAt > now - lateMs || gaps.isPending(hole)) return true;
    const from = gaps.notAskedFrom(hole);
    const oldest = now - retentionMs;
    if (hole.asked || from === undefined || hole.to < oldest) return false;
    hole.asked = true;
    gaps.ask(Math.max(from - overlapMs, oldest), now);
    this.#progress.touch();
    return true;
  }

  async #close(): Promise<void> {
    this.#pulse.stop();
    await within(CLOSE_MS, this.#shutDown());
  }

  async #shutDown(): Promise<void> {
    await this.#opening;
    await within(SETTLE_MS, Promise.all([this.#queue.close(), this.#recovery?.close()]));
    await Promise.allSettled([this.#transport.close(), this.#journal.close()]);
  }
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  await Promise.race([work.catch(() => undefined), sleep(ms, undefined, { ref: false })]);
}
