import type { NodeAPI } from 'node-red';
import { object, text } from '../../lib/json';
import { splitApplicationId } from '../../lib/ttn/address';
import { unsetVariable } from '../../lib/variables';
import { asWritten, deployFirst } from '../shared/deployed';
import { typedText } from '../shared/typed';
import {
  wayName,
  type TtnApplicationCredentials,
  type TtnApplicationDef,
  type TtnApplicationNode,
} from './definition';
import { SECRETS, TEXTS } from './dialog-fields';
import { settingsOf, type Settings } from './settings';

const VARIABLES = SECRETS.map((name) => `${name}Variable` as const);
const FIELDS = [...TEXTS, 'tls', 'declareQueue', ...VARIABLES] as (keyof TtnApplicationDef)[];
/** Where secrets go. */
const PLACES = ['host', 'tenantId', 'accountUrl', 'apiUrl', 'tls'] as const;

/**
 * An application as it stands in the dialog: secrets that were not typed are those of the deployed node.
 * @param deployed what runs under that id
 * @throws CodedError `bad_configuration` when a secret of the deployed node, or of the environment, would go elsewhere
 * than it was deployed for
 */
export function typedApplication(
  RED: NodeAPI,
  id: string,
  body: Record<string, unknown>,
  deployed: TtnApplicationDef | undefined,
): Settings {
  const node = (RED.nodes.getNode(id) ?? { id }) as TtnApplicationNode;
  const written = asWritten(RED, id);
  const fields = FIELDS.map((name) => {
    const given = typedText(body[name]);
    if (deployed && given === written[name]) return [name, deployed[name]];
    if (unsetVariable(given)) throw deployFirst();
    return [name, given];
  });
  const def = { ...Object.fromEntries(fields), id, name: '', type: 'ttn-application' } as TtnApplicationDef;
  const typed = object(body.credentials) ?? {};
  if (SECRETS.some((name) => unsetVariable(text(typed[name]) ?? ''))) throw deployFirst();
  const credentials: TtnApplicationCredentials = {};
  for (const name of SECRETS) {
    credentials[name] = text(typed[name]) ?? node.credentials?.[name];
    const variable = def[`${name}Variable`];
    const isKept = variable ? true : !text(typed[name]) && credentials[name];
    if (isKept && !isSamePlace(def, deployed)) throw deployFirst();
    if (variable && variable !== deployed?.[`${name}Variable`]) throw deployFirst();
  }
  return settingsOf(RED, node, def, credentials);
}

function isSamePlace(typed: TtnApplicationDef, deployed: TtnApplicationDef | undefined): boolean {
  const place = (def: TtnApplicationDef) => {
    // On The Things Stack Cloud the tenant is a part of the host.
    const [, tenant = ''] = splitApplicationId(def.applicationId ?? '');
    return [wayName(def), tenant, ...PLACES.map((name) => def[name] || '')].join(' ');
  };
  return deployed !== undefined && place(typed) === place(deployed);
}
