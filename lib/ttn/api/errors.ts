import { CodedError } from '../../errors';
import type { HttpAnswer } from '../../http';
import { number, object, objects, parseObject, text } from '../../json';
import { retryAfterMs } from '../../retry-after';
import { shownText } from '../../secrets';
import { sayRights } from './right-names';

export type TtnApiErrorCode =
  /** 401, or no right at all on this application. */
  | 'bad_key'
  /** 403; `right` names it where it is known. */
  | 'missing_right'
  /** The Storage Integration is not enabled for the application, or not there in this edition. */
  | 'storage_disabled'
  /** 429; `retryAfterMs` says when to come again. */
  | 'rate_limited'
  | 'not_found'
  /** Any other 4xx: the same call will be refused again. */
  | 'refused'
  /** 408, 5xx; of storage also a 404 and the like of a proxy, which lacks the server behind it for a while. */
  | 'unavailable'
  /** An answer that is none of The Things Stack's. */
  | 'bad_answer';

interface Facts {
  statusCode?: number;
  right?: string;
  retryAfterMs?: number;
}

/** The Things Stack's HTTP API said no. What never got an answer is an HttpError. */
export class TtnApiError extends CodedError {
  readonly statusCode?: number;
  /** Such as RIGHT_APPLICATION_TRAFFIC_READ. */
  readonly right?: string;
  readonly retryAfterMs?: number;

  constructor(
    override readonly code: TtnApiErrorCode,
    message: string,
    facts: Facts = {},
  ) {
    super(code, message);
    Object.assign(this, facts);
  }
}

/** What a call was for. */
export interface Purpose {
  server: string;
  /** What was asked for, without the query. */
  path: string;
  applicationId: string;
  /** The right that the call needs. */
  right?: string;
  /** It goes to the Storage Integration: closed where that is not enabled. */
  storage?: boolean;
}

/** Where the server does not say how long: its limits are counted by the minute. */
const RETRY_MS = 60_000;
/** gRPC's FAILED_PRECONDITION, which arrives as 400. */
const FAILED_PRECONDITION = 9;
const HIGHEST_GRPC_CODE = 16;
/** What a storage call is answered where storage is not enabled, or not there. */
const CLOSED = [403, 404, 405, 412, 501];

/** What an answer with another status than 2xx means. The secrets are blacked out of the server's text. */
export function explainAnswer(answer: HttpAnswer, purpose: Purpose, secrets: string[]): TtnApiError {
  const { status } = answer;
  const { server, path, applicationId, storage } = purpose;
  const fault = readFault(answer.text);
  const said = shownText(fault.message, secrets);
  const detail = said ? `: ${said}` : '';
  const error = (code: TtnApiErrorCode, message: string, facts: Facts = {}) =>
    new TtnApiError(code, message, { statusCode: status, ...facts });

  if (status === 429) {
    const waitMs = retryAfter(answer.headers);
    return error(
      'rate_limited',
      `${server} limits the calls; the next one in ${Math.ceil(waitMs / 1000)} s.`,
      {
        retryAfterMs: waitMs,
      },
    );
  }
  if (status === 401) {
    return error(
      'bad_key',
      `${server} does not know the API key (401${detail}). Check that it was copied whole and is not deleted or expired.`,
    );
  }
  // Names of errors in The Things Stack's source, package auth/rights.
  if (status === 403 && fault.name === 'no_application_rights') {
    return error(
      'bad_key',
      `The API key has no right on the application "${applicationId}" (403${detail}). Check the application id, and that the key was made in this application.`,
    );
  }
  if (status === 403 && (!storage || /right/i.test(`${fault.name} ${said}`))) {
    const right = fault.missingRight ?? purpose.right;
    return error(
      'missing_right',
      `The API key lacks a right on the application "${applicationId}"${right ? `: ${sayRights(right)}` : ''} (403${detail}). Give it in the Console under API keys.`,
      { right },
    );
  }
  const failedPrecondition = status === 400 && fault.grpcCode === FAILED_PRECONDITION;
  const closed = storage && (CLOSED.includes(status) || failedPrecondition);
  if (closed && fault.grpcCode !== undefined) {
    return error(
      'storage_disabled',
      `The Storage Integration of the application "${applicationId}" is not enabled on ${server}, or its edition has none (${status}${detail}). Enable it in the Console under Integrations > Storage Integration.`,
    );
  }
  if (closed || status === 408 || status >= 500) {
    return error(
      'unavailable',
      `${server} cannot answer ${path} now (${status}${detail}). Where it stays so, check the server, and proxies on the way.`,
    );
  }
  if (status === 404) {
    return error(
      'not_found',
      `${server} does not know ${path} (404${detail}). Check the ids in it, and that the application is on this server.`,
    );
  }
  if (status >= 300 && status < 400) {
    return error(
      'bad_answer',
      `${server} sends ${path} elsewhere (${status}): it is not the address of The Things Stack's HTTP API. Check the scheme (https://) and the host of the address, and proxies on the way.`,
    );
  }
  return error(
    'refused',
    `${server} refused ${path} (${status}${detail}). It would be refused again: look what the server says of it.`,
  );
}

/**
 * `{code, message, details: [{name, attributes}]}` as in The Things Stack's API documentation; its gateway puts that of
 * a stream, such as storage, under `error`.
 */
function readFault(body: string): {
  message: string;
  name: string;
  /** Only in a fault of The Things Stack's own: a proxy has none. */
  grpcCode?: number;
  missingRight?: string;
} {
  // Undefined for a proxy's page, which is of no use to a reader.
  const json = parseObject(body);
  const fault = object(json?.error) ?? json;
  const code = number(fault?.code) ?? Infinity;
  const detail = objects(fault?.details)?.[0];
  return {
    message: text(fault?.message) ?? '',
    name: text(detail?.name) ?? /:(\w+) \(/.exec(text(fault?.message) ?? '')?.[1] ?? '',
    ...(code <= HIGHEST_GRPC_CODE && { grpcCode: code }),
    missingRight: /RIGHT_\w+/.exec(JSON.stringify(object(detail?.attributes)?.missing ?? ''))?.[0],
  };
}

/** The server's source has X-Rate-Limit-Retry, its documentation X-Ratelimit-*; proxies in front Retry-After. */
function retryAfter(headers: Record<string, string>): number {
  const value = ['x-rate-limit-retry', 'x-ratelimit-retry', 'retry-after']
    .map((name) => headers[name])
    .find(Boolean);
  return retryAfterMs(value, headers.date) ?? RETRY_MS;
}
