import type { Node, NodeAPI } from 'node-red';
import { CodedError } from '../../lib/errors';

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
  if (!variable) return credential?.trim() || undefined;
  const value: unknown = RED.util.evaluateNodeProperty(variable, 'env', node, {});
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  throw new CodedError('bad_configuration', `The environment variable ${variable} is not set.`);
}
