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

/**
 * An account as it stands in the dialog: secrets that were not typed are the stored ones of the node.
 * @param body the fields of the node, and `credentials` with the secrets that were typed
 * @throws CodedError `bad_configuration`, also when a stored secret, or one of the environment, would go elsewhere than
 * it was deployed for
 */
export function typedAccount(RED: NodeAPI, id: string, body: Record<string, unknown>): AccountOptions {
  const node = (RED.nodes.getNode(id) ?? {}) as Partial<MicroshareAccountNode> & Node;
  const written = asWritten(RED, id);
  const filledIn = (value: string) => withVariables(RED, node, value);
  const fields = FIELDS.map((name) => {
    const given = typedText(body[name]);
    if (unsetVariable(given) && given !== written[name]) throw deployFirst();
    return [name, filledIn(given)];
  });
  const def = Object.fromEntries(fields) as MicroshareAccountDef;
  const typed: AccountCredentials = { ...object(body.credentials) };
  if (SECRETS.some((name) => unsetVariable(text(typed[name]) ?? ''))) throw deployFirst();
  const stored = (RED.nodes.getCredentials(id) ?? {}) as AccountCredentials;
  const isLogin = def.mode === 'password';
  const needed = [...(isLogin ? [] : (['token'] as const)), ...(isLogin || isOn(def.readBack) ? LOGIN : [])];
  const missing = needed.filter((name) => text(typed[name]) === undefined && stored[name]);
  const isFromVariable = needed.includes('token') && Boolean(def.tokenVariable);
  if (isFromVariable && def.tokenVariable !== written.tokenVariable) throw deployFirst();
  const isKept = isFromVariable || missing.some((name) => name !== 'username');
  if (isKept && !(node.ways && addressOf(node.ways) === addressOf(def))) throw deployFirst();
  const secret = (name: (typeof SECRETS)[number]) => filledIn(text(typed[name]) ?? stored[name] ?? '');
  const credentials: AccountCredentials = Object.fromEntries(SECRETS.map((name) => [name, secret(name)]));
  const token = () => secretOf(RED, node, credentials.token, def.tokenVariable);
  return { hosts: def, auth: authOf(def, credentials, token), ...connectionsOf(RED, def) };
}

function addressOf({ proxy, tls, ...hosts }: Ways): string {
  const { apiUrl, authUrl } = resolveHosts(hosts);
  return [apiUrl, authUrl, proxy?.trim() || '', tls || ''].join(' ');
}
