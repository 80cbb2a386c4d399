import type { Node, NodeAPI } from 'node-red';
import { text } from '../../lib/json';
import { filledIn, notSet } from '../../lib/variables';

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
  if (!variable) return filledIn(credential) || undefined;
  const secret = filledIn(text(RED.util.evaluateNodeProperty(variable, 'env', node, {})));
  if (secret === '') throw notSet(variable);
  return secret;
}
