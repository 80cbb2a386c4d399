import { Delivery } from './delivery';
import { closed, type OutboxError } from './errors';
import { Figures, type OutboxStats } from './figures';
import { dropped } from './limits';
import type { Deliver, OutboxState, Written } from './outcome';
import type { RateLimit } from './rate-limit';
import { deliverySettings, type DeliverySettings } from './settings';
import type { Added, NewRecord, RejectedRecord, Rejection, Store, StoredRecord } from './store';

export interface OutboxOptions {
  /** Closed with the outbox. */
  store: Store;
  deliver: Deliver;
  settings?: Partial<DeliverySettings>;
  /** One for several outboxes, in place of the rate of the settings. */
  rate?: RateLimit;
  /** Go on to count here. */
  figures?: Figures;
  /** The record is written, and will not be sent again. */
  onWritten?(record: StoredRecord, written: Written): void;
  /** The record is among the rejected ones. */
  onRejected?(record: StoredRecord, reason: Rejection): void;
  /** The record made room for newer ones, and is neither written nor kept. */
  onDropped?(id: number, error: OutboxError): void;
  onState?(state: OutboxState): void;
  /** The store failed, or a listener did. Work goes on, and the store is asked again. */
  onError?(error: unknown): void;
}

/** How a record ended, for the one who waited for it. */
export type Ending = { duplicate: true } | Written | { rejected: Rejection };

interface Waiter {
  resolve(ending: Ending): void;
  reject(error: Error): void;
}

/**
 * Takes records into its store and delivers them: each until it is written or rejected, those of a lane in order, one
 * at a time, several lanes side by side. Only the first part of the queue is in memory.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #store: Store;
  readonly #settings: DeliverySettings;
  readonly #delivery: Delivery;
  readonly #waiters = new Map<number, Waiter>();
  #closing: Promise<void> | undefined;

  /** @throws CodedError `bad_configuration` */
  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#store = options.store;
    this.#settings = deliverySettings(options.settings);
    this.#delivery = new Delivery({
      store: options.store,
      deliver: options.deliver,
      settings: this.#settings,
      rate: options.rate,
      figures: options.figures ?? new Figures(),
      onWritten: (record, written) => {
        this.#finish(record.id, written);
        this.#tell(() => options.onWritten?.(record, written));
      },
      onRejected: (record, rejected) => {
        this.#finish(record.id, { rejected });
        this.#tell(() => options.onRejected?.(record, rejected));
      },
      onDropped: (id) => this.#dropped(id),
      onState: (state) => this.#tell(() => options.onState?.(state)),
      onError: (error) => this.#complain(error),
    });
  }

  /** Begins to deliver. */
  start(): void {
    this.#delivery.start();
  }

  /**
   * Resolves when the record is stored.
   * @throws OutboxError
   */
  add(record: NewRecord): Promise<Added> {
    return this.#add(record);
  }

  /**
   * Resolves when the record is written or rejected.
   * @throws OutboxError `dropped` when it made room for newer ones; `closed` also when the outbox is closed before: the
   * record stays in the store then
   */
  addAndWait(record: NewRecord): Promise<Ending> {
    return new Promise((resolve, reject) => {
      this.#add(record, { resolve, reject }).then((added) => {
        if ('duplicate' in added) resolve(added);
      }, reject);
    });
  }

  /** Something has changed, such as a token or a right: what waits is tried at once. */
  resume(): void {
    this.#delivery.resume();
  }

  /** Rejected records with an id above `after`, oldest first. */
  rejected(after = 0, limit = 100): Promise<RejectedRecord[]> {
    return this.#store.rejected(after, limit);
  }

  /** Puts rejected records, all when `ids` is absent, at the end of the queue. Resolves to how many. */
  async resend(ids?: number[]): Promise<number> {
    const count = await this.#store.resend(ids);
    this.#delivery.readOn();
    return count;
  }

  /** Throws rejected records away, all when `ids` is absent. Resolves to how many. */
  discard(ids?: number[]): Promise<number> {
    return this.#store.discard(ids);
  }

  get state(): OutboxState {
    return this.#delivery.state;
  }

  async stats(): Promise<OutboxStats> {
    const store = await this.#store.stats();
    const { state, inFlight, limit, figures } = this.#delivery;
    return { state, store, inFlight, inFlightLimit: limit, ...figures.snapshot() };
  }

  /** Takes no more, lets what is under way end, for a while, and closes the store. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    try {
      await this.#delivery.close(this.#settings.closeGraceMs);
      await this.#store.close();
    } finally {
      // Last: until then the store may still take what was on its way, and who waits for that.
      for (const waiter of this.#waiters.values()) waiter.reject(closed());
      this.#waiters.clear();
    }
  }

  async #add(record: NewRecord, waiter?: Waiter): Promise<Added> {
    if (this.#closing) throw closed();
    const { lane } = record;
    const sending = this.#delivery.promise(lane);
    try {
      const added = await this.#store.add(sending ? { ...record, sending } : record);
      if ('id' in added)
        this.#added({ ...record, ...NEW, id: added.id, addedAt: Date.now() }, sending, waiter);
      else if (sending) this.#delivery.release(lane);
      if ('id' in added && added.dropped) this.#delivery.dropped(added.dropped);
      return added;
    } catch (error) {
      if (sending) this.#delivery.release(lane);
      // A thread that broke down may have stored it first.
      if ((error as OutboxError).code === 'failed') this.#delivery.readOn();
      throw error;
    }
  }

  #added(record: StoredRecord, sending: boolean, waiter?: Waiter): void {
    this.#delivery.figures.accepted++;
    if (waiter) this.#waiters.set(record.id, waiter);
    this.#delivery.stored(record, sending);
  }

  #finish(id: number, ending: Ending): void {
    this.#waiters.get(id)?.resolve(ending);
    this.#waiters.delete(id);
  }

  #dropped(id: number): void {
    const error = dropped();
    this.#waiters.get(id)?.reject(error);
    this.#waiters.delete(id);
    // A record may be dropped in the commit that stores it: who added it is told that first.
    setImmediate(() => this.#tell(() => this.#options.onDropped?.(id, error)));
  }

  #tell(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.#complain(error);
    }
  }

  #complain(error: unknown): void {
    try {
      this.#options.onError?.(error);
    } catch {
      // Nobody is left who could be told.
    }
  }
}

const NEW = { attempts: 0, doubtful: false };
