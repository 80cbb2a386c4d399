import { type IncomingHttpHeaders } from 'node:http';

/** A request to the API, wholly read. */
export interface ApiRequest {
  method: string;
  /** With `/api/v3`, without the query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Parsed JSON; undefined where there was none. */
  body: Record<string, unknown> | undefined;
}

export interface ApiAnswer {
  status?: number;
  headers?: Record<string, string>;
  /** JSON, or text as it is. */
  body: object | string;
  /** The connection breaks after the body. */
  cut?: boolean;
}

/** Ends the handling of a request with an error. */
export class ApiFault extends Error {
  constructor(readonly answer: ApiAnswer) {
    super(JSON.stringify(answer.body));
  }
}

/** gRPC's codes, as The Things Stack puts them into bodies. */
const GRPC_CODES: Record<number, number> = { 400: 3, 401: 16, 403: 7, 404: 5, 429: 8, 501: 12, 503: 14 };

/** An error in The Things Stack's form. */
export function fault(
  status: number,
  namespace: string,
  name: string,
  text: string,
  attributes: Record<string, string> = {},
): ApiFault {
  const code = GRPC_CODES[status] ?? 2;
  const detail = {
    '@type': 'type.googleapis.com/ttn.lorawan.v3.ErrorDetails',
    namespace,
    name,
    message_format: text,
    attributes,
    code,
  };
  return new ApiFault({
    status,
    body: { code, message: `error:${namespace}:${name} (${text})`, details: [detail] },
  });
}

/** 429, as The Things Stack's source writes it. */
export function rateLimited(retrySeconds: number): ApiAnswer {
  const text = 'rate limit of `100` accesses per minute exceeded';
  return {
    ...fault(429, 'pkg/ratelimit', 'rate_limit_exceeded', text).answer,
    headers: { 'X-Rate-Limit-Available': '0', 'X-Rate-Limit-Retry': String(retrySeconds) },
  };
}

/** Picks what a field mask names; a path may go deeper. */
export function pick(fields: Record<string, unknown>, mask: string[]): Record<string, unknown> {
  const wanted = mask.map((path) => path.split('.')[0]!);
  return Object.fromEntries(Object.entries(fields).filter(([name]) => wanted.includes(name)));
}

export function fieldMask(query: URLSearchParams): string[] {
  return query.getAll('field_mask').flatMap((paths) => paths.split(','));
}
