import { randomBytes, randomInt } from 'node:crypto';
import type { Clock } from './clock';
import { dig } from './json';
import type { TokenKind } from './tokens';

export interface StoredRecord {
  /** ObjectId, 24 hex characters. */
  id: string;
  recType: string;
  /** The body that was posted; integers that a double cannot hold are bigints. */
  data: unknown;
  name: string;
  desc: string;
  tags: string[];
  owner: { user: string; org: string; appid: string };
  /** Time of arrival, milliseconds since 1970. */
  tstamp: number;
  token: { kind: TokenKind; id: string; ip: string };
  remoteAddress: string;
}

/** Ids as MongoDB makes them: seconds, process, counter. */
export function objectIds(clock: Clock): () => string {
  const process = randomBytes(5).toString('hex');
  let counter = randomInt(0x10000);
  const hex = (value: number, length: number) => Math.floor(value).toString(16).padStart(length, '0');
  return () => hex(clock.now() / 1000, 8) + process + hex(counter++, 6);
}

/** The device that a record is about: unpacked records name it, and so do TTN's own messages. */
export function deviceOf({ data }: StoredRecord): string | undefined {
  const device =
    dig(data, 'meta.iot.device_id') ?? dig(data, 'end_device_ids.device_id') ?? dig(data, 'dev_id');
  return typeof device === 'string' ? device : undefined;
}

/** All records in the order of arrival. Nothing is de-duplicated; above the limit the oldest go. */
export class Records {
  readonly #byId = new Map<string, StoredRecord>();

  constructor(private readonly limit: number) {}

  add(record: StoredRecord): void {
    this.#byId.set(record.id, record);
    const [oldest = ''] = this.#byId.keys();
    if (this.#byId.size > this.limit) this.#byId.delete(oldest);
  }

  remove({ id }: StoredRecord): void {
    this.#byId.delete(id);
  }

  find(recType: string, id: string): StoredRecord | undefined {
    const record = this.#byId.get(id);
    return record?.recType === recType ? record : undefined;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Oldest first. */
  list(recType?: string): StoredRecord[] {
    return [...this.#byId.values()].filter((record) => recType === undefined || record.recType === recType);
  }
}
