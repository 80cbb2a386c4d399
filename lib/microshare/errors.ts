import { CodedError } from '../errors';

export type MicroshareErrorCode =
  /** A field of the account is missing or cannot be right. */
  | 'bad_configuration'
  | 'bad_rectype'
  | 'bad_tags'
  /** What should be written is no JSON object, or lacks what the record is built from. */
  | 'bad_record'
  /** The login was refused: user, password, API key or identity. */
  | 'login_refused'
  /** 401 on the API: the token. */
  | 'unauthorized'
  /** 403: no right on this recType. */
  | 'forbidden'
  | 'not_found'
  /** 400, 413, 414, ...: the same request will never succeed. */
  | 'rejected'
  /** 3xx: the address is not that of the API. */
  | 'redirected'
  /** 408, 429, 5xx; something else than Microshare answered the login. */
  | 'unavailable'
  /** A 2xx without the id of a record. */
  | 'no_record_id'
  /** A read was answered with something else than records. */
  | 'bad_answer'
  | 'timeout'
  /** DNS, TCP, TLS, proxy, connection reset. */
  | 'unreachable'
  /** The node was closed before the record could be written. */
  | 'closed';

/** What is known of a failure beside its code. */
export interface FailureFacts {
  /** HTTP status, where there was an answer. */
  statusCode?: number;
  /** The server's text, without secrets. */
  responseText?: string;
  /** The server asked to wait so long. */
  retryAfterMs?: number;
  /** The record may have been written all the same. */
  doubtful?: boolean;
  /** Another record would meet the same now. */
  serviceDown?: boolean;
}

/** An error of Microshare's side: configuration, login, or a call of the share API. */
export class MicroshareError extends CodedError implements FailureFacts {
  declare readonly statusCode?: number;
  declare readonly responseText?: string;
  declare readonly retryAfterMs?: number;
  declare readonly doubtful?: boolean;
  declare readonly serviceDown?: boolean;

  constructor(
    override readonly code: MicroshareErrorCode,
    message: string,
    facts: FailureFacts = {},
  ) {
    super(code, message);
    Object.assign(this, facts);
  }
}
