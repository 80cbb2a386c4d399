import type { Node, NodeAPI } from 'node-red';
import { number, text } from '../../lib/json';
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
  const value: unknown = variable ? RED.util.evaluateNodeProperty(variable, 'env', node, {}) : credential;
  // A variable of a tab may hold anything; the text of an object would be easy to guess.
  const secret = filledIn(text(value) ?? number(value)?.toString());
  if (variable && !secret) throw notSet(variable);
  return secret || undefined;
}
