import { SECRETS } from '../../ttn-application/secret-names';
import { STORED_SECRET } from '../secret-field';
import { switchValue } from '../switches';

const TEXTS = [
  ...['transport', 'host', 'applicationId', 'tenantId', 'accountUrl', 'apiUrl', 'tls', 'webhookPath'],
  'webhookHeader',
  ...['username', 'topics', 'clientId', 'group', 'mqttVersion', 'virtualHost', 'queue', 'exchange'],
] as const;
export const input = (name: string) => $(`#node-config-input-${name}`);

/** What stands in the dialog; a secret only where it was typed. */
export function typedFields(): object {
  // A config node that is none has a value of the editor's.
  const texts = TEXTS.map((name) => [name, String(input(name).val() ?? '').replace('_ADD_', '')]);
  const credentials: Record<string, string> = {};
  const variables: Record<string, string> = {};
  for (const name of SECRETS) {
    const value = input(name).typedInput('value');
    if (input(name).typedInput('type') === 'env') variables[`${name}Variable`] = value.trim();
    else if (value && value !== STORED_SECRET) credentials[name] = value;
  }
  return {
    ...(Object.fromEntries(texts) as object),
    declareQueue: switchValue(input('declareQueue')),
    ...variables,
    credentials,
  };
}
