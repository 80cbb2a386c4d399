import { CodedError } from '../errors';

export type OutboxErrorCode =
  /** A limit of the outbox is reached, and its policy is to refuse. */
  | 'full'
  /** The record was stored, and made room for newer ones before it was written. */
  | 'dropped'
  /** No room on the file system. */
  | 'disk_full'
  | 'read_only'
  /** The directory or the file cannot be made or read. */
  | 'cannot_open'
  /** Another process, or another account of this one, has the outbox open. */
  | 'locked'
  | 'closed'
  /** The disk or the store's thread failed; what was about to be stored may or may not be. */
  | 'failed';

/** An error of the outbox: what was given to it is not stored, save after `dropped` and `failed`. */
export class OutboxError extends CodedError {
  constructor(
    override readonly code: OutboxErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(code, message, options);
  }
}

export function closed(): OutboxError {
  return new OutboxError('closed', 'The outbox is closed.');
}

/** An error as it goes between threads, which know no classes. */
export type Failure = Pick<OutboxError, 'code' | 'message'>;

export function failureOf({ code, message }: OutboxError): Failure {
  return { code, message };
}
