import type { NodeAPI } from 'node-red';
import { CodedError } from '../../lib/errors';

/** The fields of the deployed node, with the names of environment variables where they have them. */
export function asWritten(RED: NodeAPI, id: string): Record<string, unknown> {
  let written: object = {};
  RED.nodes.eachNode((def) => {
    if (def.id === id) written = def;
  });
  return written as Record<string, unknown>;
}

/** A dialog could ask for any variable, or any stored secret, and send it anywhere. */
export function deployFirst(): CodedError {
  return new CodedError(
    'bad_configuration',
    'Stored secrets and environment variables go only where they were deployed to go: the same addresses, the same proxy and certificates. Type the secrets and the addresses, or deploy first.',
  );
}
