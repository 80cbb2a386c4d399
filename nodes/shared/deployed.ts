import type { Node, NodeAPI } from 'node-red';
import { CodedError } from '../../lib/errors';
import { asText, object } from '../../lib/json';
import { unsetVariable } from '../../lib/variables';

/** The fields of the deployed node, with the names of environment variables where they have them. */
export function asWritten(RED: NodeAPI, id: string): Record<string, unknown> {
  let written: object = {};
  RED.nodes.eachNode((def) => {
    if (def.id === id) written = def;
  });
  return written as Record<string, unknown>;
}

/** Each `${NAME}` becomes the environment variable, as Node-RED does it when the node is deployed. */
export function withVariables<T>(RED: NodeAPI, node: Node, fields: T): T {
  const filled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(filled);
    const inner = object(value);
    if (inner) return Object.fromEntries(Object.entries(inner).map(([name, one]) => [name, filled(one)]));
    const variable = typeof value === 'string' ? unsetVariable(value) : undefined;
    if (variable === undefined) return value;
    const found: unknown = RED.util.evaluateNodeProperty(variable, 'env', node, {});
    return asText(found) ?? value;
  };
  return filled(fields) as T;
}

/** A dialog could ask for any variable, or any stored secret, and send it anywhere. */
export function deployFirst(): CodedError {
  return new CodedError(
    'bad_configuration',
    'Stored secrets and environment variables go only where they were deployed to go: the same addresses, the same proxy and certificates. Type the secrets and the addresses, or deploy first.',
  );
}
