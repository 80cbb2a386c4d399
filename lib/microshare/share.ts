import { Pool, type Dispatcher } from 'undici';
import { MicroshareError, type MicroshareErrorCode } from './errors';
import { explainNetworkError } from './network';
import { redact } from './secrets';
import type { TokenSource } from './tokens';

/** Sockets kept open to the API, and so the requests in flight at the same time. */
export const CONNECTIONS = 16;
const CONNECT_TIMEOUT_MS = 10_000;
/** From the first byte sent to the last one read. */
const TOTAL_TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 1_000_000;
const SHOWN_TEXT = 500;

export interface ShareOptions {
  /** Base URL of the API, may have a path. */
  apiUrl: string;
  tokens: TokenSource;
  /** Besides the token: what must not appear in an error. */
  secrets?: readonly string[];
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
}

/** Microshare's share API over sockets that are kept open. */
export class ShareClient {
  readonly #options: ShareOptions;
  readonly #pool: Pool;
  readonly #path: string;

  constructor(options: ShareOptions) {
    const { origin, pathname } = new URL(options.apiUrl);
    this.#options = options;
    this.#path = pathname.replace(/\/$/, '');
    this.#pool = new Pool(origin, { connections: CONNECTIONS, connect: { timeout: CONNECT_TIMEOUT_MS } });
  }

  /**
   * Writes one record: `POST /share/{recType}/tags/{tag}/...`. Microshare does not de-duplicate: every call that
   * arrives makes a record.
   * @param json the record; it becomes the stored `data` to the letter
   * @throws MicroshareError
   */
  async write(recType: string, tags: readonly string[], json: string): Promise<WrittenRecord> {
    const path = `${this.#path}/share/${[recType, ...(tags.length > 0 ? ['tags', ...tags] : [])].map(encodeURIComponent).join('/')}`;
    const { tokens } = this.#options;
    for (let attempts = 1; ; attempts++) {
      const token = await tokens.get();
      const { status, text } = await this.#post(path, json, token);
      // A 401 stored nothing: one more try with a new token, where there is one to be had.
      if (status === 401 && tokens.refused(token) && attempts === 1) continue;
      if (status < 200 || status > 299) throw this.#failure(status, text, recType, token);
      return { ...this.#written(status, text, recType, token), tags: [...tags], attempts };
    }
  }

  /** Ends the sockets; what is still under way fails. */
  close(): Promise<void> {
    return this.#pool.destroy();
  }

  async #post(path: string, body: string, token: string): Promise<{ status: number; text: string }> {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json',
    };
    const signal = AbortSignal.timeout(this.#options.timeoutMs ?? TOTAL_TIMEOUT_MS);
    try {
      const answer = await this.#pool.request({ path, method: 'POST', headers, body, signal });
      return { status: answer.statusCode, text: await readText(answer.body) };
    } catch (error) {
      throw explainNetworkError(error, this.#options.apiUrl, 'write');
    }
  }

  #failure(status: number, answer: string, recType: string, token: string): MicroshareError {
    const { code, hint } = meaningOf(status);
    const responseText = this.#shown(answer, token);
    return new MicroshareError(
      code,
      `Microshare answered ${status} to the write to "${recType}": ${responseText || 'no text'}. ${hint}`,
      { statusCode: status, responseText },
    );
  }

  #written(
    status: number,
    answer: string,
    recType: string,
    token: string,
  ): Pick<WrittenRecord, 'id' | 'recType' | 'url' | 'createdAt'> {
    const stored = readSummary(answer);
    if (!stored) {
      const responseText = this.#shown(answer, token);
      throw new MicroshareError(
        'no_record_id',
        `Microshare answered ${status} without the id of a record: ${responseText || 'no text'}. Check that ${this.#options.apiUrl} is the API's address.`,
        { statusCode: status, responseText },
      );
    }
    const createdAt = readTime(stored.tstamp);
    return {
      id: stored.id,
      recType,
      url: `${this.#options.apiUrl}/share/${encodeURIComponent(recType)}/${stored.id}`,
      ...(createdAt === undefined ? {} : { createdAt }),
    };
  }

  #shown(text: string, token: string): string {
    return redact(text, [token, ...(this.#options.secrets ?? [])])
      .trim()
      .slice(0, SHOWN_TEXT);
  }
}

async function readText(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** What a status means for a write, and what the user can do. */
function meaningOf(status: number): { code: MicroshareErrorCode; hint: string } {
  if (status < 400)
    return { code: 'redirected', hint: 'Correct the API address of the account: writes are not redirected.' };
  if (status === 401) {
    return {
      code: 'unauthorized',
      hint: 'The token was refused: revoked, expired, or of the other environment. See Manage > Keys in Microshare.',
    };
  }
  if (status === 403)
    return { code: 'forbidden', hint: 'No rule of Microshare grants this account Write on the recType.' };
  if (status === 404) return { code: 'not_found', hint: 'Check the API address of the account.' };
  if (status === 408 || status === 429 || status >= 500)
    return { code: 'unavailable', hint: 'Try again later.' };
  return { code: 'rejected', hint: 'The same record will never be accepted: correct it.' };
}

function readSummary(answer: string): { id: string; tstamp?: unknown } | undefined {
  try {
    const { objs } = JSON.parse(answer) as { objs?: { id?: unknown; tstamp?: unknown }[] };
    const [first] = Array.isArray(objs) ? objs : [];
    return typeof first?.id === 'string' && first.id !== ''
      ? { id: first.id, tstamp: first.tstamp }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Microshare's summaries have `05/29/2020 01:46:24:779 PM`, which is UTC; full records have milliseconds. */
function readTime(tstamp: unknown): string | undefined {
  if (typeof tstamp === 'number') return new Date(tstamp).toISOString();
  const match =
    typeof tstamp === 'string' &&
    tstamp.match(/^(\d\d)\/(\d\d)\/(\d{4}) (\d\d):(\d\d):(\d\d):(\d{3}) ([AP])M$/);
  if (!match) return undefined;
  const [, month, day, year, hour, minute, second, ms, half] = match;
  const hour24 = (Number(hour) % 12) + (half === 'P' ? 12 : 0);
  return new Date(
    Date.UTC(
      Number(year),
      Number(month) - 1,
      Number(day),
      hour24,
      Number(minute),
      Number(second),
      Number(ms),
    ),
  ).toISOString();
}
