import { filledIn } from '../variables';
import { MicroshareError } from './errors';
import type { Credentials } from './login';
import { cleanToken } from './pipe-token';

/** @throws CodedError `bad_configuration` */
export function checkToken(pasted: string): string {
  return required(cleanToken(pasted), 'pipe token', "The help of the node's account says how to get one.");
}

/** @throws CodedError `bad_configuration` */
export function checkCredentials(credentials: Credentials): Credentials {
  const { username, password, clientId } = credentials;
  return {
    ...credentials,
    identity: filledIn(credentials.identity),
    scope: filledIn(credentials.scope),
    username: required(username.trim(), 'user name', 'It is the e-mail address you log in with.'),
    password: required(password, 'password', 'It is the one you log in with.'),
    clientId: required(clientId.trim(), 'API key', 'Microshare shows it under Manage > Keys.'),
  };
}

function required(value: string, name: string, hint: string): string {
  if (filledIn(value) === '')
    throw new MicroshareError('bad_configuration', `The ${name} is missing. ${hint}`);
  return value;
}
