import { SECRETS, TEXTS } from '../../ttn-application/dialog-fields';
import { STORED_SECRET } from '../secret-field';
import { switchValue } from '../switches';
import { chosenConfigNode } from '../widgets';

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
