import type { ReceivedUplink } from '../message';
import type { Settle } from '../transports/transport';

/** Takes the messages of a feed. */
export interface FeedListener {
  /** Returns, or resolves, when the message is handed on; until then it counts as not processed. */
  emit(received: ReceivedUplink): void | Promise<void>;
}

/** A message on its way to the listener. */
export interface Entry {
  /** As it came: what listens may change the uplink. */
  key: string;
  received: ReceivedUplink;
  /** Of the message as it came. */
  bytes: number;
  settle?: Settle;
}

export interface EmissionQueueOptions {
  maxMessages: number;
  maxBytes: number;
  maxInFlight: number;
  /** Before the entry is settled. */
  onDone(entry: Entry): void;
  onFailed(entry: Entry, cause: unknown): void;
}

/** The event loop reads the socket again at the latest after so long: a slow reader loses messages. */
const SLICE_MS = 10;

/** Hands messages on in order, in slices; live ones before recovered ones; holds them while nobody listens. */
export class EmissionQueue {
  readonly #options: EmissionQueueOptions;
  readonly #live: Entry[] = [];
  #liveBytes = 0;
  readonly #recovered: Entry[] = [];
  #listener: FeedListener | undefined;
  #inFlight = 0;
  #scheduled = false;
  #closed = false;
  #onIdle: (() => void) | undefined;

  constructor(options: EmissionQueueOptions) {
    this.#options = options;
  }

  get length(): number {
    return this.#live.length + this.#recovered.length;
  }

  /** True when less than half of what may wait does. */
  get relaxed(): boolean {
    return this.#live.length < this.#options.maxMessages / 2 && this.#liveBytes < this.#options.maxBytes / 2;
  }

  attach(listener: FeedListener): void {
    this.#listener = listener;
    this.#schedule();
  }

  detach(): void {
    this.#listener = undefined;
  }

  /** @returns false when the queue is full */
  addLive(entry: Entry): boolean {
    const { maxMessages, maxBytes } = this.#options;
    if (this.#live.length >= maxMessages || this.#liveBytes + entry.bytes > maxBytes) return false;
    this.#live.push(entry);
    this.#liveBytes += entry.bytes;
    this.#schedule();
    return true;
  }

  /** Resolves when all are handed on, or the queue is closed. */
  async addRecovered(received: ReceivedUplink[]): Promise<void> {
    let left = received.length;
    if (left === 0 || this.#closed) return;
    await new Promise<void>((resolve) => {
      const settle = () => {
        if (--left === 0) resolve();
      };
      this.#recovered.push(
        ...received.map((each) => ({ key: each.uplink.key, received: each, bytes: 0, settle })),
      );
      this.#schedule();
    });
  }

  /** Hands on no more; resolves when what is with the listener is settled. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#listener = undefined;
    for (const entry of this.#recovered.splice(0)) entry.settle?.('again');
    if (this.#inFlight > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
  }

  #schedule(): void {
    if (this.#scheduled || !this.#listener || this.#inFlight >= this.#options.maxInFlight) return;
    if (this.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#emitSlice();
    });
  }

  #emitSlice(): void {
    const end = performance.now() + SLICE_MS;
    while (this.#listener && this.#inFlight < this.#options.maxInFlight) {
      const entry = this.#live.shift();
      if (entry) this.#liveBytes -= entry.bytes;
      const next = entry ?? this.#recovered.shift();
      if (!next) return;
      this.#emit(next, this.#listener);
      if (performance.now() > end) break;
    }
    this.#schedule();
  }

  #emit(entry: Entry, listener: FeedListener): void {
    let taken: void | Promise<void>;
    try {
      taken = listener.emit(entry.received);
    } catch (cause) {
      return this.#fail(entry, cause);
    }
    if (!taken) return this.#finish(entry);
    this.#inFlight++;
    taken
      .then(
        () => this.#finish(entry),
        (cause: unknown) => this.#fail(entry, cause),
      )
      .finally(() => {
        this.#inFlight--;
        if (this.#inFlight === 0) this.#onIdle?.();
        this.#schedule();
      })
      .catch(() => undefined);
  }

  #finish(entry: Entry): void {
    this.#options.onDone(entry);
    entry.settle?.('done');
  }

  #fail(entry: Entry, cause: unknown): void {
    this.#options.onFailed(entry, cause);
    entry.settle?.('again');
  }
}
