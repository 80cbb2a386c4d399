import { CodedError } from '../../lib/errors';

/**
 * A node is chosen, and Node-RED does not have it; or none is.
 * @param what in words, such as "TLS configuration"
 */
export function notThere(what: string, id: string): CodedError {
  const text = id
    ? `The ${what} ${id} does not exist, or is disabled. Choose another, enable it, or deploy it first.`
    : `No ${what} is chosen. Open the node and choose or add one.`;
  return new CodedError('bad_configuration', text);
}
