import type { Node, NodeAPI } from 'node-red';
import type { TlsOptions } from '../../lib/tls';
import { notThere } from './not-there';

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
  if (!node) throw notThere('TLS configuration', id);
  const options: TlsOptions = {};
  node.addTLSOptions(options);
  return options;
}
