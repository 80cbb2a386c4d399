import axios from 'axios';
import { MicroshareError } from './errors';
import { explainNetworkError } from './network';
import { redact } from './secrets';

/** Microshare's documentation: password tokens live 48 hours. The answer's `expires_in` counts where there is one. */
const TOKEN_LIFE_MS = 48 * 3_600_000;
const LOGIN_TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 1_000_000;
const SHOWN_TEXT = 500;

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

export interface AccessToken {
  token: string;
  lifeMs: number;
}

/**
 * `POST {authUrl}/oauth2/token` with the password grant.
 * @throws MicroshareError `login_refused`, `unavailable`, `timeout`, `unreachable`
 */
export async function login(
  authUrl: string,
  credentials: Credentials,
  style: LoginStyle,
): Promise<AccessToken> {
  const { username, password, clientId, identity, scope = 'ALL:ALL' } = credentials;
  const fields = new URLSearchParams({
    username,
    password,
    client_id: clientId,
    grant_type: 'password',
    scope,
  });
  if (identity) fields.set('identity', identity);
  const url = `${authUrl}/oauth2/token`;

  const answer = await axios
    .post<string>(style === 'query' ? `${url}?${fields.toString()}` : url, style === 'query' ? '' : fields, {
      // axios turns a redirected POST into a GET, and its own timeout does not end a dripping answer.
      maxRedirects: 0,
      signal: AbortSignal.timeout(LOGIN_TIMEOUT_MS),
      maxContentLength: MAX_ANSWER_BYTES,
      validateStatus: () => true,
      responseType: 'text',
      transformResponse: (body: string) => body,
    })
    // The error of axios holds the password: only its code and text go on.
    .catch((error: unknown) => {
      throw explainNetworkError(error, authUrl, 'login');
    });

  const text = redact(String(answer.data ?? ''), [password, clientId]).slice(0, SHOWN_TEXT);
  const facts = { statusCode: answer.status, responseText: text };
  if (answer.status >= 500 || answer.status === 429 || answer.status === 408) {
    throw new MicroshareError(
      'unavailable',
      `Microshare's login at ${authUrl} answered ${answer.status}: ${text}`,
      facts,
    );
  }
  if (answer.status < 200 || answer.status > 299) {
    throw new MicroshareError(
      'login_refused',
      `Microshare refused the login of "${username}" at ${authUrl} (${answer.status}: ${text}). Check user, password, API key and environment: keys of production do not work on development.`,
      facts,
    );
  }
  return readToken(String(answer.data), authUrl);
}

function readToken(body: string, authUrl: string): AccessToken {
  let answer: { access_token?: unknown; expires_in?: unknown } = {};
  try {
    answer = (JSON.parse(body) as typeof answer | null) ?? {};
  } catch {
    // Told below, as an answer without a token.
  }
  if (typeof answer.access_token !== 'string' || answer.access_token === '') {
    throw new MicroshareError(
      'login_refused',
      `${authUrl} answered the login without an access_token. Check the login address of the account.`,
    );
  }
  const seconds =
    typeof answer.expires_in === 'number' && answer.expires_in > 0 ? answer.expires_in : undefined;
  return { token: answer.access_token, lifeMs: seconds === undefined ? TOKEN_LIFE_MS : seconds * 1000 };
}
