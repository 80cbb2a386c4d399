import { brotliDecompressSync, constants, unzipSync } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { readEnvelope, recordId } from './envelope';

const MAX_ANSWER_BYTES = 1_000_000;

const unzip = (bytes: Buffer) =>
  unzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MAX_ANSWER_BYTES });
const unbrotli = (bytes: Buffer) =>
  brotliDecompressSync(bytes, {
    finishFlush: constants.BROTLI_OPERATION_FLUSH,
    maxOutputLength: MAX_ANSWER_BYTES,
  });

/** By `Content-Encoding`; of an answer that ends early they give what there is. */
const UNPACKERS = new Map([
  ['gzip', unzip],
  ['x-gzip', unzip],
  ['deflate', unzip],
  ['br', unbrotli],
]);

export interface Post {
  origin: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** The text ends early. */
  isCut?: true;
}

/** A request without an answer that says what became of it. */
export class NoAnswer extends Error {
  constructor(
    /** The name or code of what happened: `TimeoutError`, `AbortError`, `ECONNRESET`, `UND_ERR_...`. */
    readonly reason: string,
    detail: string,
    /** The request had been given to an open connection: the server may have carried it out. */
    readonly sent: boolean,
  ) {
    super(detail);
  }
}

/**
 * One POST, to the last byte of its answer; where that breaks off or hangs, to where it says what became of the record:
 * a status that is no success, or the record's id. undici's own `request` costs a stream for each answer and does not tell
 * whether the request had left when it failed.
 * @param timeoutMs for all of it: waiting for a connection, sending, and the answer
 * @throws NoAnswer
 */
export function exchange(
  dispatcher: Dispatcher,
  post: Post,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const handler = new Exchange(resolve, reject, timeoutMs, signal);
    if (!handler.ended)
      dispatcher.dispatch({ ...post, method: 'POST', headersTimeout: 0, bodyTimeout: 0 }, handler);
  });
}

/** What undici tells of a request, until it ends or is given up. */
class Exchange implements Dispatcher.DispatchHandler {
  ended = false;
  readonly #resolve: (reply: Reply) => void;
  readonly #reject: (error: NoAnswer) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: Reply['headers'] = {};
  readonly #chunks: Buffer[] = [];
  #size = 0;
  readonly #onAbort = () => {
    const { name } = (this.#signal?.reason ?? {}) as Partial<Error>;
    this.#giveUp(name === 'TimeoutError' ? name : 'AbortError');
  };

  constructor(
    resolve: (reply: Reply) => void,
    reject: (error: NoAnswer) => void,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#signal = signal;
    this.#timer = setTimeout(() => this.#giveUp('TimeoutError'), timeoutMs);
    if (signal?.aborted) this.#onAbort();
    else signal?.addEventListener('abort', this.#onAbort);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // A connection that came too late must not carry the record: nobody would note its answer.
    if (this.ended) controller.abort(new Error('given up'));
    else this.#controller = controller;
  }

  onResponseStart(_: Dispatcher.DispatchController, statusCode: number, headers: Reply['headers']): void {
    this.#status = statusCode;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size <= MAX_ANSWER_BYTES) return void this.#chunks.push(chunk);
    // An answer without an end would be read until the time limit.
    this.onResponseEnd();
    controller.abort(new Error('too long'));
  }

  onResponseEnd(): void {
    this.#end();
    this.#resolve(this.#reply());
  }

  onResponseError(_: Dispatcher.DispatchController, { code, name, message }: NodeJS.ErrnoException): void {
    this.#fail(code ?? name, message);
  }

  #giveUp(reason: string): void {
    this.#fail(reason, reason);
    this.#controller?.abort(new Error(reason));
  }

  #fail(reason: string, detail: string): void {
    this.#end();
    const reply = this.#reply();
    const isAnswer =
      reply.status >= 300 || (reply.status >= 200 && recordId(readEnvelope(reply.text)) !== undefined);
    if (isAnswer) this.#resolve({ ...reply, isCut: true });
    else this.#reject(new NoAnswer(reason, detail, this.#controller !== undefined));
  }

  #reply(): Reply {
    return {
      status: this.#status,
      headers: this.#headers,
      text: unpacked(Buffer.concat(this.#chunks), this.#headers['content-encoding']).toString(),
    };
  }

  #end(): void {
    this.ended = true;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }
}

/** Some servers and proxies pack their answers although they are asked not to. */
function unpacked(bytes: Buffer, encoding: unknown): Buffer {
  try {
    return UNPACKERS.get(String(encoding).toLowerCase())?.(bytes) ?? bytes;
  } catch {
    return bytes;
  }
}
