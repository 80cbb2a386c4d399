import { object, parseObject, text } from '../json';
import { sentence, shownText } from '../secrets';
import type { TlsOptions } from '../tls';
import { checkCredentials } from './credentials';
import { MicroshareError } from './errors';
import { call } from './network';
import { ruleOf } from './policy';

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
  tls?: TlsOptions;
  /** Address of a proxy, in place of that of the environment. */
  proxy?: string;
}

/**
 * `POST {authUrl}/oauth2/token` with the password grant: a token that reads and writes, for 48 hours.
 * @throws MicroshareError `login_refused`, `unavailable`, `timeout`, `unreachable`, `bad_answer`
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
  { style = 'form', tls, proxy }: LoginOptions,
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
  });

  const { status } = answer;
  if (status >= 200 && status <= 299) return readToken(answer.text, authUrl);
  const responseText = shownText(answer.text, [password, clientId]);
  const facts = { statusCode: status, responseText };
  if (REFUSALS.has(status) && !isPage(answer.text)) {
    throw new MicroshareError(
      'login_refused',
      `Microshare refused the login of "${username}" at ${authUrl} (${status}: ${responseText}). Check user, password, API key and environment: keys of production do not work on development.`,
      facts,
    );
  }
  throw new MicroshareError(
    'unavailable',
    `The login at ${authUrl} answered ${status}: ${sentence(responseText)} ${hintOf(status)}`,
    { ...facts, serviceDown: true },
  );
}

/** Microshare's answer to a wrong login is not published. Other statuses say nothing of user and password. */
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 403]);
const CHECK_ADDRESS =
  'Check the login address of the account, and whether this network wants a login of its own.';

/** Microshare's errors are plain text: a page is of a proxy, a firewall, a hotspot. */
function isPage(body: string): boolean {
  return /^\s*</.test(body);
}

function hintOf(status: number): string {
  const { code, hint } = ruleOf(status);
  return code === 'unavailable' || status === 407 ? hint : CHECK_ADDRESS;
}

/** Field names: screenshots that Microshare published. `expires_in` is in none of them. */
function readToken(body: string, authUrl: string): AccessToken {
  const answer = parseObject(body);
  const token = text(answer?.access_token);
  if (!answer || !token) {
    throw new MicroshareError(
      'unavailable',
      `${authUrl} answered the login without an access_token. ${CHECK_ADDRESS}`,
      { serviceDown: true },
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
