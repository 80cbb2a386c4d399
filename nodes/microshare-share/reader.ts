import type { Node, NodeAPI } from 'node-red';
import type { CodedError } from '../../lib/errors';
import { known, text } from '../../lib/json';
import type { Account } from '../../lib/microshare/account';
import { MicroshareError } from '../../lib/microshare/errors';
import type { SharePage, ShareQuery, ShareReader } from '../../lib/microshare/read';
import { joinTags } from '../../lib/microshare/tags';
import type { Send } from '../shared/input';
import { countText, timeText } from '../shared/short-texts';
import { positiveNumber } from '../shared/typed';
import type { MicroshareShareDef, ShareMessage } from './definition';
import { recTypes, type RecTypes } from './rec-type';

/** Of one message for all pages, where the node sets no limit. */
const MOST_RECORDS = 10_000;

/** Answers each message with the records of a recType. */
export class ShareMessageReader {
  readonly #RED: NodeAPI;
  readonly #node: Node;
  readonly #def: MicroshareShareDef;
  readonly #account: () => Account;
  readonly #recTypes: RecTypes;
  readonly #closing = new AbortController();

  constructor(RED: NodeAPI, node: Node, def: MicroshareShareDef, account: () => Account) {
    this.#RED = RED;
    this.#node = node;
    this.#def = def;
    this.#account = account;
    // The list says what may be written.
    this.#recTypes = recTypes(RED, node, { ...def, allowed: '' });
  }

  async take(msg: ShareMessage, send: Send): Promise<void> {
    this.#show('blue', 'reading');
    try {
      const pages = this.#reader().read(await this.#queryOf(msg));
      const count =
        this.#def.messages === 'pages'
          ? await this.#each(pages, msg, send)
          : await this.#all(pages, msg, send);
      this.#show('green', 'read', { count: countText(count), time: timeText(Date.now()) });
    } catch (error) {
      const { code = 'error', statusCode = '' } = error as Partial<MicroshareError>;
      this.#show('red', code, { statusCode: String(statusCode) });
      throw error;
    }
  }

  /** @throws CodedError what no message can make right */
  async check(): Promise<void> {
    this.#reader();
    await this.#recTypes.check();
    joinTags(this.#def.tags);
  }

  /** What cannot be right, said before the first message comes. */
  complain(error: unknown): void {
    this.#show('red', (error as CodedError).code);
    this.#node.error(error, {});
  }

  close(): void {
    this.#closing.abort();
  }

  /** @throws CodedError when this account cannot read, or the node's numbers are none */
  #reader(): ShareReader {
    this.#limits();
    return this.#account().reader;
  }

  async #each(pages: AsyncIterable<SharePage>, msg: ShareMessage, send: Send): Promise<number> {
    let count = 0;
    for await (const { records, page, meta, url } of pages) {
      count += records.length;
      const next = this.#RED.util.cloneMessage(msg);
      next.payload = records;
      next.microshare = { url, page, meta };
      send(next);
    }
    return count;
  }

  async #all(pages: AsyncIterable<SharePage>, msg: ShareMessage, send: Send): Promise<number> {
    const records: SharePage['records'] = [];
    let last: SharePage | undefined;
    for await (const page of pages) {
      for (const record of page.records) records.push(record);
      last = page;
    }
    msg.payload = records;
    msg.microshare = known({ url: last?.url, pages: last?.page, meta: last?.meta });
    send(msg);
    return records.length;
  }

  async #queryOf(msg: ShareMessage): Promise<ShareQuery> {
    const { readBy: by = 'list', recordId, sort } = this.#def;
    const tags = joinTags(this.#def.tags, msg.tags);
    if (by === 'tags' && tags.length === 0) {
      throw new MicroshareError('bad_tags', 'There is no tag to read by. Fill in the tags, or set msg.tags.');
    }
    const id = recordId || text(msg.recordId);
    if (by === 'id' && !id) {
      throw new MicroshareError(
        'bad_record',
        'There is no id to read by. Fill in the id of the record, or set msg.recordId.',
      );
    }
    return known({
      recType: await this.#recTypes.of(msg),
      by,
      tags,
      id,
      sort: sort || undefined,
      ...this.#limits(),
      signal: this.#closing.signal,
    });
  }

  #limits(): Pick<ShareQuery, 'perPage' | 'limit'> {
    const { perPage, maxRecords, messages } = this.#def;
    return {
      perPage: positiveNumber('Per page', perPage),
      limit: positiveNumber('At most', maxRecords) ?? (messages === 'pages' ? undefined : MOST_RECORDS),
    };
  }

  #show(fill: 'blue' | 'green' | 'red', key: string, values?: Record<string, string>): void {
    const text = this.#RED._(`microshare-share.status.${key}`, values).trim();
    this.#node.status({ fill, shape: fill === 'green' ? 'dot' : 'ring', text });
  }
}
