import { parseBody, refuse, splitPath, type ReceivedRequest } from './http';
import type { Lake } from './lake';
import { PASSWORD_TOKEN_LIFE, type Token, type TokenKind } from './tokens';

type Parameters = Record<string, string | undefined>;

const GRANTS: readonly string[] = ['password', 'pipe', 'robot'] satisfies TokenKind[];

/** `POST /oauth2/token`, with query, form or JSON body: the body of a 200, or a refusal. */
export function answerLogin(lake: Lake, request: ReceivedRequest): string {
  const { switches } = lake;
  if (request.method !== 'POST') refuse(switches.wrongMethod, 'POST', { allow: 'POST' });
  lake.logins++;
  const parameters = readParameters(lake, request);
  const { grant_type: grant = '' } = parameters;
  const isRefresh = grant === 'refresh_token' && switches.refreshToken;
  if (!isRefresh && !GRANTS.includes(grant)) refuse(switches.unknownGrant);
  const token = isRefresh ? refresh(lake, parameters) : logIn(lake, parameters, request.remoteAddress);
  return tokenAnswer(lake, token);
}

function readParameters({ switches }: Lake, request: ReceivedRequest): Parameters {
  const { query } = splitPath(request.path);
  const text = request.body.toString();
  if (text.startsWith('{')) return parseBody(request, switches.malformedBody) as Parameters;
  return Object.fromEntries([...query, ...new URLSearchParams(text)]);
}

function logIn(lake: Lake, parameters: Parameters, ip: string): Token {
  const { accounts, tokens, switches } = lake;
  const { username, password, client_id: clientId, identity, scope, grant_type: kind } = parameters;
  const account = accounts.find(
    (one) =>
      one.username === username &&
      one.password === password &&
      one.clientId === clientId &&
      one.identity === (identity || one.identity),
  );
  if (account) return tokens.issue(account, kind as TokenKind, { scope, ip });
  lake.refusedLogins++;
  refuse(switches.wrongLogin);
}

function refresh({ tokens, switches }: Lake, parameters: Parameters): Token {
  const old = tokens.findByRefreshToken(parameters.refresh_token ?? '');
  if (!old || old.account.clientId !== parameters.client_id) refuse(switches.wrongLogin);
  return tokens.issue(old.account, 'password', { scope: old.scope, ip: old.ip });
}

/** The shape of Microshare's published screenshots, which are cut off after `sessionkey`. */
function tokenAnswer({ switches }: Lake, token: Token): string {
  const { account, kind, scope, expiresAt, refreshToken } = token;
  const type = kind === 'pipe' ? { token_type: 'Pipe' } : { token_type: 'Bearer' };
  const extended = {
    email: account.username,
    altid: '00000000-0000-4000-8000-000000000000',
    fullname: account.username.split('@')[0],
    alias: null,
    appid: account.clientId,
    identity: account.identity,
    identityname: account.identityName,
    orgdomain: account.org,
    roles: [],
    authtype: 1,
    isadmin: false,
    identityhost: null,
    scope,
    ...type,
    tokendata: { ip: token.ip, id: token.id },
    sessionkey: token.id.replaceAll('-', ''),
  };
  const body = {
    ...(kind === 'pipe' && { ...type, scope }),
    access_token: token.text,
    expires_in: switches.expiresIn && expiresAt ? PASSWORD_TOKEN_LIFE / 1000 : undefined,
    refresh_token: refreshToken,
    extended,
  };
  return JSON.stringify(body);
}
