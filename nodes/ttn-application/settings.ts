import { hash } from 'node:crypto';
import type { Node, NodeAPI } from 'node-red';
import type { TlsOptions } from '../../lib/tls';
import { secretOf } from '../shared/secret';
import { tlsOptions } from '../shared/tls';
import { numbersAsText } from '../shared/typed';
import type { TtnApplicationCredentials, TtnApplicationDef } from './definition';
import { SECRETS } from './dialog-fields';

/** What a way in is made from: the fields, and the secrets wherever they come from. */
export interface Settings {
  def: TtnApplicationDef;
  /** Id of the node. */
  id: string;
  /** @throws CodedError `bad_configuration` when the variable that holds it is not set */
  secret: (name: keyof TtnApplicationCredentials) => string | undefined;
  /** @throws CodedError `bad_configuration` when the chosen node is not there */
  readonly tls: TlsOptions | undefined;
}

/** @param node where environment variables are looked up */
export function settingsOf(
  RED: NodeAPI,
  node: Node,
  given: TtnApplicationDef,
  credentials: TtnApplicationCredentials,
): Settings {
  const def = numbersAsText(given);
  return {
    def,
    id: node.id,
    secret: (name) => secretOf(RED, node, credentials[name], def[`${name}Variable`]),
    get tls() {
      return tlsOptions(RED, def.tls);
    },
  };
}

/** The same for the same connection: another one is needed when it changes. */
export function fingerprint({ def, tls, secret }: Settings, kinds: Iterable<string>): string {
  const { name: _name, ...fields } = def;
  const secrets = SECRETS.map((name) => {
    try {
      return secret(name);
    } catch {
      return undefined;
    }
  });
  return hash('sha256', JSON.stringify([fields, secrets, tls, [...kinds].sort()]));
}
