import { Ages } from './ages';
import { Alarm } from './alarm';
import { AdaptiveLimit } from './concurrency';
import type { Figures } from './figures';
import { ABORT_GRACE_MS, Flights, type Flight } from './flights';
import { Lanes, type Lane } from './lanes';
import { Line } from './line';
import type { Deliver, Outcome, OutboxState } from './outcome';
import { RateLimit } from './rate-limit';
import { Results, type ResultListener } from './results';
import { Settler } from './settler';
import type { DeliverySettings } from './settings';
import { isSame, stateOf, stoppedByStore } from './state';
import type { Dropped, Store, StoredRecord } from './store';

export interface DeliveryOptions extends ResultListener {
  store: Store;
  deliver: Deliver;
  settings: DeliverySettings;
  rate?: RateLimit;
  figures: Figures;
  onState(state: OutboxState): void;
  /** The store failed. */
  onError(error: unknown): void;
}

/** How exactly the limit of age is kept. */
const EXPIRE_EVERY_MS = 1_000;
/** After the store failed to read. */
const READ_AGAIN_MS = 1_000;

/** Delivers what is in the store, until it is written or rejected. */
export class Delivery {
  readonly figures: Figures;
  readonly #options: DeliveryOptions;
  readonly #lanes: Lanes;
  readonly #line: Line;
  readonly #limit: AdaptiveLimit;
  readonly #rate: RateLimit;
  readonly #ages = new Ages();
  readonly #flights: Flights;
  readonly #settler: Settler;
  readonly #results: Results;
  /** Records that are sent, or noted as about to be. */
  #inFlight = 0;
  /** Lanes of records that are sent as soon as they are stored. */
  readonly #promised = new Set<string>();
  /** Records that the store has noted as about to be sent, and that are not sent yet. */
  readonly #noted = new Set<number>();
  #state: OutboxState = { name: 'idle' };
  readonly #alarm = new Alarm(() => this.pump());
  #readAfter = -Infinity;
  #expireAt = -Infinity;
  /** The store cannot note what becomes of records: nothing more is sent. */
  #storeStop: OutboxState | undefined;
  /** From start to close. */
  #running = false;
  #aborted = false;
  #onLanded: (() => void) | undefined;

  constructor(options: DeliveryOptions) {
    const { store, deliver, settings, rate = new RateLimit(Infinity) } = options;
    this.#options = options;
    this.figures = options.figures;
    this.#lanes = new Lanes(store);
    this.#line = new Line(settings);
    this.#limit = new AdaptiveLimit(settings.minInFlight, settings.maxInFlight);
    this.#rate = rate;
    this.#flights = new Flights(deliver, settings.deadlineMs, (flight, outcome) =>
      this.#end(flight, outcome),
    );
    this.#settler = new Settler(store, (error) => {
      this.#storeStop = error === undefined ? undefined : stoppedByStore(error);
      if (error !== undefined) options.onError(error);
      this.pump();
    });
    this.#results = new Results(
      { lanes: this.#lanes, line: this.#line, settler: this.#settler, figures: this.figures },
      settings,
      options,
    );
  }

  get state(): OutboxState {
    return this.#state;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get limit(): number {
    return this.#limit.limit;
  }

  start(): void {
    this.#running = true;
    this.pump();
  }

  resume(): void {
    const now = performance.now();
    this.#line.resume(now);
    this.#lanes.resume(now);
    this.pump();
  }

  /** The store has got records that were not {@link stored}. */
  readOn(): void {
    this.#lanes.readOn();
    this.pump();
  }

  /** Keeps a place free for a record of a lane, when it can be sent as soon as it is stored. */
  promise(lane: string): boolean {
    const free =
      this.#running &&
      this.#lanes.complete &&
      this.#lanes.ready === 0 &&
      !this.#lanes.has(lane) &&
      !this.#promised.has(lane) &&
      this.#underWay < this.#limit.limit &&
      !this.#line.stop &&
      !this.#storeStop &&
      this.#rate.waitMs(performance.now()) === 0;
    if (free) this.#promised.add(lane);
    return free;
  }

  /** Takes a promise back: the record is not stored. */
  release(lane: string): void {
    this.#promised.delete(lane);
    this.#proceed();
  }

  /** @param promised the store has noted that the record is about to be sent */
  stored(record: StoredRecord, promised: boolean): void {
    if (promised) {
      this.#promised.delete(record.lane);
      this.#noted.add(record.id);
    }
    this.#ages.accepted(record.id);
    this.#lanes.offer(record);
    this.#proceed();
  }

  /** The store has dropped records to make room. */
  dropped(records: Dropped[]): void {
    for (const record of records) {
      this.#noted.delete(record.id);
      if (this.#lanes.takeDropped(record)) this.#options.onDropped(record.id);
    }
    this.pump();
  }

  /** Lets what is under way end, for a while. */
  async close(graceMs: number): Promise<void> {
    this.#running = false;
    this.#alarm.set(Infinity);
    await this.#landed(graceMs);
    this.#aborted = true;
    this.#flights.abort();
    await this.#landed(ABORT_GRACE_MS);
    this.#flights.giveUp();
    for (const id of this.#noted) this.#notSent(id, false);
    await this.#settler.close();
  }

  /** Waits until nothing is under way, but not longer than so. */
  async #landed(ms: number): Promise<void> {
    if (this.#underWay === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#onLanded = resolve;
      timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
  }

  /** Goes on after something has ended. */
  #proceed(): void {
    if (this.#underWay === 0) this.#onLanded?.();
    this.pump();
  }

  get #underWay(): number {
    return this.#inFlight + this.#promised.size;
  }

  /** Sends what may be sent, reads what is wanted, and sets the timer for what must wait. */
  pump(): void {
    if (!this.#running) return;
    const now = performance.now();
    this.#expire(now);
    this.#lanes.wake(now);
    let opensAt = this.#opensAt(now);
    while (opensAt <= now && this.#underWay < this.#limit.limit) {
      const lane = this.#lanes.take() ?? (this.#line.stop && this.#lanes.takeEarly());
      if (!lane) break;
      this.#send(lane);
      opensAt = this.#opensAt(now);
    }
    if (this.#lanes.ready > 0 && this.#underWay >= this.#limit.limit) this.#limit.reached();
    if (now >= this.#readAfter) this.#read(opensAt <= now ? this.#limit.limit : 1);
    this.#setAlarm(now, opensAt);
    this.#setState();
  }

  #expire(now: number): void {
    const { maxAgeMs } = this.#options.settings;
    if (maxAgeMs === Infinity || now < this.#expireAt) return;
    this.#expireAt = now + EXPIRE_EVERY_MS;
    this.#ages.look();
    const old = this.#lanes.takeOld((record) => this.#ages.of(record) > maxAgeMs);
    for (const record of old) this.#results.expired(record, this.#ages.of(record));
  }

  /** When the next record may be sent, as far as others than its lane are concerned. */
  #opensAt(now: number): number {
    if (this.#storeStop) return Infinity;
    return this.#line.stop ? this.#line.opensAt : now + this.#rate.waitMs(now);
  }

  #read(wanted: number): void {
    this.#lanes.read(wanted)?.then(
      () => {
        // What was read may have waited too long already.
        this.#expireAt = -Infinity;
        this.pump();
      },
      (error: unknown) => {
        if (!this.#running) return;
        this.#readAfter = performance.now() + READ_AGAIN_MS;
        this.#options.onError(error);
        this.pump();
      },
    );
  }

  #send(lane: Lane): void {
    this.#mayScout(lane);
    const record = lane.taken!;
    const probe = this.#line.start();
    this.#inFlight++;
    this.#rate.take();
    const fly = () => this.#fly({ lane, record, probe, startedAt: performance.now() });
    if (this.#noted.delete(record.id)) fly();
    else this.#settler.settle({ id: record.id, state: 'sending' }, fly, true);
  }

  /**
   * While nothing is written a record fails for its own fault, or for that of the other side. Another record of its lane
   * shows which, each time the next one: those behind it may have the same fault.
   */
  #mayScout(lane: Lane): void {
    const { trouble } = lane;
    if (!trouble || trouble.alone < this.#options.settings.maxAttempts) return;
    // Something was written meanwhile: the way is free.
    if (this.figures.written > trouble.written) return;
    const scouts = trouble.scouts + 1;
    if (this.#lanes.scout(lane, scouts)) lane.trouble = { ...trouble, scouts, alone: 0 };
  }

  #fly(flight: Flight): void {
    if (!this.#aborted) return this.#flights.start(flight);
    this.#inFlight--;
    this.#notSent(flight.record.id, flight.record.doubtful);
    this.#proceed();
  }

  /** Takes back the note that a record is about to be sent. */
  #notSent(id: number, doubtful: boolean): void {
    this.#settler.settle({ id, state: 'retry', doubtful }, () => {});
  }

  #end(flight: Flight, outcome: Outcome): void {
    this.#inFlight--;
    const answered = outcome.outcome === 'written' || outcome.outcome === 'rejected';
    this.#limit.ended(flight.startedAt, performance.now(), answered);
    this.#results.ended(flight, outcome);
    this.#proceed();
  }

  #setAlarm(now: number, opensAt: number): void {
    let at = this.#readAfter > now ? this.#readAfter : Infinity;
    if (opensAt > now && (this.#line.stop || this.#lanes.ready > 0)) at = Math.min(at, opensAt);
    if (!this.#line.stop) at = Math.min(at, this.#lanes.nextTry);
    if (!this.#lanes.empty) at = Math.min(at, this.#expireAt > now ? this.#expireAt : Infinity);
    this.#alarm.set(at);
  }

  #setState(): void {
    const state = this.#storeStop ?? stateOf(this.#line, this.#lanes, this.#inFlight, this.#state);
    if (isSame(state, this.#state)) return;
    this.#state = state;
    this.#options.onState(state);
  }
}
