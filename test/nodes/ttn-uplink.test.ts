import assert from 'node:assert/strict';
import { once } from 'node:events';
import { fakeApiKey } from '../../demo/things-stack/applications';
import { startThingsStack } from '../../demo/things-stack/server';
import type { Flow, FlowNode } from './flow';
import { TtnBench } from './ttn-bench';

describe('ttn-uplink', () => {
  const bench = new TtnBench();

  beforeEach(() => bench.open());
  afterEach(() => bench.close());

  const application = (fields: object = {}): FlowNode => bench.nodes({ recovery: false, ...fields })[0]!;
  const uplink = (id: string, fields: object = {}): FlowNode[] => [
    { id, type: 'ttn-uplink', application: 'app', payload: 'bytes', wires: [[`${id}-out`]], ...fields },
    { id: `${id}-out`, type: 'helper' },
  ];
  const connected = (nodes = uplink('up')) => bench.connected([application(), ...nodes]);

  /** A flow that cannot connect, when its status shows why. */
  async function refused(code: string, app = application(), secrets = {}): Promise<Flow> {
    const flow = await bench.start([app, ...uplink('up')], bench.credentials(secrets));
    await flow.shown('up', `ttn-uplink.status.${code}`);
    return flow;
  }

  it('emits an uplink with its payload, topic, uplink and the untouched message', async () => {
    const running = await connected();
    const sent = bench.stack.publishUplink({
      deviceId: 'office-1',
      fPort: 1,
      bytes: Buffer.from('03670110', 'hex'),
    });
    const [msg] = await running.arrived('up-out');
    assert.deepEqual(msg?.payload, Buffer.from('03670110', 'hex'));
    assert.equal(msg?.topic, 'v3/demo-sensors@ttn/devices/office-1/up');
    assert.equal(msg?.uplink.deviceId, 'office-1');
    assert.equal(msg?.uplink.tenantId, 'ttn');
    assert.equal(msg?.uplink.fPort, 1);
    assert.equal(msg?.uplink.fCnt, 0);
    assert.deepEqual(msg?.ttn, JSON.parse(JSON.stringify(sent)));
    await running.shown('up', 'ttn-uplink.status.now');
  });

  it('filters by device and FPort, and hides uplinks without FPort', async () => {
    const running = await connected([
      ...uplink('up'),
      ...uplink('office', { devices: 'office-*', fPorts: '2' }),
      ...uplink('mac', { macOnly: true, fPorts: '99' }),
      // As Node-RED fills in an environment variable.
      ...uplink('mac-by-variable', { macOnly: 'true', fPorts: '99' }),
    ]);
    for (const [deviceId, fPort] of [
      ['office-1', 1],
      ['lab-1', 2],
      ['office-2', 2],
      ['lab-2', 0],
    ] as const) {
      bench.stack.publishUplink({ deviceId, fPort });
    }
    await running.arrived('mac-out');
    const devices = (id: string) => running.inbox(id).map((msg) => msg.uplink.deviceId as string);
    assert.deepEqual(devices('up-out'), ['office-1', 'lab-1', 'office-2']);
    assert.deepEqual(devices('office-out'), ['office-2']);
    assert.deepEqual(devices('mac-out'), ['lab-2']);
    assert.deepEqual((await running.arrived('mac-by-variable-out')).length, 1);
  });

  it('shares one connection among all nodes of an application, each with a message of its own', async () => {
    const running = await connected([...uplink('up'), ...uplink('second')]);
    assert.equal(bench.stack.connections.length, 1);
    bench.stack.publishUplink({ deviceId: 'office-1' });
    const [first] = await running.arrived('up-out');
    const [second] = await running.arrived('second-out');
    assert.notEqual(first?.uplink, second?.uplink);
    assert.deepEqual(first?.uplink, second?.uplink);
  });

  it('gives the fields that TTN decoded, and an error where there are none', async () => {
    const running = await connected(uplink('up', { payload: 'decoded' }));
    bench.stack.publish(
      'devices/office-1/up',
      message({ f_port: 1, decoded_payload: { temperature_3: 27.2 } }),
    );
    bench.stack.publish('devices/office-1/up', message({ f_port: 1, f_cnt: 1 }));
    const [msg] = await running.arrived('up-out');
    assert.deepEqual(msg?.payload, { temperature_3: 27.2 });
    const [caught] = await running.arrived('caught');
    assert.equal(caught?.error.code, 'no_decoded_payload');
    assert.equal(caught?.uplink.deviceId, 'office-1');
  });

  it('gives no bytes that are still encrypted', async () => {
    const running = await connected();
    const app_s_key = { kek_label: 'mine', encrypted_key: 'AAECAw==' };
    bench.stack.publish('devices/office-1/up', message({ f_port: 1, frm_payload: 'A2cBEA==', app_s_key }));
    const [caught] = await running.arrived('caught');
    assert.equal(caught?.error.code, 'encrypted_payload');
    assert.equal(caught?.uplink.encrypted, true);
    assert.equal(running.inbox('up-out').length, 0);
  });

  it('tells Catch nodes of what is no uplink, and goes on', async () => {
    const running = await connected();
    bench.stack.publish('devices/office-1/up', 'no json {');
    bench.stack.publish('devices/office-1/up', { join_accept: {} });
    bench.stack.publish('devices/office-1/up', message({ f_port: 1 }));
    await running.arrived('up-out');
    assert.deepEqual(
      running.inbox('caught').map((msg) => msg.error.code as string),
      ['not_json', 'not_an_uplink'],
    );
    assert.match(running.inbox('caught')[0]?.error.message as string, /devices\/office-1\/up is not JSON/);
    await running.shown('up', 'ttn-uplink.status.not_json');
    await running.shown('up', 'ttn-uplink.status.not_an_uplink');
    await running.shown('up', 'ttn-uplink.status.now');
  });

  it('says so when the key is wrong: on the status, and to Catch nodes once however often it tries', async () => {
    const flow = await refused('not_authorized', application(), { apiKey: fakeApiKey('wrong') });
    await flow.shown('up', 'ttn-uplink.status.not_authorized', 2);
    const [caught, ...more] = flow.inbox('caught');
    assert.equal(caught?.error.code, 'not_authorized');
    assert.match(caught.error.message as string, /"demo-sensors@ttn" or its API key\. .*\(CONNACK 5\)$/);
    assert.deepEqual(more, []);
  });

  it('says so when there are too many connections', async () => {
    bench.stack.refuse('too-many-connections');
    await refused('too_many_connections');
  });

  it('says so when the server closes without an answer', async () => {
    bench.stack.refuse('rate-limit');
    await refused('no_answer');
  });

  it('says so when nobody listens', async () => {
    await bench.stack.stop();
    await refused('unreachable');
  });

  it('says so when the certificate is not trusted', async () => {
    const secure = await startThingsStack({ tls: true });
    try {
      await refused('certificate', application({ host: secure.url }));
    } finally {
      await bench.stop();
      await secure.close();
    }
  });

  it('says so when the API key, a variable, the TLS configuration or the application is missing', async () => {
    for (const [app, secrets] of [
      [application(), { apiKey: '' }],
      [application({ apiKeyVariable: 'NO_SUCH_VARIABLE' })],
      [application({ tls: 'gone' })],
    ] as const) {
      await refused('bad_configuration', app, secrets);
      await bench.stop();
    }
    const flow = await refused('bad_configuration', { ...application(), id: 'other' });
    assert.match(String(flow.errors('up')), /The TTN application app does not exist, or is disabled/);
  });

  it('says that no application is chosen', async () => {
    const flow = await bench.start(uplink('up', { application: '' }));
    await flow.shown('up', 'ttn-uplink.status.bad_configuration');
    assert.match(String(flow.errors('up')), /No TTN application is chosen/);
  });

  it('takes the API key and the fields from environment variables', async () => {
    process.env.TEST_TTN_HOST = bench.stack.url;
    process.env.TEST_TTN_KEY = bench.credentials().app?.apiKey;
    try {
      const app = application({ host: '${TEST_TTN_HOST}', apiKeyVariable: 'TEST_TTN_KEY' });
      await bench.connected([app, ...uplink('up')], {});
    } finally {
      delete process.env.TEST_TTN_HOST;
      delete process.env.TEST_TTN_KEY;
    }
  });

  it('comes back after the connection was lost', async () => {
    const running = await connected();
    const subscribed = once(bench.stack, 'subscribed');
    bench.stack.disconnectAll();
    await running.shown('up', 'ttn-uplink.status.connection_lost');
    const [caught] = await running.arrived('caught');
    assert.equal(caught?.error.code, 'connection_lost');
    await subscribed;
    bench.stack.publishUplink({ deviceId: 'office-1' });
    await running.arrived('up-out');
  });
});

/** The least of a message that is an uplink. */
function message(uplinkMessage: object) {
  return {
    end_device_ids: { device_id: 'office-1', application_ids: { application_id: 'demo-sensors' } },
    received_at: '2026-04-16T11:54:13.995136483Z',
    uplink_message: { ...uplinkMessage, received_at: '2026-04-16T11:54:13.787593298Z' },
  };
}
