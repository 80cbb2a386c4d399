import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';
import { parseJson } from './json';

/** A request, wholly read. */
export interface ReceivedRequest {
  method: string;
  /** As sent, with the query. */
  path: string;
  headers: IncomingHttpHeaders;
  /** Raw; empty where it was over the limit. */
  body: Buffer;
  isTooLarge: boolean;
  remoteAddress: string;
  /** Milliseconds since 1970, by the stand-in's clock. */
  at: number;
}

/** The body is JSON with status 200, else plain text. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

/** Ends the handling of a request with another answer than 200. */
export class Refusal extends Error {
  constructor(readonly answer: Answer) {
    super(answer.body);
  }
}

export function refuse(answer: Answer, more = '', headers?: Record<string, string>): never {
  throw new Refusal({ status: answer.status, body: answer.body + more, headers });
}

export function splitPath(path: string): { pathname: string; query: URLSearchParams } {
  const [pathname = ''] = path.split('?', 1);
  return { pathname, query: new URLSearchParams(path.slice(pathname.length)) };
}

export function parseBody({ body }: ReceivedRequest, malformed: Answer): unknown {
  try {
    return parseJson(body.toString());
  } catch (error) {
    refuse(malformed, (error as Error).message);
  }
}

/** A body over the limit is read to its end and dropped, so that its sender sees the answer. */
export async function receive(
  message: IncomingMessage,
  bodyLimit: number,
  at: number,
): Promise<ReceivedRequest> {
  const { method = '', url: path = '', headers, socket } = message;
  const { remoteAddress = '' } = socket;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= bodyLimit) chunks.push(chunk);
  }
  const isTooLarge = size > bodyLimit;
  const body = Buffer.concat(isTooLarge ? [] : chunks);
  return { method, path, headers, body, isTooLarge, remoteAddress, at };
}

/** Headers and bytes of an answer, as captured in Microshare's Postman collection, 2017. */
export function encode({ status, headers, body }: Answer, request: ReceivedRequest) {
  const { origin, 'accept-encoding': encodings = '' } = request.headers;
  const isGzip = /\bgzip\b/.test(String(encodings));
  const bytes = isGzip ? gzipSync(body) : Buffer.from(body);
  return {
    body: bytes,
    headers: {
      server: 'akka-http/10.0.3',
      date: new Date(request.at).toUTCString(),
      'content-type': status === 200 ? 'application/json' : 'text/plain; charset=UTF-8',
      'content-length': bytes.length,
      ...(isGzip && { 'content-encoding': 'gzip' }),
      ...(origin && { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' }),
      ...headers,
    },
  };
}
