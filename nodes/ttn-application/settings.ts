import { createHash } from 'node:crypto';
import type { Node, NodeAPI } from 'node-red';
import type { TlsOptions } from '../../lib/tls';
import { secretOf } from '../shared/secret';
import type { TtnApplicationCredentials, TtnApplicationDef } from './definition';

/** What a way in is made from: the fields, and the secrets wherever they come from. */
export interface Settings {
  def: TtnApplicationDef;
  /** Id of the node. */
  id: string;
  /** @throws CodedError `bad_configuration` when the variable that holds it is not set */
  secret: (name: keyof TtnApplicationCredentials) => string | undefined;
  tls?: TlsOptions;
}

interface TlsConfigNode extends Node {
  addTLSOptions(options: TlsOptions): void;
}

/** @param node where environment variables are looked up */
export function settingsOf(
  RED: NodeAPI,
  node: Node,
  def: TtnApplicationDef,
  credentials: TtnApplicationCredentials,
): Settings {
  const tlsNode = def.tls ? (RED.nodes.getNode(def.tls) as TlsConfigNode | null) : null;
  const tls: TlsOptions = {};
  tlsNode?.addTLSOptions(tls);
  return {
    def,
    id: node.id,
    secret: (name) => secretOf(RED, node, credentials[name], def[`${name}Variable`]),
    ...(tlsNode && { tls }),
  };
}

/** The same for the same connection: another one is needed when it changes. */
export function fingerprint({ def, tls, secret }: Settings, kinds: Iterable<string>): string {
  const { name: _name, ...fields } = def;
  const secrets = (['apiKey', 'webhookSecret', 'password'] as const).map((name) => {
    try {
      return secret(name);
    } catch {
      return undefined;
    }
  });
  const all = JSON.stringify([fields, secrets, tls, [...kinds].sort()]);
  return createHash('sha256').update(all).digest('hex');
}
