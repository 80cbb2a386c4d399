import type { Node, NodeAPI } from 'node-red';
import { object, text } from '../../lib/json';
import type { AccountOptions } from '../../lib/microshare/account';
import { resolveHosts } from '../../lib/microshare/hosts';
import { unsetVariable } from '../../lib/variables';
import { asWritten, deployFirst, withVariables } from '../shared/deployed';
import { secretOf } from '../shared/secret';
import { isOn, typedText } from '../shared/typed';
import {
  authOf,
  connectionsOf,
  type AccountCredentials,
  type MicroshareAccountDef,
  type MicroshareAccountNode,
  type Ways,
} from './definition';
import { LOGIN, TEXTS } from './dialog-fields';

const SECRETS = ['token', ...LOGIN] as const;
const FIELDS = [...TEXTS, 'tls', 'tokenVariable', 'readBack'] as const;

/** An account as it stands in the dialog: secrets that were not typed are the stored ones of the node. */
export class TypedAccount {
  readonly def: MicroshareAccountDef;
  readonly credentials: AccountCredentials;
  readonly #RED: NodeAPI;
  readonly #node: MicroshareAccountNode | null;

  /**
   * @param body the fields of the node, and `credentials` with the secrets that were typed
   * @throws CodedError `bad_configuration` when a stored secret, or one of the environment, would go elsewhere than it
   * was deployed for
   */
  constructor(RED: NodeAPI, id: string, body: Record<string, unknown>) {
    this.#RED = RED;
    this.#node = RED.nodes.getNode(id) as MicroshareAccountNode | null;
    const written = asWritten(RED, id);
    const filledIn = (value: string) => withVariables(RED, (this.#node ?? {}) as Node, value);
    const fields = FIELDS.map((name) => {
      const given = typedText(body[name]);
      if (unsetVariable(given) && given !== written[name]) throw deployFirst();
      return [name, filledIn(given)];
    });
    this.def = Object.fromEntries(fields) as MicroshareAccountDef;
    const typed: AccountCredentials = { ...object(body.credentials) };
    if (SECRETS.some((name) => unsetVariable(text(typed[name]) ?? ''))) throw deployFirst();
    const stored = (RED.nodes.getCredentials(id) ?? {}) as AccountCredentials;
    const isLogin = this.def.mode === 'password';
    const needed = [
      ...(isLogin ? [] : (['token'] as const)),
      ...(isLogin || isOn(this.def.readBack) ? LOGIN : []),
    ];
    const missing = needed.filter((name) => text(typed[name]) === undefined && stored[name]);
    const { tokenVariable } = this.def;
    const isFromVariable = needed.includes('token') && Boolean(tokenVariable);
    if (isFromVariable && tokenVariable !== written.tokenVariable) throw deployFirst();
    if (isFromVariable || missing.some((name) => name !== 'username')) this.#checkWays();
    const secret = (name: (typeof SECRETS)[number]) => text(typed[name]) ?? stored[name] ?? '';
    this.credentials = Object.fromEntries(SECRETS.map((name) => [name, filledIn(secret(name))]));
  }

  /** @throws CodedError `bad_configuration` */
  options(): AccountOptions {
    const node = (this.#node ?? {}) as Node;
    const token = () => secretOf(this.#RED, node, this.credentials.token, this.def.tokenVariable);
    return {
      hosts: this.def,
      auth: authOf(this.def, this.credentials, token),
      ...connectionsOf(this.#RED, this.def),
    };
  }

  #checkWays(): void {
    const { ways } = this.#node ?? {};
    if (ways && addressOf(ways) === addressOf(this.def)) return;
    throw deployFirst();
  }
}

function addressOf({ proxy, tls, ...hosts }: Ways): string {
  const { apiUrl, authUrl } = resolveHosts(hosts);
  return [apiUrl, authUrl, proxy?.trim() || '', tls || ''].join(' ');
}
