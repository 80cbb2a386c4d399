import { CodedError } from '../../lib/errors';

/**
 * A node is chosen, and Node-RED does not have it.
 * @param what in words, such as "TLS configuration"
 */
export function notThere(what: string, id: string): CodedError {
  return new CodedError(
    'bad_configuration',
    `The ${what} ${id} does not exist, or is disabled. Choose another, enable it, or deploy it first.`,
  );
}
