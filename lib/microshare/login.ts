import type { HttpRequest } from '../http';
import { object, text } from '../json';
import { checkCredentials } from './credentials';
import { MicroshareError } from './errors';
import { call } from './network';
import { shownText } from './secrets';

/** Microshare's documentation: password tokens live 48 hours. The answer's `expires_in` counts where there is one. */
const TOKEN_LIFE_MS = 48 * 3_600_000;

export interface Credentials {
  username: string;
  password: string;
  /** The API key, from Manage > Keys. */
  clientId: string;
  /** Code of the organisation; empty: the one that is active in the web login. */
  identity?: string;
  scope?: string;
}

/** How the login is sent. Microshare documents the query; proxies log queries, and so the form is the default. */
export type LoginStyle = 'form' | 'query';

/** Whom a login's token speaks for, as far as the answer says. */
export interface TokenHolder {
  user?: string;
  /** Code and name of the identity, which is an organisation that the user acts for. */
  identity?: string;
  identityName?: string;
  organisation?: string;
  /** `ALL:ALL`, `SHARE:WRITE`, ... */
  scope?: string;
}

export interface AccessToken {
  token: string;
  lifeMs: number;
  holder: TokenHolder;
}

export interface LoginOptions {
  style?: LoginStyle;
  tls?: HttpRequest['tls'];
  /** Address of a proxy, in place of that of the environment. */
  proxy?: string;
  signal?: AbortSignal;
}

/**
 * `POST {authUrl}/oauth2/token` with the password grant: a token that reads and writes, for 48 hours.
 * @throws MicroshareError `login_refused`, `unavailable`, `timeout`, `unreachable`, `bad_answer`; `closed` by the signal
 */
export function login(
  authUrl: string,
  credentials: Credentials,
  options: LoginOptions = {},
): Promise<AccessToken> {
  return requestToken(authUrl, 'password', credentials, options);
}

/**
 * Asks for a pipe token, which only writes and never expires: the step that Microshare's tutorial takes in Postman.
 * @throws MicroshareError as {@link login} does, and `bad_configuration` for an empty field
 */
export async function mintPipeToken({
  authUrl,
  ...credentials
}: Credentials & LoginOptions & { authUrl: string }): Promise<string> {
  const { token } = await requestToken(authUrl, 'pipe', checkCredentials(credentials), credentials);
  return token;
}

async function requestToken(
  authUrl: string,
  grant: 'password' | 'pipe',
  { username, password, clientId, identity, scope }: Credentials,
  { style = 'form', tls, proxy, signal }: LoginOptions,
): Promise<AccessToken> {
  const fields = new URLSearchParams({
    username,
    password,
    client_id: clientId,
    grant_type: grant,
    scope: scope || 'ALL:ALL',
    ...(identity ? { identity } : {}),
  }).toString();
  const url = `${authUrl}/oauth2/token`;
  const answer = await call({
    method: 'POST',
    url: style === 'query' ? `${url}?${fields}` : url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: style === 'query' ? '' : fields,
    tls,
    proxy,
    signal,
  });

  const { status } = answer;
  const responseText = shownText(answer.text, [password, clientId]);
  const facts = { statusCode: status, responseText };
  if (status >= 500 || status === 429 || status === 408) {
    throw new MicroshareError(
      'unavailable',
      `Microshare's login at ${authUrl} answered ${status}: ${responseText}`,
      { ...facts, serviceDown: true },
    );
  }
  if (status < 200 || status > 299) {
    throw new MicroshareError(
      'login_refused',
      `Microshare refused the login of "${username}" at ${authUrl} (${status}: ${responseText}). Check user, password, API key and environment: keys of production do not work on development.`,
      facts,
    );
  }
  return readToken(answer.text, authUrl);
}

/** Field names: screenshots that Microshare published. `expires_in` is in none of them. */
function readToken(body: string, authUrl: string): AccessToken {
  const answer = parsed(body);
  const token = text(answer?.access_token);
  if (!answer || !token) {
    throw new MicroshareError(
      'login_refused',
      `${authUrl} answered the login without an access_token. Check the login address of the account.`,
    );
  }
  const extended = object(answer.extended);
  const seconds = answer.expires_in;
  return {
    token,
    lifeMs: typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : TOKEN_LIFE_MS,
    holder: {
      user: text(extended?.email),
      identity: text(extended?.identity),
      identityName: text(extended?.identityname),
      organisation: text(extended?.orgdomain),
      scope: text(answer.scope) ?? text(extended?.scope),
    },
  };
}

function parsed(body: string) {
  try {
    return object(JSON.parse(body));
  } catch {
    return undefined;
  }
}
