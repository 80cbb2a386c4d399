import type { Cause } from './outcome';
import type { Dropped, Store, StoredRecord } from './store';
import type { Trouble } from './trouble';

/** Records read at a time. */
const PAGE = 250;
/** What the records in memory may weigh, in characters; what is more stays in the store. */
const MOST_WEIGHT = 8_000_000;
const WEIGHT_OF_A_RECORD = 500;
/** So many records of a lane stay in memory when memory is full of records that wait for others of their lane. */
const KEPT_OF_A_LANE = 32;

/** The records of one device: delivered in order, one at a time. */
export class Lane {
  readonly name: string;
  /** Its records in memory, oldest first. */
  readonly queue: StoredRecord[] = [];
  /** From this id on its records are in the store only. */
  restFrom: number | undefined;
  /** Of its records, the one that is being sent: the first, or another as a {@link Lanes.scout}. */
  taken: StoredRecord | undefined;
  /** The store has dropped the record that is being sent. */
  dropped = false;
  /** The first record failed, and is tried again at that time. */
  retryAt: number | undefined;
  retryCause: Cause | undefined;
  /** See {@link Lanes.revive}. */
  revived = false;
  /** What the first record went through. */
  trouble: Trouble | undefined;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * The first part of the queue in memory, by lanes. A lane is ready (its first record may be sent), taken, or waits for
 * its next try.
 */
export class Lanes {
  readonly #store: Store;
  readonly #lanes = new Map<string, Lane>();
  readonly #ready: Lane[] = [];
  readonly #waiting = new Set<Lane>();
  #nextTry = Infinity;
  #mayRevive = false;
  #weight = 0;
  /** All records up to this id were read, or passed over by `restFrom`. */
  #readTo = 0;
  /** The store has no record above this id; Infinity: that is not known. */
  #end = Infinity;
  /** Lanes whose records are all in the store only. */
  readonly #hungry = new Set<Lane>();
  #reading = false;

  constructor(store: Store) {
    this.#store = store;
  }

  has(name: string): boolean {
    return this.#lanes.has(name);
  }

  get ready(): number {
    return this.#ready.length;
  }

  /** Every record of the store is in memory, or was passed over by `restFrom`. */
  get complete(): boolean {
    return this.#readTo >= this.#end && !this.#reading;
  }

  /** Nothing is queued, in memory or in the store. */
  get empty(): boolean {
    return this.complete && this.#lanes.size === 0;
  }

  /** When the next lane that waits is due. */
  get nextTry(): number {
    return this.#nextTry;
  }

  /** Why the lane that is due next waits. */
  get nextCause(): Cause | undefined {
    for (const lane of this.#waiting) if (lane.retryAt === this.#nextTry) return lane.retryCause;
    return undefined;
  }

  /** The store has got records that were not offered. */
  readOn(): void {
    this.#end = Infinity;
  }

  /** A record that was just stored. It need not be read when all before it have been. */
  offer(record: StoredRecord): void {
    if (record.id <= this.#readTo) return;
    if (this.complete && record.id === this.#readTo + 1 && this.#weight < MOST_WEIGHT) {
      this.#readTo = record.id;
      this.#keep(record);
    }
    this.#end = Math.max(this.#end, record.id);
  }

  /** Takes a lane whose first record may be sent. */
  take(): Lane | undefined {
    const lane = this.#ready.shift();
    if (lane) lane.taken = lane.queue[0];
    return lane;
  }

  /** Takes a lane although its pause is not over, when there is no other. */
  takeEarly(): Lane | undefined {
    const [lane] = this.#waiting;
    if (!lane) return undefined;
    this.#waiting.delete(lane);
    lane.taken = lane.queue[0];
    return lane;
  }

  /** Takes another record of a taken lane in place of the first: see `mayScout`. Returns whether there is one. */
  scout(lane: Lane, at: number): boolean {
    // Those far behind may be left to the store meanwhile.
    const scout = lane.queue[Math.min(at, KEPT_OF_A_LANE - 1)] ?? lane.queue[1];
    if (scout) lane.taken = scout;
    else if (lane.restFrom !== undefined) this.#hungry.add(lane);
    return scout !== undefined;
  }

  /** Gives back a lane whose taken record is done with. */
  next(lane: Lane): void {
    if (isScout(lane)) this.#splice(lane, lane.queue.indexOf(lane.taken!), 1);
    else this.#drop(lane, 1);
    lane.taken = undefined;
    lane.dropped = false;
    this.#place(lane);
  }

  /** Gives back a lane whose first record may be sent again at a time. */
  retry(lane: Lane, at: number, cause: Cause): void {
    lane.taken = undefined;
    lane.retryAt = at;
    lane.retryCause = cause;
    this.#waiting.add(lane);
    this.#nextTry = Math.min(this.#nextTry, at);
    this.#mayRevive ||= mayRevive(lane);
  }

  /** A record was written: the lanes that failed while none was are due now, once for each first record. */
  revive(now: number): void {
    if (!this.#mayRevive) return;
    this.#mayRevive = false;
    for (const lane of this.#waiting) {
      if (!mayRevive(lane)) continue;
      lane.revived = true;
      lane.retryAt = this.#nextTry = now;
    }
  }

  /** Lanes that wait are due now. */
  resume(now: number): void {
    for (const lane of this.#waiting) lane.retryAt = this.#nextTry = now;
  }

  /** Makes ready the lanes that are due. */
  wake(now: number): void {
    if (now < this.#nextTry) return;
    this.#nextTry = Infinity;
    for (const lane of this.#waiting) {
      if (lane.retryAt! > now) this.#nextTry = Math.min(this.#nextTry, lane.retryAt!);
      else {
        this.#waiting.delete(lane);
        this.#ready.push(lane);
      }
    }
  }

  /** Takes out the old records that are not being sent. */
  takeOld(isOld: (record: StoredRecord) => boolean): StoredRecord[] {
    const old: StoredRecord[] = [];
    for (const lane of this.#lanes.values()) {
      const [first] = lane.queue;
      if (lane.taken || !first || !isOld(first)) continue;
      const young = lane.queue.findIndex((record) => !isOld(record));
      old.push(...this.#takeOut(lane, young < 0 ? lane.queue.length : young));
    }
    return old;
  }

  /** Takes out a record that the store has dropped; false when it is being sent, or has been. */
  takeDropped({ id, lane: name }: Dropped): boolean {
    const lane = this.#lanes.get(name);
    // It is the oldest of all.
    const at = lane?.queue.slice(0, 2).findIndex((record) => record.id === id) ?? -1;
    if (!lane || at < 0) return this.#isInStoreOnly(id, lane);
    const isTaken = lane.taken?.id === id;
    if (isTaken) lane.dropped = true;
    else if (!lane.taken) this.#takeOut(lane, 1);
    else if (at === 0) this.#drop(lane, 1);
    else this.#splice(lane, at, 1);
    return !isTaken;
  }

  #isInStoreOnly(id: number, lane?: Lane): boolean {
    return id > this.#readTo || id >= (lane?.restFrom ?? Infinity);
  }

  /** Reads on in the store when fewer lanes than wanted are ready. Returns nothing when there is nothing to read. */
  read(wanted: number): Promise<void> | undefined {
    if (this.#reading) return undefined;
    const hungry = this.#hungry.size > 0;
    if (!hungry && (this.#readTo >= this.#end || this.#ready.length >= wanted || !this.#hasRoom()))
      return undefined;
    this.#reading = true;
    return (hungry ? this.#readRest(new Set(this.#hungry)) : this.#readNext()).finally(
      () => (this.#reading = false),
    );
  }

  async #readNext(): Promise<void> {
    const end = this.#end;
    // What is offered meanwhile moves it on.
    this.#end = this.#readTo;
    const page = await this.#store.page(this.#readTo, PAGE).catch((error: unknown) => {
      this.#end = Infinity;
      throw error;
    });
    for (const record of page) {
      this.#readTo = record.id;
      this.#keep(record);
    }
    if (page.length > 0) this.#end = Math.max(this.#end, end);
  }

  /** Reads for lanes that have nothing left in memory what was passed over. */
  async #readRest(lanes: ReadonlySet<Lane>): Promise<void> {
    const from = Math.min(...Array.from(lanes, ({ restFrom }) => restFrom!));
    const page = await this.#store.page(from - 1, PAGE);
    const to = Math.min(page.at(-1)?.id ?? Infinity, this.#readTo);
    for (const record of page) {
      const lane = this.#lanes.get(record.lane);
      if (lane && lanes.has(lane) && record.id >= lane.restFrom! && record.id <= to) this.#push(lane, record);
    }
    for (const lane of lanes) {
      lane.restFrom = Math.max(lane.restFrom!, to + 1);
      if (lane.restFrom > this.#readTo) lane.restFrom = undefined;
      if (lane.queue.length > 0 || lane.restFrom === undefined) this.#hungry.delete(lane);
      if (lane.queue.length === 0 && lane.restFrom === undefined) this.#lanes.delete(lane.name);
    }
  }

  /** Takes the first records out of a lane that is not taken. */
  #takeOut(lane: Lane, count: number): StoredRecord[] {
    const records = this.#drop(lane, count);
    const at = this.#ready.indexOf(lane);
    if (at >= 0) this.#ready.splice(at, 1);
    this.#waiting.delete(lane);
    this.#place(lane);
    return records;
  }

  /** The first record of a lane is another one then. */
  #drop(lane: Lane, count: number): StoredRecord[] {
    lane.trouble = undefined;
    lane.revived = false;
    return this.#splice(lane, 0, count);
  }

  #splice(lane: Lane, at: number, count = Infinity): StoredRecord[] {
    const records = lane.queue.splice(at, count);
    for (const record of records) this.#weight -= weightOf(record);
    return records;
  }

  /** Puts a lane whose first record is another now where it belongs. */
  #place(lane: Lane): void {
    if (lane.queue.length > 0) this.#ready.push(lane);
    else if (lane.restFrom === undefined) this.#lanes.delete(lane.name);
    else this.#hungry.add(lane);
  }

  #keep(record: StoredRecord): void {
    let lane = this.#lanes.get(record.lane);
    if (!lane) this.#lanes.set(record.lane, (lane = new Lane(record.lane)));
    if (lane.restFrom === undefined) this.#push(lane, record);
  }

  #push(lane: Lane, record: StoredRecord): void {
    this.#weight += weightOf(record);
    // A lane that had records already is ready, taken or waiting.
    if (lane.queue.push(record) === 1) this.#ready.push(lane);
  }

  /** Leaves to the store what waits for others of its lane, when memory is full. */
  #hasRoom(): boolean {
    if (this.#weight < MOST_WEIGHT) return true;
    for (const lane of this.#lanes.values()) {
      const [left] = this.#splice(lane, this.#waiting.has(lane) ? 1 : KEPT_OF_A_LANE);
      if (left) lane.restFrom = left.id;
    }
    return this.#weight < MOST_WEIGHT;
  }
}

/** What is being sent of a taken lane is not its first record. */
export function isScout({ taken, queue }: Lane): boolean {
  return taken !== queue[0];
}

/** As far as is known its first record is not the fault. */
function mayRevive({ trouble, revived }: Lane): boolean {
  return !revived && trouble?.ownFailures === 0 && trouble.ownHolds === 0;
}

function weightOf({ body, target }: StoredRecord): number {
  return body.length + target.length + WEIGHT_OF_A_RECORD;
}
