import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { DEMO_APPLICATION, fakeApiKey } from '../../demo/things-stack/applications';
import { close, listen } from '../http-server';
import { TtnBench } from './ttn-bench';

const READ = 'ttn-application.read';
const WRITE = 'ttn-application.write';
const ADMIN_KEY = fakeApiKey('admin');
const TOKEN = 'a-token-of-microshare';
const V2_KEY = 'ttn-account-v2.FAKE';

describe('the admin routes of ttn-application', () => {
  const bench = new TtnBench();

  beforeEach(() => {
    const admin = {
      key: ADMIN_KEY,
      rights: [
        'RIGHT_APPLICATION_TRAFFIC_READ',
        'RIGHT_APPLICATION_TRAFFIC_DOWN_WRITE',
        'RIGHT_APPLICATION_DEVICES_READ',
        'RIGHT_APPLICATION_SETTINGS_BASIC',
        'RIGHT_APPLICATION_SETTINGS_PACKAGES',
      ] as const,
    };
    const devices = [{ deviceId: 'office-1', name: 'Meeting room' }, { deviceId: 'lab-1' }];
    return bench.open([
      {
        ...DEMO_APPLICATION,
        devices,
        apiKeys: [...DEMO_APPLICATION.apiKeys, { ...admin, rights: [...admin.rights] }],
      },
      {
        applicationId: 'old-sensors',
        tenantId: '',
        version: 'v2',
        apiKeys: [{ key: V2_KEY, rights: ['RIGHT_APPLICATION_TRAFFIC_READ'] }],
      },
    ]);
  });

  afterEach(() => bench.close());

  const fields = (more: object = {}) => {
    const { id: _id, type: _type, ...application } = bench.nodes()[0]!;
    return { ...application, ...more };
  };
  const typed = (apiKey: string, more: object = {}) => fields({ credentials: { apiKey }, ...more });
  const test = (body: object) => bench.ask('/ttn-application/app/test', WRITE, body);

  it('ask for the right to read or to write', async () => {
    await bench.connected();
    assert.equal((await bench.ask('/ttn-application/app/devices', 'other.read')).status, 401);
    for (const name of ['test', 'enable-storage', 'direct-webhook']) {
      assert.equal((await bench.ask(`/ttn-application/app/${name}`, READ, {})).status, 401, name);
    }
  });

  it('test what is typed, before it is deployed, and name the missing right', async () => {
    await bench.start([bench.nodes()[2]!]);
    assert.deepEqual((await test(typed(ADMIN_KEY))).json.tried, [
      { what: 'connection', answer: 'yes' },
      { what: 'traffic', answer: 'yes' },
      { what: 'devices', answer: 'yes' },
      { what: 'storage', answer: 'yes' },
    ]);
    const { tried } = (await test(typed(fakeApiKey('wrong')))).json as {
      tried: { what: string; reason?: string }[];
    };
    assert.match(tried[0]?.reason ?? '', /CONNACK 5/);
    const { json } = await test(typed(ADMIN_KEY, { applicationId: 'Not An Id' }));
    assert.equal(json.code, 'bad_configuration');
    assert.equal(bench.stack.connections.length, 0);
  });

  it('test with the stored key where none is typed, at the deployed address only', async () => {
    await bench.connected();
    const stored = await test(fields());
    assert.deepEqual(stored.json.tried[0], { what: 'connection', answer: 'yes' });
    assert.deepEqual(stored.json.tried[2], {
      what: 'devices',
      answer: 'no',
      reason: '"View devices in application" (RIGHT_APPLICATION_DEVICES_READ)',
    });
    for (const elsewhere of [
      { host: 'mqtt://127.0.0.1:1' },
      { apiUrl: 'http://127.0.0.1:1' },
      { accountUrl: 'http://127.0.0.1:1' },
      { applicationId: 'demo-sensors@elsewhere' },
    ]) {
      const { status, json } = await test(fields(elsewhere));
      assert.equal(status, 422);
      assert.match(json.message as string, /or deploy first/);
    }
  });

  it("ask v2's account server about the access key, where its address is given", async () => {
    await bench.start([bench.nodes()[2]!]);
    let status = 200;
    const server = createServer((_, response) =>
      response.writeHead(status).end(`{"access_token":"${TOKEN}"}`),
    );
    const address = await listen(server);
    const ask = async (accountUrl: string) => {
      const body = typed(V2_KEY, { transport: 'v2', applicationId: 'old-sensors', accountUrl });
      const { json, text } = await test(body);
      assert.ok(!text.includes(V2_KEY) && !text.includes(TOKEN), text);
      const [connection, ...more] = json.tried as { what: string; answer: string; reason?: string }[];
      assert.deepEqual(connection, { what: 'connection', answer: 'yes' });
      return more;
    };
    try {
      assert.deepEqual(await ask(''), []);
      assert.deepEqual(await ask(`${address}/api/v2`), [{ what: 'account', answer: 'yes' }]);
      status = 401;
      const [refused] = await ask(address);
      assert.equal(refused?.answer, 'no');
      assert.match(refused.reason ?? '', /401.*copied whole/);
    } finally {
      await close(server);
    }
    for (const nowhere of [address, 'nonsense']) {
      const [unknown] = await ask(nowhere);
      assert.equal(unknown?.answer, 'unknown');
      assert.ok(unknown.reason);
    }
  });

  it('look up no other environment variable than the deployed node does', async () => {
    process.env.TEST_TTN_KEY = ADMIN_KEY;
    process.env.TEST_TTN_HOST = bench.stack.url;
    try {
      const written = { host: '${TEST_TTN_HOST}', apiKeyVariable: 'TEST_TTN_KEY' };
      await bench.connected(bench.nodes(written), {});
      assert.equal((await test(fields(written))).json.tried.length, 4);
      for (const other of [
        { ...written, apiKeyVariable: 'HOME' },
        { ...written, username: '${HOME}' },
        { ...written, host: 'mqtt://127.0.0.1:1' },
        typed('${HOME}'),
      ]) {
        assert.match((await test(fields(other))).json.message as string, /or deploy first/);
      }
    } finally {
      delete process.env.TEST_TTN_KEY;
      delete process.env.TEST_TTN_HOST;
    }
  });

  it('list the devices that fit a search, or name the missing right as the Console does', async () => {
    await bench.connected();
    const refused = await bench.ask('/ttn-application/app/devices', READ);
    assert.match(
      refused.json.message as string,
      /"View devices in application" \(RIGHT_APPLICATION_DEVICES_READ\)/,
    );
    await bench.stop();
    await bench.connected(bench.nodes(), bench.credentials({ apiKey: ADMIN_KEY }));
    const { json } = await bench.ask('/ttn-application/app/devices?search=meeting', READ);
    const { devices } = json as { devices: { id: string }[] };
    assert.deepEqual(
      devices.map(({ id }) => id),
      ['office-1'],
    );
    assert.equal((await bench.ask('/ttn-application/other/devices', READ)).status, 404);
  });

  it('say where a way in has no list of devices, and to type them', async () => {
    for (const application of [
      { transport: 'amqp', host: 'amqp://127.0.0.1:1', queue: 'uplinks' },
      { transport: 'broker', host: 'mqtt://127.0.0.1:1', applicationId: '' },
      { transport: 'webhook', host: '', applicationId: '', webhookPath: 'here' },
      { transport: 'v2', host: '127.0.0.1:1', applicationId: 'my_app' },
    ]) {
      await bench.start(bench.nodes(application), bench.credentials({ webhookSecret: 'secret' }));
      const { status, json } = await bench.ask('/ttn-application/app/devices', READ);
      assert.deepEqual([status, json.code], [422, 'no_devices'], application.transport);
      assert.match(json.message as string, /Type the device IDs/);
      await bench.stop();
    }
  });

  it('list the devices of a webhook that has a key', async () => {
    const application = { transport: 'webhook', webhookPath: 'here' };
    const secrets = bench.credentials({ webhookSecret: 'secret', apiKey: ADMIN_KEY });
    await bench.start(bench.nodes(application), secrets);
    const { json } = await bench.ask('/ttn-application/app/devices', READ);
    assert.equal((json.devices as unknown[]).length, 2);
  });

  it('enable the Storage Integration', async () => {
    await bench.start();
    bench.stack.storage.disable(bench.stack.applications[0]);
    const ask = () => bench.ask('/ttn-application/app/enable-storage', WRITE, typed(ADMIN_KEY));
    assert.deepEqual((await ask()).json, { storage: 'enabled' });
    assert.deepEqual((await ask()).json, { storage: 'was enabled' });
  });

  it('show, set, list and remove the direct webhook', async () => {
    await bench.start();
    const webhooks = () => bench.stack.webhooks.of(bench.stack.applications[0]);
    const setup = { recType: 'io.example.raw', token: TOKEN };
    const ask = async (action: string) =>
      (await bench.ask('/ttn-application/app/direct-webhook', WRITE, typed(ADMIN_KEY, { action, setup })))
        .json;
    const { webhook } = await ask('plan');
    assert.equal(webhook.urls.uplink_message, 'https://api.microshare.io/share/io.example.raw');
    assert.equal(webhooks().size, 0);
    assert.deepEqual((await ask('set')).webhook, webhook);
    assert.deepEqual(webhooks().get('microshare')?.headers, { Authorization: `Bearer ${TOKEN}` });
    assert.equal((await ask('list')).webhooks.length, 1);
    assert.deepEqual(await ask('remove'), { removed: 'microshare' });
    assert.equal(webhooks().size, 0);
    assert.equal((await ask('other')).code, 'bad_request');
  });

  it('say what is odd about the address of Microshare that the direct webhook is to call', async () => {
    await bench.start();
    const plan = async (apiUrl: string) => {
      const setup = { recType: 'io.example.raw', token: TOKEN, apiUrl };
      const body = typed(ADMIN_KEY, { action: 'plan', setup });
      return (await bench.ask('/ttn-application/app/direct-webhook', WRITE, body)).json;
    };
    const { webhook, warnings } = await plan('https://dapi.microshare.io/share/');
    assert.equal(webhook.urls.uplink_message, 'https://dapi.microshare.io/share/io.example.raw');
    assert.deepEqual(warnings, []);
    assert.match(String((await plan('http://api.microshare.io')).warnings), /is not encrypted/);
    assert.match(String((await plan('https://ingest.microshare.io')).warnings), /ingest host/);
    const pasted = await plan(`https://api.microshare.io/share/io.example.raw/token/${TOKEN}`);
    assert.equal(pasted.code, 'bad_configuration');
    assert.ok(!JSON.stringify(pasted).includes(TOKEN));
  });

  it('give no secret away', async () => {
    await bench.connected(bench.nodes(), bench.credentials({ apiKey: ADMIN_KEY }));
    const setup = { recType: 'io.example.raw', token: TOKEN };
    const bodies = ['plan', 'set', 'list'].map((action) => typed(ADMIN_KEY, { action, setup }));
    const answers = [
      await bench.ask('/ttn-application/app/devices', READ),
      await test(fields()),
      await test(typed(fakeApiKey('wrong'))),
      ...(await Promise.all(
        bodies.map((body) => bench.ask('/ttn-application/app/direct-webhook', WRITE, body)),
      )),
    ];
    for (const { text } of answers) {
      assert.ok(text.length > 10);
      for (const secret of [ADMIN_KEY, fakeApiKey('wrong'), TOKEN]) assert.ok(!text.includes(secret), text);
    }
  });
});
