import { createHash } from 'node:crypto';
import type { Switches } from './assumptions';
import { toJson } from './json';
import type { StoredRecord } from './records';

/** The counts of an envelope beside `currentCount`. */
export interface Paging {
  totalPages: number;
  currentPage: number;
  perPage: number;
  totalCount: number;
}

/** What writes and deletes answer. */
const WRITTEN: Paging = { totalPages: 0, currentPage: 1, perPage: 0, totalCount: 1 };
/** What a read by id answers. */
export const READ_BY_ID: Paging = { totalPages: 1, currentPage: 1, perPage: 999, totalCount: 1 };

/**
 * The body of every 200. Keys are alphabetical at every level since 2020; in 2017 they came in the
 * order in which they stand in this file (Microshare's Postman collection, 2017).
 */
export function envelope({ generation }: Switches, objs: object[], paging: Paging = WRITTEN): string {
  const { totalPages, currentPage, perPage, totalCount } = paging;
  const meta = { totalPages, currentPage, perPage, totalCount, currentCount: objs.length };
  return generation === '2017'
    ? toJson({ meta, objs })
    : toJson({ meta: { ...meta, source: 'db' }, objs }, 'alphabetical');
}

/** What a write answers, and a list without details. */
export function summary({ generation }: Switches, record: StoredRecord): object {
  const { id, recType, name, owner, tstamp } = record;
  const isOld = generation === '2017';
  return {
    name,
    url: `/share/${recType}/${id}`,
    _id: isOld ? { $oid: id } : undefined,
    tags: tagsOf(record),
    id,
    tstamp: summaryTime(tstamp),
    recType,
    owner: isOld ? undefined : owner.user,
  };
}

/** The whole record (2020: Microshare's data format overview). */
export function fullRecord(switches: Switches, record: StoredRecord): object {
  const { id, recType, name, desc, token, owner } = record;
  const { user, org, appid } = owner;
  const isOld = switches.generation === '2017';
  const data = isOld ? withNumberLongs(record.data) : record.data;
  const iso = new Date(record.tstamp).toISOString();
  const long = { $numberLong: String(record.tstamp) };
  const known = { creatorId: user, id, checksum: checksum(switches, data) };
  // A robot writes from inside the platform.
  const isRemote = token.kind !== 'robot';
  return {
    updaterId: user,
    desc,
    name,
    createDate: isOld ? { $date: record.tstamp } : iso,
    updateDate: isOld ? undefined : iso,
    _id: isOld ? { $oid: id } : id,
    tags: tagsOf(record),
    data,
    ...known,
    tstamp: isOld ? long : record.tstamp,
    origin: {
      tokendata: { ip: isRemote ? token.ip : undefined, id: token.id },
      desc: `${isOld ? 'Object' : 'Record'} of Type ${recType}`,
      name: recType,
      createDate: isOld ? long : iso,
      ...known,
      remoteAddress: isRemote ? record.remoteAddress : undefined,
    },
    recType,
    owner: { appid, org, owners: isOld ? undefined : [], user },
  };
}

/**
 * SHA-256 of the compact JSON of the data as returned, upper-case hex, then `L` and its length.
 * The recipe is inferred; it reproduces every complete record that Microshare published.
 */
function checksum({ generation, checksumInBytes }: Switches, data: unknown): string {
  const text = toJson(data, generation === '2017' ? 'kept' : 'alphabetical');
  const length = checksumInBytes ? Buffer.byteLength(text) : text.length;
  return `${createHash('sha256').update(text).digest('hex').toUpperCase()}L${length}`;
}

/** `MM/dd/yyyy hh:mm:ss:SSS a` in UTC. */
function summaryTime(time: number): string {
  const [year, month, day, hour, ...rest] = new Date(time).toISOString().split(/\D/, 7);
  const hour12 = String(Number(hour) % 12 || 12).padStart(2, '0');
  return `${month}/${day}/${year} ${hour12}:${rest.join(':')} ${Number(hour) < 12 ? 'AM' : 'PM'}`;
}

function tagsOf({ tags }: StoredRecord): string[] | undefined {
  return tags.length > 0 ? tags : undefined;
}

/** Integers beyond 32 bits as MongoDB's extended JSON of 2017 wrote them. */
function withNumberLongs(value: unknown): unknown {
  if (typeof value === 'bigint' || (Number.isInteger(value) && value !== Number(value) << 0))
    return { $numberLong: String(value) };
  if (Array.isArray(value)) return value.map(withNumberLongs);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withNumberLongs(member)]));
}
