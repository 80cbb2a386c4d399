import { Delivery } from './delivery';
import { closed, type OutboxError } from './errors';
import { Figures, type OutboxStats } from './figures';
import { dropped } from './limits';
import type { Cause, Deliver, OutboxState } from './outcome';
import type { RateLimit } from './rate-limit';
import { deliverySettings, type DeliverySettings } from './settings';
import type { Added, NewRecord, RejectedRecord, Rejection, Store, StoredRecord, StoreStats } from './store';

export interface OutboxOptions {
  /** Closed with the outbox. */
  store: Store;
  deliver: Deliver;
  settings?: Partial<DeliverySettings>;
  /** One for several outboxes. Default: no limit. */
  rate?: RateLimit;
  /** Go on to count here. */
  figures?: Figures;
  /** The record is written, and will not be sent again. */
  onWritten?(record: StoredRecord, result: unknown): void;
  /** The record is among the rejected ones. */
  onRejected?(record: StoredRecord, reason: Rejection): void;
  /** The record made room for newer ones, and is neither written nor kept. */
  onDropped?(id: number, error: OutboxError): void;
  onState?(state: OutboxState): void;
  /** Records are not taken: told of the first since one was taken or written. */
  onRefusing?(cause: Cause): void;
  /** The store failed, or a listener did. Work goes on, and the store is asked again. */
  onError?(error: unknown): void;
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
  #closing: Promise<StoreStats | undefined> | undefined;
  /** Why the last record was not taken, since which none was taken or written. */
  #refusing: Cause | undefined;

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
      onWritten: (record, result) => {
        this.#refusing = undefined;
        this.#tell(() => options.onWritten?.(record, result));
      },
      onRejected: (record, reason) => this.#tell(() => options.onRejected?.(record, reason)),
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
  async add(record: NewRecord): Promise<Added> {
    if (this.#closing) throw closed();
    const { lane } = record;
    const sending = this.#delivery.promise(lane);
    try {
      const added = await this.#store.add(sending ? { ...record, sending } : record);
      if ('id' in added) {
        this.#refusing = undefined;
        this.#delivery.figures.accepted++;
        // Spread: V8 makes what is written out field by field among the old objects, 50 MB in a flood.
        this.#delivery.stored({ ...record, ...NEW, id: added.id, addedAt: Date.now() }, sending);
        if (added.dropped) this.#delivery.dropped(added.dropped);
      } else if (sending) this.#delivery.release(lane);
      return added;
    } catch (error) {
      if (sending) this.#delivery.release(lane);
      this.#refused(error as OutboxError);
      // A thread that broke down may have stored it first.
      if ((error as OutboxError).code === 'failed') this.#delivery.readOn();
      throw error;
    }
  }

  /**
   * Keeps among the rejected records what cannot be delivered as it is. Resolves to its id when it is stored; no
   * listener is told.
   * @throws OutboxError
   */
  async reject(
    record: Pick<NewRecord, 'lane' | 'body' | 'target' | 'replaces'>,
    reason: Rejection,
  ): Promise<number> {
    if (this.#closing) throw closed();
    const added = await this.#store.add({ ...record, rejected: reason }).catch((error: OutboxError) => {
      this.#refused(error);
      throw error;
    });
    this.#refusing = undefined;
    this.#delivery.figures.reject(reason);
    // It has no key.
    return (added as { id: number }).id;
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
    const refusing = this.#refusing && { refusing: this.#refusing };
    return { state, store, inFlight, inFlightLimit: limit, ...figures.snapshot(), ...refusing };
  }

  /**
   * Takes no more, lets what is under way end, for a while, and closes the store. Resolves to what is left there, if it
   * can be told.
   */
  close(): Promise<StoreStats | undefined> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<StoreStats | undefined> {
    await this.#delivery.close(this.#settings.closeGraceMs);
    const left = await this.#store.stats().catch(() => undefined);
    await this.#store.close();
    return left;
  }

  #refused({ code, message }: OutboxError): void {
    const cause = { code, message };
    this.#delivery.figures.refuse(cause);
    if (!this.#refusing) this.#tell(() => this.#options.onRefusing?.(cause));
    this.#refusing = cause;
  }

  #dropped(id: number): void {
    // A record may be dropped in the commit that stores it: who added it is told that first.
    setImmediate(() => this.#tell(() => this.#options.onDropped?.(id, dropped())));
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
