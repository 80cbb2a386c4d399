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
  /** 408, 429, 5xx. */
  | 'unavailable'
  /** A 2xx without the id of a record. */
  | 'no_record_id'
  | 'timeout'
  /** DNS, TCP, TLS, connection reset. */
  | 'unreachable'
  /** Too many messages wait for Microshare. */
  | 'overloaded'
  /** The node was closed before the record could be written. */
  | 'closed';

/** These would fail in the same way however often they were tried. */
const PERMANENT: ReadonlySet<MicroshareErrorCode> = new Set([
  'bad_rectype',
  'bad_tags',
  'bad_record',
  'rejected',
]);

/** An error of Microshare's side: configuration, login, or a call of the share API. */
export class MicroshareError extends CodedError {
  /** HTTP status, where there was an answer. */
  readonly statusCode?: number;
  /** The server's text, without secrets. */
  readonly responseText?: string;

  constructor(
    override readonly code: MicroshareErrorCode,
    message: string,
    options: ErrorOptions & { statusCode?: number; responseText?: string } = {},
  ) {
    super(code, message, options);
    if (options.statusCode !== undefined) this.statusCode = options.statusCode;
    if (options.responseText !== undefined) this.responseText = options.responseText;
  }

  /** Rejected for good: trying the same again is of no use. */
  get permanent(): boolean {
    return PERMANENT.has(this.code);
  }
}
