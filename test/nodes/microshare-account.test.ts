import assert from 'node:assert/strict';
import sinon from 'sinon';
import { startLake, type Lake } from '../../demo/microshare/lake';
import { NUMBER_VARIABLE } from './flow';
import { ShareBench } from './share-bench';

const WRITE = 'microshare-account.write';

describe('the admin routes of microshare-account', () => {
  const bench = new ShareBench();
  let lake: Lake;

  beforeEach(async () => (lake = await bench.open()));
  afterEach(() => bench.close());

  const login = () => {
    const { username, password, clientId } = lake.accounts[0]!;
    return { username, password, apiKey: clientId };
  };
  const hosts = () => ({ apiUrl: lake.apiUrl, authUrl: lake.url });
  const testRecord = { write: true, recType: 'io.example.test' };
  const post = (name: string, body: object, right = WRITE) =>
    bench.ask(`/microshare-account/account/${name}`, right, body);

  it('get a pipe token for the dialog, and forget the password', async () => {
    await bench.start({}, {}, { token: 'old' });
    const { json } = await post('pipe-token', { ...hosts(), credentials: login() });
    const { token } = json as { token: string };
    const tested = await post('test', { ...hosts(), mode: 'pipe', credentials: { token }, ...testRecord });
    assert.equal(tested.json.rights.write, 'yes');

    await bench.flow.deploy(bench.nodes(), { account: { token } });
    await bench.written({ payload: { n: 1 } });
    assert.equal(lake.records('io.example.room').length, 1);
  });

  it('get no pipe token with a login that is stored', async () => {
    await bench.start({}, { mode: 'password' }, login());
    for (const credentials of [{}, { ...login(), password: '' }]) {
      const { status, json } = await post('pipe-token', { ...hosts(), credentials });
      assert.deepEqual([status, json.token], [422, undefined]);
      assert.match(json.message as string, /Type the user name, the password and the API key/);
    }
  });

  it('say whose account the values are, and write nothing', async () => {
    await bench.start();
    const { json } = await post('test', { ...hosts(), mode: 'password', credentials: login() });
    assert.equal(json.holder.user, 'alice@city.example');
    assert.equal(json.rights.read, 'yes');
    assert.equal(json.rights.write, 'unknown');
    assert.equal(lake.records().length, 0);
  });

  it('read a recType only for a test record', async () => {
    await bench.start();
    const body = { ...hosts(), mode: 'pipe', recType: 'not a recType' };
    assert.equal((await post('test', body)).json.rights.write, 'unknown');
    for (const recType of ['not a recType', '']) {
      assert.equal((await post('test', { ...body, write: true, recType })).json.code, 'bad_rectype');
    }
    assert.equal(lake.records().length, 0);
  });

  it('use the stored secrets, but for their own addresses alone', async () => {
    const other = await startLake();
    await bench.start({}, { mode: 'password' }, login());
    const stored = await post('test', { ...hosts(), mode: 'password', credentials: {} });
    assert.equal(stored.json.holder.user, 'alice@city.example');
    const elsewhere = { apiUrl: other.apiUrl, authUrl: other.url, mode: 'password', credentials: {} };
    const refused = await post('test', elsewhere);
    assert.equal(refused.status, 422);
    assert.match(refused.json.message as string, /or deploy first/);
    assert.equal(other.requests.length, 0);
    await other.close();
  });

  it('look up no other environment variable than the deployed node does', async () => {
    process.env.TEST_TOKEN = lake.issueToken();
    try {
      const written = { ...hosts(), mode: 'pipe', tokenVariable: 'TEST_TOKEN' };
      await bench.start({}, written);
      const tried = await post('test', { ...written, ...testRecord });
      assert.equal(tried.json.rights.write, 'yes');
      for (const other of [
        { ...written, tokenVariable: 'HOME' },
        { ...written, tokenVariable: '', credentials: { token: '${HOME}' } },
        { ...written, identity: '${HOME}' },
        { ...written, apiUrl: 'http://127.0.0.1:1' },
      ]) {
        assert.match((await post('test', other)).json.message as string, /or deploy first/);
      }
    } finally {
      delete process.env.TEST_TOKEN;
    }
  });

  it('fill in numbers, as a variable of all flows may hold them, and so does the node', async () => {
    const stubbed = sinon.stub(lake.accounts[0]!, 'password').value('12345');
    try {
      const account = { ...hosts(), mode: 'password' };
      await bench.start({}, account, { ...login(), password: '${NUM}' }, [NUMBER_VARIABLE]);
      assert.equal((await post('test', account)).json.holder?.user, 'alice@city.example');
      await bench.written({ payload: { n: 1 } });
    } finally {
      stubbed.restore();
    }
  });

  it('show no secret', async () => {
    const secrets = login();
    await bench.start({}, { mode: 'password' }, secrets);
    lake.fail({ kind: 'answer', status: 401, body: `wrong: ${secrets.password} ${secrets.apiKey}` });
    const { text } = await post('test', { ...hosts(), mode: 'password' });
    assert.match(text, /login_refused/);
    for (const secret of [secrets.password, secrets.apiKey]) assert.ok(!text.includes(secret));
  });

  it('ask for the right to write, and for JSON', async () => {
    await bench.start();
    for (const name of ['test', 'pipe-token']) {
      assert.equal((await post(name, {}, 'microshare-account.read')).status, 401);
    }
  });
});
