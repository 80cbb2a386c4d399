import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Fault } from '../../../demo/microshare/faults';
import { startLake, type Lake } from '../../../demo/microshare/lake';
import { Account, type AccountAuth } from '../../../lib/microshare/account';
import { targetText } from '../../../lib/microshare/deliver';
import { MicroshareError, type MicroshareErrorCode } from '../../../lib/microshare/errors';
import type { WrittenRecord } from '../../../lib/microshare/share';

const REC_TYPE = 'io.example.room';

describe('Account', () => {
  let lake: Lake;
  let account: Account | undefined;

  beforeEach(async () => {
    lake = await startLake({ prefix: '/api' });
  });

  afterEach(async () => {
    await account?.close();
    account = undefined;
    await lake.close();
  });

  function pipe(token = lake.issueToken()): AccountAuth {
    return { mode: 'pipe', token };
  }

  function password(index: 0 | 1 = 0, style: 'form' | 'query' = 'form'): AccountAuth {
    const { username, password, clientId } = lake.accounts[index] ?? lake.accounts[0]!;
    return { mode: 'password', style, credentials: { username, password, clientId } };
  }

  function open(auth: AccountAuth): Account {
    account = new Account({ hosts: { apiUrl: lake.apiUrl, authUrl: lake.url }, auth });
    return account;
  }

  /** One record, as an outbox has it delivered. */
  async function write(data: object = { temperature: 21.5 }, tags: string[] = []): Promise<WrittenRecord> {
    const target = targetText({ recType: REC_TYPE, tags });
    const record = { id: 1, lane: 'device', addedAt: 0, attempts: 0, doubtful: false, target };
    const delivered = await (account as Account).deliverer()({ ...record, body: JSON.stringify(data) });
    if (delivered.outcome === 'written') return delivered.result;
    throw new MicroshareError(delivered.code as MicroshareErrorCode, delivered.message);
  }

  it('stores the record to the letter, with its tags, and says what became of it', async () => {
    open(pipe());
    const written = await write({ name: 'x', deep: { list: [1, 'ü'] } }, ['London', '1st floor/left']);
    const [record] = lake.records(REC_TYPE);
    assert.deepEqual(record?.data, { name: 'x', deep: { list: [1, 'ü'] } });
    assert.deepEqual(record?.tags, ['London', '1st floor/left']);
    assert.deepEqual(written, {
      id: record?.id,
      recType: REC_TYPE,
      url: `${lake.apiUrl}/share/${REC_TYPE}/${record?.id}`,
      tags: ['London', '1st floor/left'],
      createdAt: new Date(record?.tstamp ?? 0).toISOString(),
      attempts: 1,
    });
  });

  it('takes a token as people paste it', async () => {
    open(pipe(` Bearer ${lake.issueToken()}\n`));
    await write();
    assert.equal(lake.records().length, 1);
  });

  for (const style of ['form', 'query'] as const) {
    it(`logs in by ${style}, once for all who write, also with a password full of signs`, async () => {
      open(password(1, style));
      await Promise.all([1, 2, 3].map((n) => write({ n })));
      assert.equal(lake.logins, 1);
      assert.equal(lake.records()[0]?.owner.org, 'example.farm');
      const login = lake.requests.find(({ path }) => path.startsWith('/oauth2/token'));
      assert.equal(login?.path.includes('password'), style === 'query');
    });
  }

  const NOT_MICROSHARE: [string, Partial<Fault>][] = [
    ['a page', { status: 200, body: '<html>Accept our terms</html>' }],
    ['another JSON', { status: 200, body: '{"ok":true}' }],
    ['a refusing page', { status: 403, body: '<html>Blocked</html>' }],
    ['a redirect', { status: 302, headers: { location: 'http://hotspot.example' } }],
    ['a wrong address', { status: 404 }],
  ];
  for (const [name, fault] of NOT_MICROSHARE) {
    it(`does not take ${name} for a refused login: it says what to check, and tries again`, async () => {
      open(password());
      lake.fail({ kind: 'answer', path: '/oauth2/', ...fault });
      await assert.rejects(write(), { code: 'unavailable', message: /Check the login address/ });
      account?.retryLogin();
      await write();
    });
  }

  it('never shows a secret, whatever the server repeats', async () => {
    const auth = password();
    const token = lake.issueToken({ kind: 'password' });
    lake.fail({ kind: 'answer', status: 400, path: '/share/', body: `you sent ${token}` });
    open(pipe(token));
    await assert.rejects(write(), (error) => !inspect(error, { depth: 9 }).includes(token));
    await account?.close();

    const secret = auth.mode === 'password' ? auth.credentials.password : '';
    lake.fail({ kind: 'answer', status: 400, path: '/oauth2/', body: `password ${secret} is wrong` });
    open(auth);
    await assert.rejects(write(), (error) => !inspect(error, { depth: 9 }).includes(secret));
    await account?.close();

    await lake.close();
    open(auth);
    await assert.rejects(write(), (error: Error & { code?: string }) => {
      return error.code === 'unreachable' && !inspect(error, { depth: 9 }).includes(secret);
    });
  });

  it('says what is missing', () => {
    assert.throws(() => open(pipe('')), { code: 'bad_configuration', message: /pipe token is missing/ });
    assert.throws(() => open(pipe('${NO_SUCH}')), { message: /variable NO_SUCH is not set/ });
    const auth = password();
    assert.ok(auth.mode === 'password');
    for (const name of ['username', 'password', 'clientId', 'identity', 'scope'] as const) {
      const credentials = { ...auth.credentials, [name]: '${NO_SUCH}' };
      assert.throws(() => open({ ...auth, credentials }), { message: /variable NO_SUCH is not set/ }, name);
    }
    auth.credentials.clientId = '';
    assert.throws(() => open(auth), { code: 'bad_configuration', message: /API key is missing/ });
  });
});
