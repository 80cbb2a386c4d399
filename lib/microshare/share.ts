import type { Dispatcher } from 'undici';
import { retryAfterMs } from '../retry-after';
import { sentence, shownText } from '../secrets';
import { openDispatcher, type ConnectionsOptions } from './dispatcher';
import { readEnvelope, recordId } from './envelope';
import { MicroshareError } from './errors';
import { exchange, NoAnswer, type Reply } from './exchange';
import { explainNoAnswer } from './network';
import { ruleOf } from './policy';
import { readTime } from './timestamp';
import { Authorized, type TokenSource } from './tokens';

/**
 * From the first byte sent to the last one read. akka-http gives up after 20 s by itself: whoever gives up earlier
 * makes a doubtful record of a slow success.
 */
const TOTAL_TIMEOUT_MS = 30_000;

export interface ShareOptions extends ConnectionsOptions {
  /** Base URL of the API, may have a path. */
  apiUrl: string;
  tokens: TokenSource;
  /** Besides the token: what must not appear in an error. */
  secrets?: readonly string[];
  /** Milliseconds that one write may take in all. */
  timeoutMs?: number;
}

/** What Microshare said of a record it has stored. */
export interface WrittenRecord {
  id: string;
  recType: string;
  /** Where it can be read. */
  url: string;
  tags: string[];
  /** ISO 8601, Microshare's clock; absent where the answer held no time. */
  createdAt?: string;
  /** Requests it took. */
  attempts: number;
  /** An earlier attempt may have written it, too. */
  possibleDuplicate?: true;
}

/** Microshare's share API over sockets that are kept open. */
export class ShareClient {
  readonly #options: ShareOptions;
  readonly #dispatcher: Dispatcher;
  readonly #origin: string;
  readonly #path: string;
  /** Milliseconds that one write may take in all. */
  readonly timeoutMs: number;
  readonly #authorized: Authorized;

  constructor(options: ShareOptions) {
    const { origin, pathname } = new URL(options.apiUrl);
    this.#options = options;
    this.#authorized = new Authorized(options.tokens);
    this.#origin = origin;
    this.#path = pathname.replace(/\/$/, '');
    this.timeoutMs = options.timeoutMs ?? TOTAL_TIMEOUT_MS;
    this.#dispatcher = openDispatcher(origin, options);
  }

  /**
   * Writes one record: `POST /share/{recType}/tags/{tag}/...`. Microshare does not de-duplicate: every call that
   * arrives makes a record.
   * @param json the record; it becomes the stored `data` to the letter
   * @param signal gives the write up
   * @throws MicroshareError
   */
  async write(
    recType: string,
    tags: readonly string[],
    json: string,
    signal?: AbortSignal,
  ): Promise<WrittenRecord> {
    const path = this.#path + sharePath(recType, tags);
    try {
      const { answer, isSuccess, token, attempts } = await this.#authorized.send(
        (token) => this.#post(path, json, token, signal),
        signal,
      );
      if (!isSuccess) throw this.#failure(answer, recType, token);
      return { ...this.#written(answer, recType, token), tags: [...tags], attempts };
    } catch (error) {
      throw error instanceof NoAnswer ? explainNoAnswer(error, this.#options.apiUrl) : error;
    }
  }

  /** Ends the sockets; what is still under way fails. */
  close(): Promise<void> {
    return this.#dispatcher.destroy();
  }

  /** @throws NoAnswer */
  #post(path: string, body: string, token: string, signal?: AbortSignal): Promise<Reply> {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json',
      // Without it a server may pack its answer in any way.
      'accept-encoding': 'identity',
    };
    return exchange(this.#dispatcher, { origin: this.#origin, path, headers, body }, this.timeoutMs, signal);
  }

  #failure({ status, headers, text, isCut }: Reply, recType: string, token: string): MicroshareError {
    const { code, hint, doubtful, serviceDown } = ruleOf(status);
    const responseText = this.#shown(text, token);
    // Where nothing came of the text, it may have been the one of doubt.
    const isDoubtful = doubtful === true || doubtful?.test(text) || (doubtful && isCut && text === '');
    const wait = retryAfterMs(headers['retry-after'], headers.date);
    return new MicroshareError(
      code,
      `Microshare answered ${status} to the write to "${recType}": ${sentence(responseText)} ${hint}`,
      {
        statusCode: status,
        responseText,
        ...(wait !== undefined && { retryAfterMs: wait }),
        ...(isDoubtful && { doubtful: true }),
        ...(serviceDown && { serviceDown }),
      },
    );
  }

  #written({ status, text }: Reply, recType: string, token: string) {
    const envelope = readEnvelope(text);
    const id = recordId(envelope);
    if (id === undefined) {
      const responseText = this.#shown(text, token);
      throw new MicroshareError(
        'no_record_id',
        `Microshare answered ${status} without the id of a record: ${sentence(responseText)} Check that ${this.#options.apiUrl} is the API's address. The record may have been written all the same: look for it before you send it again.`,
        // Without an envelope it may have been a login page or a proxy that answered, to all records.
        { statusCode: status, responseText, doubtful: true, ...(!envelope && { serviceDown: true }) },
      );
    }
    const createdAt = readTime(envelope?.objs[0]?.tstamp);
    return {
      id,
      recType,
      url: this.#options.apiUrl + sharePath(recType, [], id),
      ...(createdAt === undefined ? {} : { createdAt }),
    };
  }

  #shown(text: string, token: string): string {
    return shownText(text, [token, ...(this.#options.secrets ?? [])]);
  }
}

/** `/share/{recType}`, with the tags of a record or a list, or the id of one record. */
export function sharePath(recType: string, tags: readonly string[], id?: string): string {
  let path = `/share/${encodeURIComponent(recType)}`;
  if (tags.length > 0) path += `/tags/${tags.map(encodeURIComponent).join('/')}`;
  return id === undefined ? path : `${path}/${encodeURIComponent(id)}`;
}
