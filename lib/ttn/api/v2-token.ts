import { request } from '../../http';
import { number, parseObject, text } from '../../json';
import type { TlsOptions } from '../../tls';
import { TtnApiError, explainAnswer } from './errors';

export interface V2Key {
  applicationId: string;
  /** `ttn-account-v2.…` */
  accessKey: string;
  /** Of the account server, with or without `/api/v2`. */
  accountUrl: string;
  tls?: TlsOptions;
}

export interface V2Token {
  /** JWT, for `Authorization: Bearer` on handlers and account server. */
  accessToken: string;
  /** Undefined where the server does not say. */
  lifeMs?: number;
}

/**
 * Changes an access key of the v2 stack into an access token: `POST /api/v2/applications/{id}/token`, as its
 * documentation has it. The key goes in the header and, as v2's own Go client does it, as a password in the form:
 * which of the two the route reads is not documented.
 * @throws TtnApiError `bad_key`, `bad_answer`, ...; HttpError
 */
export async function exchangeV2Key(key: V2Key): Promise<V2Token> {
  const { applicationId, accessKey, accountUrl, tls } = key;
  const base = accountUrl.trim().replace(/(\/api\/v2)?\/*$/, '');
  const path = `api/v2/applications/${encodeURIComponent(applicationId)}/token`;
  const answer = await request({
    method: 'POST',
    url: `${base}/${path}`,
    headers: { authorization: `Key ${accessKey}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'password',
      username: applicationId,
      password: accessKey,
    }).toString(),
    tls,
  });
  const server = new URL(base).host;
  if (answer.status < 200 || answer.status > 299)
    throw explainAnswer(answer, { server, path, applicationId }, [accessKey]);
  const { access_token: token, expires_in: seconds } = parseObject(answer.text) ?? {};
  const accessToken = text(token);
  if (!accessToken) throw new TtnApiError('bad_answer', `${server} answered without an access_token.`);
  const life = number(seconds);
  return { accessToken, ...(life !== undefined && { lifeMs: life * 1000 }) };
}
