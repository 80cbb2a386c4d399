/**
 * Base of every error that this package raises.
 *
 * `code` is stable across releases, so that a flow can route on it after a Catch node;
 * the message names what is wrong, the value, and what to do.
 */
export class CodedError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** An error with a code, whatever was thrown: `error` where that has none. */
export function coded(thrown: unknown): CodedError {
  return thrown instanceof CodedError ? thrown : new CodedError('error', String(thrown));
}

/** The text of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
