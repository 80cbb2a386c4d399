import type { Node, NodeAPI } from 'node-red';
import { CodedError } from '../../lib/errors';
import type { TlsOptions } from '../../lib/tls';

interface TlsConfigNode extends Node {
  addTLSOptions(options: TlsOptions): void;
}

/**
 * What a node of Node-RED's own type `tls-config` holds; undefined where none is chosen.
 * @param id of the node
 * @throws CodedError `bad_configuration` when it is not there: to go on without it would change whom one trusts
 */
export function tlsOptions(RED: NodeAPI, id: string | undefined): TlsOptions | undefined {
  if (!id) return undefined;
  const node = RED.nodes.getNode(id) as TlsConfigNode | null;
  if (!node) {
    throw new CodedError(
      'bad_configuration',
      `The TLS configuration ${id} does not exist, or is disabled. Choose another, enable it, or deploy it first.`,
    );
  }
  const options: TlsOptions = {};
  node.addTLSOptions(options);
  return options;
}
