import type { Node, NodeAPI } from 'node-red';
import { CodedError } from '../../lib/errors';
import { asText } from '../../lib/json';
import { filledIn, notSet } from '../../lib/variables';
import { asWritten } from './deployed';
import { aliasOf } from './instances';

/**
 * A secret from the node's credentials, or from the environment variable that the node names instead: a flow that is
 * hosted carries no credentials. Undefined when neither is there.
 * @throws CodedError `bad_configuration` when the variable is not set
 */
export function secretOf(
  RED: NodeAPI,
  node: Node,
  credential: string | undefined,
  variable: string | undefined,
): string | undefined {
  const value: unknown = variable ? RED.util.evaluateNodeProperty(variable, 'env', node, {}) : credential;
  // A variable of a tab may hold anything; the text of an object would be easy to guess.
  const secret = filledIn(asText(value));
  if (variable && !secret) throw isName(RED, node, variable) ? notSet(variable) : noName();
  return secret || undefined;
}

/** Where the flow has `${NAME}`, Node-RED has put the secret itself in the place of the name. */
function isName(RED: NodeAPI, node: Node, variable: string): boolean {
  return Object.values(asWritten(RED, aliasOf(node).alias ?? node.id)).includes(variable);
}

function noName(): CodedError {
  return new CodedError(
    'bad_configuration',
    'The environment variable of a secret is not set. In the flow its name stands without ${ and }.',
  );
}
