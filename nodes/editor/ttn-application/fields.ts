import { SECRETS } from '../../ttn-application/secret-names';
import { STORED_SECRET } from '../secret-field';
import { switchValue } from '../switches';
import { chosenConfigNode } from '../widgets';

const TEXTS = [
  ...['transport', 'host', 'applicationId', 'tenantId', 'accountUrl', 'apiUrl'],
  ...['webhookPath', 'webhookHeader'],
  ...['username', 'topics', 'clientId', 'group', 'mqttVersion', 'virtualHost', 'queue', 'exchange'],
] as const;
export const input = (name: string) => $(`#node-config-input-${name}`);

/** What stands in the dialog; a secret only where it was typed. */
export function typedFields(): object {
  const texts = TEXTS.map((name) => [name, String(input(name).val() ?? '')]);
  const credentials: Record<string, string> = {};
  const variables: Record<string, string> = {};
  for (const name of SECRETS) {
    const value = input(name).typedInput('value');
    if (input(name).typedInput('type') === 'env') variables[`${name}Variable`] = value.trim();
    else if (value && value !== STORED_SECRET) credentials[name] = value;
  }
  return {
    ...(Object.fromEntries(texts) as object),
    tls: chosenConfigNode(input('tls')),
    declareQueue: switchValue(input('declareQueue')),
    ...variables,
    credentials,
  };
}
