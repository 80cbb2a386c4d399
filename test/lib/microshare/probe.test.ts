import assert from 'node:assert/strict';
import { startLake, type Lake } from '../../../demo/microshare/lake';
import type { AccountAuth } from '../../../lib/microshare/account';
import { mintPipeToken } from '../../../lib/microshare/login';
import { testAccount, type ProbeOptions } from '../../../lib/microshare/probe';
import { tokenWarnings } from '../../../lib/microshare/pipe-token';
import { call } from '../../demo/microshare/client';

describe('the buttons of an account', () => {
  let lake: Lake;

  beforeEach(async () => {
    lake = await startLake();
  });
  afterEach(() => lake.close());

  const test = (auth: AccountAuth, more: Partial<ProbeOptions> = {}) =>
    testAccount({ hosts: { apiUrl: lake.apiUrl, authUrl: lake.url }, auth, ...more });

  function password(fields: object = {}): AccountAuth & { mode: 'password' } {
    const { username, password, clientId, identity } = lake.accounts[0]!;
    return {
      mode: 'password',
      style: 'form',
      credentials: { username, password, clientId, identity, ...fields },
    };
  }

  it('ask for a pipe token that writes and cannot read, without an end', async () => {
    const { credentials } = password();
    const token = await mintPipeToken({ authUrl: lake.url, ...credentials });
    lake.clock.advance(1000 * 86_400_000);
    assert.equal((await call(lake, '/share/io.example.t', { token, body: {} })).status, 200);
    assert.equal((await call(lake, '/share/io.example.t', { token })).status, 401);
    await assert.rejects(mintPipeToken({ authUrl: lake.url, ...credentials, password: 'wrong-password' }), {
      code: 'login_refused',
      message: /alice@city\.example/,
    });
    await assert.rejects(mintPipeToken({ authUrl: lake.url, ...credentials, identity: 'no-such' }), {
      code: 'login_refused',
    });
    await assert.rejects(mintPipeToken({ authUrl: lake.url, ...credentials, clientId: ' ' }), {
      code: 'bad_configuration',
    });
  });

  it('say who a login is and what it may, and write nothing', async () => {
    const report = await test(password());
    assert.deepEqual(report, {
      kind: 'password',
      hosts: { apiUrl: lake.apiUrl, authUrl: lake.url },
      holder: {
        user: 'alice@city.example',
        identity: 'citydefau',
        identityName: 'City Default',
        organisation: 'example.city',
        scope: 'ALL:ALL',
      },
      rights: { read: 'yes', write: 'unknown' },
      warnings: [],
    });
    assert.equal(lake.writes, 0);
    assert.equal((await test(password({ scope: 'SHARE:WRITE' }))).rights.read, 'no');
  });

  it('write one record when told to', async () => {
    const recType = 'io.example.test';
    const report = await test(
      { mode: 'pipe', token: ` Bearer ${lake.issueToken()}\n` },
      { recType, write: true },
    );
    assert.deepEqual(report.rights, { read: 'no', write: 'yes' });
    assert.equal(report.written?.id, lake.records(recType)[0]?.id);
    const revoked = await test({ mode: 'pipe', token: 'f'.repeat(64) }, { recType, write: true });
    assert.deepEqual(revoked.rights, { read: 'no', write: 'no' });
    assert.equal(revoked.refused, 'unauthorized');
    lake.fail({ kind: 'answer', status: 403, path: '/share/', times: 2 });
    const denied = await test({ mode: 'pipe', token: lake.issueToken() }, { recType, write: true });
    assert.equal(denied.refused, 'forbidden');
    assert.equal(lake.writes, 1);
  });

  it('notice a token that is no pipe token', async () => {
    const report = await test({ mode: 'pipe', token: lake.issueToken({ kind: 'password' }) });
    assert.match(report.warnings.join(), /not a pipe token/);
  });

  it('doubt what does not look like a token, without showing it', () => {
    const doubts: [token: string, doubt: RegExp][] = [
      ['ada@example.com', /e-mail/],
      ['CF51F613-7EFA-41EB-8E20-6837B6303ABC', /API key of Microshare/],
      [
        'NNSXS.ABCDEFGHIJKLMNOPQRSTUVWXYZ.ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUV',
        /The Things Stack/,
      ],
      ['correct!horse', /password/],
      ['f'.repeat(63), /shorter/],
    ];
    for (const [token, doubt] of doubts) {
      const [warning = '', ...more] = tokenWarnings(token);
      assert.match(warning, doubt);
      assert.deepEqual([warning.includes(token), more], [false, []]);
    }
    const payload = Buffer.from('{"sub":"alice","scope":"SHARE:WRITE"}').toString('base64url');
    for (const token of ['f'.repeat(64), `eyJhbGciOiJIUzI1NiJ9.${payload}.${'x'.repeat(43)}`]) {
      assert.deepEqual(tokenWarnings(token), []);
    }
  });

  it('say what is wrong', async () => {
    await assert.rejects(test(password({ password: 'wrong-password' })), { code: 'login_refused' });
    await assert.rejects(test(password({ clientId: '' })), { code: 'bad_configuration' });
    lake.fail({ kind: 'answer', status: 503, path: '/share/' });
    await assert.rejects(test(password()), { code: 'unavailable' });
  });
});
