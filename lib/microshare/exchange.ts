import type { Dispatcher } from 'undici';

const MAX_ANSWER_BYTES = 1_000_000;

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
}

/** A request without a complete answer. */
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
 * One POST, to the last byte of its answer. undici's own `request` costs a stream for each answer and does not tell
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
    let controller: Dispatcher.DispatchController | undefined;
    let settled = false;
    let status = 0;
    let headers: Reply['headers'] = {};
    const chunks: Buffer[] = [];
    let size = 0;

    const settle = () => {
      settled = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const fail = (reason: string, detail: string) => {
      settle();
      reject(new NoAnswer(reason, detail, controller !== undefined));
    };
    const giveUp = (reason: string) => {
      fail(reason, reason);
      controller?.abort(new Error(reason));
    };
    const onAbort = () => {
      const { name } = (signal?.reason ?? {}) as Partial<Error>;
      giveUp(name === 'TimeoutError' ? name : 'AbortError');
    };
    const timer = setTimeout(() => giveUp('TimeoutError'), timeoutMs);
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort);

    dispatcher.dispatch(
      { ...post, method: 'POST', headersTimeout: 0, bodyTimeout: 0 },
      {
        onRequestStart(started) {
          // A connection that came too late must not carry the record: nobody would note its answer.
          if (settled) started.abort(new Error('given up'));
          else controller = started;
        },
        onResponseStart(_, statusCode, received) {
          status = statusCode;
          headers = received;
        },
        onResponseData(_, chunk) {
          size += chunk.length;
          if (size <= MAX_ANSWER_BYTES) chunks.push(chunk);
        },
        onResponseEnd() {
          settle();
          resolve({ status, headers, text: Buffer.concat(chunks).toString() });
        },
        onResponseError(_, error: NodeJS.ErrnoException) {
          fail(error.code ?? error.name, error.message);
        },
      },
    );
  });
}
