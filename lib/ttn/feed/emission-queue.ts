import type { ReceivedUplink } from '../message';
import type { Incoming, Settle } from '../transports/transport';

/** Takes the messages of a feed. */
export interface FeedListener {
  /** Returns, or resolves, when the message is handed on; until then it counts as not processed. */
  emit(received: ReceivedUplink): void | Promise<void>;
}

/** A message of storage that waits. */
export interface Recovered {
  received: ReceivedUplink;
  settle: Settle;
}

/** A message on its way to the listener. */
export interface Entry {
  /** As it came: what listens may change the uplink. */
  key: string;
  received: ReceivedUplink;
  settle?: Settle;
}

export interface EmissionQueueOptions {
  maxMessages: number;
  maxBytes: number;
  maxInFlight: number;
  /**
   * Makes of a message what is handed on now. Not before: what was read takes many times the room of its bytes, and
   * would be moved about by V8's collector while it waits.
   * @returns undefined when it is not to be handed on, and is settled or will be
   */
  read(message: Incoming | Recovered): Entry | undefined;
  /** The listener takes its time. */
  onTaken(entry: Entry): void;
  /** Before the entry is settled. */
  onDone(entry: Entry): void;
  onFailed(entry: Entry, cause: unknown): void;
}

/** Then it is the turn of what was handed on before, and of the socket: a slow reader loses messages. */
const SLICE_MS = 0.5;

/** Hands messages on in order, in slices; live ones before recovered ones; holds them while nobody listens. */
export class EmissionQueue {
  readonly #options: EmissionQueueOptions;
  readonly #live: Incoming[] = [];
  #liveBytes = 0;
  readonly #recovered: Recovered[] = [];
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

  /** Gives away the live messages that nobody would send again. */
  takeWaiting(): Incoming[] {
    this.#liveBytes = 0;
    return this.#live.splice(0).filter(({ settle }) => settle === undefined);
  }

  /** @returns false when the queue is full */
  addLive(message: Incoming): boolean {
    const { maxMessages, maxBytes } = this.#options;
    const bytes = this.#weightOf(message);
    if (this.#live.length >= maxMessages || this.#liveBytes + bytes > maxBytes) return false;
    this.#live.push(message);
    this.#liveBytes += bytes;
    this.#schedule();
    return true;
  }

  /** One alone does not fill the queue: a broker would send it again without end, and nothing behind it. */
  #weightOf({ payload }: Incoming): number {
    return Math.min(payload.length, this.#options.maxBytes / 2);
  }

  /** Resolves when all are settled, or the queue is closed. */
  async addRecovered(messages: ReceivedUplink[]): Promise<void> {
    let left = messages.length;
    if (left === 0 || this.#closed) return;
    await new Promise<void>((resolve) => {
      const settle = () => {
        if (--left === 0) resolve();
      };
      this.#recovered.push(...messages.map((received) => ({ received, settle })));
      this.#schedule();
    });
  }

  /** Hands on no more; resolves when what is with the listener is settled. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#listener = undefined;
    for (const { settle } of this.#recovered.splice(0)) settle('again');
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
      const live = this.#live.shift();
      if (live) this.#liveBytes -= this.#weightOf(live);
      const next = live ?? this.#recovered.shift();
      if (!next) return;
      const entry = this.#options.read(next);
      if (entry) this.#emit(entry, this.#listener);
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
    this.#options.onTaken(entry);
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
