import type { Paging } from './envelopes';
import { dig } from './json';
import type { Lake } from './lake';
import type { StoredRecord } from './records';
import type { Token } from './tokens';

const DEFAULT_PER_PAGE = 999;

/** The tag that asks for the most recent record. */
const LATEST = 'latest';

/** Whether a list shows the record to this token. */
export function isListed({ switches }: Lake, { account }: Token, { owner }: StoredRecord): boolean {
  return owner.org === account.org && (!switches.ownRecordsOnly || owner.user === account.username);
}

/** One page of the records of a recType that hold all the tags. Unknown parameters are ignored. */
export function listPage(
  lake: Lake,
  token: Token,
  { recType, tags }: { recType: string; tags: string[] },
  query: URLSearchParams,
): { paging: Paging; records: StoredRecord[] } {
  const { switches } = lake;
  const isMine = (record: StoredRecord) => isListed(lake, token, record);
  const page = positive(query.get('page')) ?? 1;
  const perPage = positive(query.get('perPage')) ?? DEFAULT_PER_PAGE;

  const wanted = tags.filter((tag) => tag !== LATEST);
  const readable = switches.ingest ? [] : lake.store.list(recType);
  let found = readable.filter((record) => wanted.every((tag) => record.tags.includes(tag)));
  if (tags.includes(LATEST)) found = (switches.latestOfAll ? found : found.filter(isMine)).slice(-1);
  if (switches.newestFirst) found.reverse();
  const sort = query.get('sort') ?? '';
  sortBy(found, switches.ascendingOnly ? sort.replaceAll('-', '') : sort);

  const pageable = switches.filterBeforePage ? found.filter(isMine) : found;
  const records = pageable.slice((page - 1) * perPage, page * perPage).filter(isMine);
  const totalCount = Math.min(found.length, switches.totalCountCapped ? perPage : Infinity);
  const totalPages = Math.ceil(totalCount / perPage);
  return { records, paging: { totalPages, currentPage: page, perPage, totalCount } };
}

/** Undefined for a parameter that is missing, empty or no count. */
function positive(text: string | null): number | undefined {
  return text !== null && /^[1-9]\d*$/.test(text) ? Number(text) : undefined;
}

/** In place, by a comma list of fields such as `data.priority,-tstamp`. */
function sortBy(records: StoredRecord[], sort: string): void {
  for (const field of sort.split(',').filter(Boolean).reverse()) {
    const direction = field.startsWith('-') ? -1 : 1;
    const path = field.replace('-', '').replace(/^(create|update)Date$/, 'tstamp');
    records.sort((a, b) => direction * compare(dig(a, path), dig(b, path)));
  }
}

/** Missing values come first, as in MongoDB. */
function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  return a === undefined || (a as number) < (b as number) ? -1 : 1;
}
