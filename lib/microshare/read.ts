import { known, number, object, text, texts, type Json } from '../json';
import { sentence, shownText } from '../secrets';
import { readEnvelope } from './envelope';
import { MicroshareError } from './errors';
import type { LoginOptions } from './login';
import { call } from './network';
import { ruleOf } from './policy';
import { sharePath } from './share';
import { isStep } from './tags';
import { readTime } from './timestamp';
import { Authorized, type TokenSource } from './tokens';

/** Lists can be long: an unbounded one of a busy recType ends in a 504. */
const PER_PAGE = 100;
const MAX_PAGES = 100;
const MAX_ANSWER_BYTES = 32_000_000;
/** Microshare cuts the page first and hides the records of others then: behind an empty page may be full ones. */
const EMPTY_PAGES_AT_END = 3;
/** A server that ignores the page repeats the first one. New records do so for a page, as they push others on. */
const KNOWN_PAGES_AT_END = 2;

export interface ShareQuery {
  recType: string;
  /** All, the most recent one, those with all the tags, or the one with the id. */
  by: 'list' | 'latest' | 'tags' | 'id';
  tags?: readonly string[];
  id?: string;
  /** Fields with commas between, `-` in front for descending: `-tstamp`. Empty: the order of Microshare. */
  sort?: string;
  /** Default 100. */
  perPage?: number;
  /** Records in all. */
  limit?: number;
  /** Default 100. */
  maxPages?: number;
  signal?: AbortSignal;
}

/** One record, the same whichever generation of the API gave it. */
export interface ShareRecord {
  id: string;
  recType: string;
  /** Where it can be read. */
  url: string;
  tags: string[];
  /** ISO 8601, when it arrived, by Microshare's clock. */
  createdAt?: string;
  /** The user that wrote it. */
  owner?: string;
  checksum?: string;
  data: unknown;
}

export interface SharePage {
  records: ShareRecord[];
  /** Counted from 1. */
  page: number;
  /** What the API said: `currentCount`, `totalCount`, ... Its totals count the records of other users, too. */
  meta: Json;
  url: string;
}

export interface ReaderOptions extends Pick<LoginOptions, 'tls' | 'proxy'> {
  /** Base URL of the API, may have a path. */
  apiUrl: string;
  tokens: TokenSource;
  /** Besides the token: what must not appear in an error. */
  secrets?: readonly string[];
}

/** Reads records, for a person or a flow that waits for them. A pipe token cannot read. */
export class ShareReader {
  readonly #options: ReaderOptions;
  readonly #authorized: Authorized;

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#authorized = new Authorized(options.tokens);
  }

  /**
   * The pages of a query. Totals count what others wrote, too, or are capped: the end of a list is where pages stay
   * empty and the total is reached, or where they go on bringing nothing new.
   * @throws MicroshareError
   */
  async *read(query: ShareQuery): AsyncGenerator<SharePage, void, undefined> {
    const { by, limit = Infinity, perPage = PER_PAGE, maxPages = MAX_PAGES } = query;
    const seen = new Set<string>();
    let nothingNew = 0;
    for (let page = 1; page <= maxPages && seen.size < limit; page++) {
      const answer = await this.#page(query, page);
      const records = answer.records.filter(({ id }) => !seen.has(id)).slice(0, limit - seen.size);
      for (const { id } of records) seen.add(id);
      if (page === 1 || records.length > 0) yield { ...answer, records };
      nothingNew = records.length > 0 ? 0 : nothingNew + 1;
      const isPast = page * perPage >= (number(answer.meta.totalCount) ?? 0);
      const isEmpty = answer.records.length === 0;
      const isEnd = isEmpty ? isPast && nothingNew >= EMPTY_PAGES_AT_END : nothingNew >= KNOWN_PAGES_AT_END;
      if (by === 'latest' || by === 'id' || isEnd) return;
    }
  }

  async #page(query: ShareQuery, page: number): Promise<SharePage> {
    const { apiUrl } = this.#options;
    const url = apiUrl + pathOf(query, page);
    const envelope = readEnvelope(await this.#getOrWithSlash(url, query));
    if (!envelope) {
      throw new MicroshareError(
        'bad_answer',
        `${apiUrl} answered without records. Check that it is the API's address.`,
      );
    }
    const records = envelope.objs.flatMap((record) => readRecord(record, apiUrl));
    return { records, page, meta: envelope.meta, url };
  }

  /** Some reads are said to need a slash behind the recType, which no documentation of Microshare shows. */
  async #getOrWithSlash(url: string, query: ShareQuery): Promise<string> {
    try {
      return await this.#get(url, query);
    } catch (error) {
      const { responseText = '' } = error as MicroshareError;
      if (!/trailing slash/i.test(responseText)) throw error;
      return this.#get(url.replace('?', '/?'), query);
    }
  }

  async #get(url: string, { recType, signal }: ShareQuery): Promise<string> {
    const { secrets = [], tls, proxy } = this.#options;
    const { answer, isSuccess, token } = await this.#authorized.send(
      (token) =>
        call({
          method: 'GET',
          url,
          headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
          maxBytes: MAX_ANSWER_BYTES,
          tls,
          proxy,
          signal,
        }),
      signal,
    );
    const { status, text } = answer;
    if (isSuccess) return text;
    const responseText = shownText(text, [token, ...secrets]);
    throw new MicroshareError(
      ruleOf(status).code,
      `Microshare answered ${status} to reading "${recType}": ${sentence(responseText)} ${HINTS[status] ?? ''}`,
      { statusCode: status, responseText },
    );
  }
}

const HINTS: Partial<Record<number, string>> = {
  401: 'A pipe token can only write: reading needs user, password and API key.',
  403: 'No rule of Microshare grants this account Read on the recType.',
  404: 'There is no such record, or this account may not see it.',
  504: 'The list is too long: ask for fewer records per page.',
};

function pathOf(
  { recType, by, tags = [], id = '', sort, perPage = PER_PAGE }: ShareQuery,
  page: number,
): string {
  if (isStep(id)) throw new MicroshareError('not_found', `"${id}" is no id of a record.`);
  if (by === 'id') return `${sharePath(recType, [], id)}?details=true`;
  if (by === 'latest') return `${sharePath(recType, ['latest', ...tags])}?details=true`;
  const parameters = new URLSearchParams({ details: 'true', page: String(page), perPage: String(perPage) });
  if (sort) parameters.set('sort', sort);
  return `${sharePath(recType, by === 'tags' ? tags : [])}?${parameters.toString()}`;
}

function readRecord(sent: Json, apiUrl: string): ShareRecord[] {
  const id = text(sent.id);
  const recType = text(sent.recType);
  if (!id || !recType) return [];
  const record: ShareRecord = {
    id,
    recType,
    url: apiUrl + sharePath(recType, [], id),
    tags: texts(sent.tags) ?? [],
    createdAt: readTime(sent.createDate) ?? readTime(sent.tstamp),
    owner: text(sent.owner) ?? text(object(sent.owner)?.user),
    checksum: text(sent.checksum),
    data: plain(sent.data),
  };
  return [known(record)];
}

/** Undoes MongoDB's extended JSON, in which answers of 2017 came; integers beyond 2^53 become texts. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  const fields = object(value);
  if (!fields) return value;
  const long = text(fields.$numberLong);
  if (long !== undefined) return Number.isSafeInteger(Number(long)) ? Number(long) : long;
  if ('$date' in fields) return readTime(fields) ?? value;
  const oid = text(fields.$oid);
  if (oid !== undefined) return oid;
  return Object.fromEntries(Object.entries(fields).map(([name, part]) => [name, plain(part)]));
}
