import type { Application } from './applications';

/** A message as it was published (`ApplicationUp`). */
export type Message = Record<string, unknown>;

/** What the documentation of the Storage Integration leaves open, and what tests want otherwise. */
export interface StorageSwitches {
  /** The Things Stack Cloud keeps uplinks only; what the Sandbox and own installations keep is not said. */
  types: string[];
  /** Messages are written in batches, so long one after another; 0: at once. */
  batchMs: number;
  /** The default of `limit`, and its maximum. */
  pageSize: number;
  /** 24 h on the Sandbox. */
  retentionMs: number;
  /** Messages of just the time `after` are given, too. */
  afterInclusive: boolean;
  /** Answers of 2021 and 2022 that users published lack `session_key_id`; the documentation's example has it. */
  keepsSessionKey: boolean;
  /** The answer to applications that have not enabled it. */
  disabledStatus: number;
}

/** The answer ends early: with a line that is an error, or in the middle of a line. */
export interface Break {
  after: number;
  how: 'error' | 'cut';
}

interface Stored {
  application: Application;
  type: string;
  deviceId: string;
  /** Sortable down to the nanosecond. */
  receivedAt: string;
  /** Milliseconds since 1970. */
  writtenAt: number;
  message: Message;
}

const PACKAGE = 'storage-integration';
const FPORT = 100;
const MOST = 200_000;

/** Query of a page. The continuation token is the next one, with what had been written when the first was asked. */
export interface PageRequest {
  type: string;
  deviceId?: string;
  after?: string;
  before?: string;
  order?: string;
  limit?: number;
  asOf: number;
  offset: number;
}

/** Undefined: the continuation token is none of ours. */
export function readPageRequest(
  query: URLSearchParams,
  type: string,
  deviceId?: string,
): PageRequest | undefined {
  const { continuation_token: token, after, before, order, limit } = Object.fromEntries(query);
  if (!token)
    return {
      type,
      deviceId,
      after,
      before,
      order,
      limit: Number(limit) || undefined,
      asOf: Date.now(),
      offset: 0,
    };
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString()) as PageRequest;
  } catch {
    return undefined;
  }
}

function continuationToken(next: PageRequest): string {
  return Buffer.from(JSON.stringify(next)).toString('base64url');
}

/** A stand-in for The Things Stack's Storage Integration, whose server is not public: as documented, else by switch. */
export class StorageIntegration {
  readonly switches: StorageSwitches = {
    types: ['uplink_message'],
    batchMs: 0,
    pageSize: 100,
    retentionMs: 24 * 3_600_000,
    afterInclusive: false,
    keepsSessionKey: false,
    disabledStatus: 404,
  };
  /** What happens to the next answers, one each. */
  readonly breaks: Break[] = [];
  readonly #associations = new Map<Application, Map<number, string>>();
  #stored: Stored[] = [];

  constructor(applications: readonly Application[]) {
    for (const application of applications) this.enable(application);
  }

  /** Packages of an application by FPort. Two that store mean two copies. */
  associations(application: Application): Map<number, string> {
    const associations = this.#associations.get(application) ?? new Map<number, string>();
    this.#associations.set(application, associations);
    return associations;
  }

  isEnabled(application: Application): boolean {
    return this.#copies(application) > 0;
  }

  enable(application: Application): void {
    this.associations(application).set(FPORT, PACKAGE);
  }

  disable(application: Application): void {
    this.associations(application).clear();
  }

  store(application: Application, type: string, message: Message): void {
    const { types, batchMs } = this.switches;
    if (!types.includes(type)) return;
    const now = Date.now();
    const { device_id: deviceId = '' } = message.end_device_ids as { device_id?: string };
    const stored: Stored = {
      application,
      type,
      deviceId,
      receivedAt: sortable((message.received_at as string | undefined) ?? new Date(now).toISOString()),
      writtenAt: batchMs > 0 ? (Math.floor(now / batchMs) + 1) * batchMs : now,
      message: this.#asStored(message),
    };
    for (let copy = 0; copy < this.#copies(application); copy++) this.#stored.push(stored);
    if (this.#stored.length > MOST) this.#stored = this.#stored.slice(MOST / 10);
  }

  /** Writes what waits for its batch. */
  flush(): void {
    for (const stored of this.#stored) stored.writtenAt = Math.min(stored.writtenAt, Date.now());
  }

  page(application: Application, page: PageRequest): { messages: Message[]; next?: string } {
    const { retentionMs, afterInclusive, pageSize } = this.switches;
    const oldest = sortable(new Date(Date.now() - retentionMs).toISOString());
    const after = page.after && sortable(page.after);
    const before = page.before && sortable(page.before);
    const found = this.#stored.filter(
      (stored) =>
        stored.application === application &&
        stored.type === page.type &&
        stored.deviceId === (page.deviceId ?? stored.deviceId) &&
        stored.writtenAt <= page.asOf &&
        stored.receivedAt >= oldest &&
        (!after || stored.receivedAt > after || (afterInclusive && stored.receivedAt === after)) &&
        (!before || stored.receivedAt < before),
    );
    if (page.order)
      found.sort((a, b) => (a.receivedAt < b.receivedAt ? -1 : Number(a.receivedAt > b.receivedAt)));
    if (page.order?.startsWith('-')) found.reverse();
    const count = Math.min(page.limit ?? pageSize, pageSize);
    const messages = found.slice(page.offset, page.offset + count).map(({ message }) => message);
    const next = { ...page, offset: page.offset + count };
    return { messages, next: next.offset < found.length ? continuationToken(next) : undefined };
  }

  #copies(application: Application): number {
    return [...this.associations(application).values()].filter((name) => name === PACKAGE).length;
  }

  #asStored({ correlation_ids: _, ...message }: Message): Message {
    const uplink = message.uplink_message as Message | undefined;
    if (!uplink || this.switches.keepsSessionKey) return message;
    const { session_key_id: _key, ...fields } = uplink;
    return { ...message, uplink_message: fields };
  }
}

/** A time stamp with all nine digits of its fraction. */
function sortable(time: string): string {
  const [seconds = '', fraction = ''] = time.replace(/Z$/, '').split('.');
  return `${seconds}.${fraction.padEnd(9, '0')}`;
}
