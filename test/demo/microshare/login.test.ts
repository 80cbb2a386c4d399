import assert from 'node:assert/strict';
import { ACCOUNTS } from '../../../demo/microshare/accounts';
import type { Switches } from '../../../demo/microshare/assumptions';
import { startLake, type Lake } from '../../../demo/microshare/lake';
import { call } from './client';

interface TokenAnswer {
  access_token: string;
  token_type?: string;
  scope?: string;
  expires_in?: number;
  refresh_token?: string;
  extended: Record<string, unknown>;
}

const HOUR = 3600_000;
const [ALICE, BOB] = ACCOUNTS;

function parametersOf(account = ALICE, more: Record<string, string> = {}): Record<string, string> {
  const { username, password, clientId } = account;
  return { username, password, client_id: clientId, grant_type: 'password', scope: 'ALL:ALL', ...more };
}

describe('login', () => {
  let lake: Lake;

  async function start(switches: Partial<Switches> = {}) {
    lake = await startLake({ switches });
  }

  const query = (parameters: Record<string, string>) =>
    call(lake, `/oauth2/token?${new URLSearchParams(parameters)}`, { method: 'POST' });

  async function token(parameters: Record<string, string>): Promise<TokenAnswer> {
    const reply = await query(parameters);
    assert.equal(reply.status, 200, reply.text);
    return JSON.parse(reply.text) as TokenAnswer;
  }

  const read = async (text: string) => (await call(lake, '/share/a.b', { token: text })).status;
  const write = async (text: string) => (await call(lake, '/share/a.b', { token: text, body: {} })).status;

  afterEach(() => lake.close());

  it('answers as Microshare does to query, form and JSON body', async () => {
    await start();
    const answers = [
      await query(parametersOf(BOB)),
      await call(lake, '/oauth2/token', { body: new URLSearchParams(parametersOf(BOB)).toString() }),
      await call(lake, '/oauth2/token', { body: parametersOf(BOB) }),
    ];
    for (const { status, text } of answers) {
      assert.equal(status, 200);
      const { access_token, extended, ...rest } = JSON.parse(text) as TokenAnswer;
      assert.match(access_token, /^[0-9a-f]{64}$/);
      assert.deepEqual(rest, {});
      const { appid, email, identity, orgdomain, scope, token_type } = extended;
      assert.deepEqual(
        { appid, email, identity, orgdomain, scope, token_type },
        {
          appid: BOB.clientId,
          email: BOB.username,
          identity: BOB.identity,
          orgdomain: BOB.org,
          scope: 'ALL:ALL',
          token_type: 'Bearer',
        },
      );
    }
    assert.equal(lake.logins, 3);
  });

  it('refuses a wrong user, password, API key or identity, and counts the attempt', async () => {
    await start();
    for (const wrong of ['username', 'password', 'client_id', 'identity']) {
      const { status, text } = await query(parametersOf(ALICE, { [wrong]: 'wrong' }));
      assert.deepEqual([status, text], [401, 'The supplied authentication is invalid']);
    }
    assert.equal((await query(parametersOf(ALICE, { client_id: BOB.clientId }))).status, 401);
    assert.deepEqual([lake.logins, lake.refusedLogins], [5, 5]);
  });

  it('refuses other methods, unknown grants and a JSON body that does not parse', async () => {
    await start();
    const get = await call(lake, '/oauth2/token');
    assert.deepEqual([get.status, get.headers.get('allow')], [405, 'POST']);
    assert.equal((await query(parametersOf(ALICE, { grant_type: 'refresh_token' }))).status, 400);
    assert.match(
      (await call(lake, '/oauth2/token', { body: '{' })).text,
      /^The request content was malformed:\n./,
    );
  });

  it('picks the organisation by identity', async () => {
    const second = { ...ALICE, identity: 'otherdefau', org: 'example.other' };
    lake = await startLake({ accounts: [ALICE, second] });
    const orgs = [{}, { identity: '' }, { identity: 'otherdefau' }].map(async (more) => {
      const { extended } = await token(parametersOf(ALICE, more as Record<string, string>));
      return extended.orgdomain;
    });
    assert.deepEqual(await Promise.all(orgs), ['example.city', 'example.city', 'example.other']);
  });

  it('gives pipe tokens that only write, and never expire', async () => {
    await start();
    const { access_token, token_type, scope } = await token(parametersOf(ALICE, { grant_type: 'pipe' }));
    assert.deepEqual([token_type, scope], ['Pipe', 'SHARE:WRITE']);
    lake.clock.advance(10 * 365 * 24 * HOUR);
    assert.equal(await write(access_token), 200);
    assert.equal(await read(access_token), 401);
    assert.equal(lake.records()[0]?.token.kind, 'pipe');
  });

  it('gives password tokens for 48 hours', async () => {
    await start();
    const { access_token } = await token(parametersOf());
    lake.clock.advance(48 * HOUR - 60_000);
    assert.equal(await read(access_token), 200);
    lake.clock.advance(60_000);
    assert.equal(await read(access_token), 401);
    assert.equal(await write(access_token), 401);
  });

  it('keeps a password token to the scope that was asked for', async () => {
    await start();
    const { access_token } = await token(parametersOf(ALICE, { scope: 'SHARE:READ' }));
    assert.deepEqual([await read(access_token), await write(access_token)], [200, 401]);
  });

  it('gives robot tokens; what they write has no remote address', async () => {
    await start();
    const { access_token } = await token(parametersOf(ALICE, { grant_type: 'robot' }));
    assert.equal(await write(access_token), 200);
    const { text } = await call(lake, '/share/a.b?details=true', { token: access_token });
    assert.doesNotMatch(text, /remoteAddress|"ip"/);
  });

  it('ends a revoked token', async () => {
    await start();
    const text = lake.issueToken();
    assert.equal(await write(text), 200);
    assert.equal(lake.revoke(text), true);
    assert.equal(await write(text), 401);
    assert.equal(lake.revoke(text), false);
  });

  it('knows the pipe tokens of its accounts from the start', async () => {
    await start();
    assert.equal(await write(BOB.pipeToken ?? ''), 200);
    assert.equal(lake.records()[0]?.owner.org, BOB.org);
  });

  it('can issue tokens of each account, and of no other', async () => {
    await start();
    assert.equal(await read(lake.issueToken({ kind: 'password', username: BOB.username })), 200);
    assert.throws(() => lake.issueToken({ username: 'nobody' }), TypeError);
  });

  it('switches: JWT, expires_in, refresh_token, bare token, write-only tokens without end', async () => {
    await start({
      tokenFormat: 'jwt',
      expiresIn: true,
      refreshToken: true,
      bareToken: true,
      writeOnlyNeverExpires: true,
    });
    const first = await token(parametersOf());
    assert.match(first.access_token, /^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+$/);
    assert.equal(first.expires_in, 172800);
    const writeOnly = await token(parametersOf(ALICE, { scope: 'SHARE:WRITE' }));
    lake.clock.advance(48 * HOUR);
    const renewal = { grant_type: 'refresh_token', client_id: ALICE.clientId };
    const second = await token({ ...renewal, refresh_token: first.refresh_token ?? '' });
    assert.deepEqual([await read(first.access_token), await read(second.access_token)], [401, 200]);
    assert.equal((await query({ ...renewal, refresh_token: 'wrong' })).status, 401);
    assert.equal(await write(writeOnly.access_token), 200);
    const headers = { authorization: second.access_token };
    assert.equal((await call(lake, '/share/a.b', { headers })).status, 200);
    lake.switches.bareToken = false;
    assert.equal((await call(lake, '/share/a.b', { headers })).status, 401);
  });
});
