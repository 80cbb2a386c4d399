import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Node, NodeStatus } from 'node-red';
import { DEMO_APPLICATION, fakeApiKey } from '../../demo/things-stack/applications';
import { startThingsStack, type ThingsStack } from '../../demo/things-stack/server';
import ttnApplication from '../../nodes/ttn-application';
import ttnUplink from '../../nodes/ttn-uplink';
import { AgeStatus } from '../../nodes/ttn-uplink/age-status';
import { eventually } from '../eventually';
import { Flow, type FlowNode } from './flow';

const SILENT_KEY = fakeApiKey('silent');

describe('ttn-uplink', () => {
  let stack: ThingsStack;
  let flow: Flow | undefined;

  beforeEach(async () => {
    const silent = { key: SILENT_KEY, rights: ['RIGHT_APPLICATION_TRAFFIC_DOWN_WRITE' as const] };
    stack = await startThingsStack({
      applications: [{ ...DEMO_APPLICATION, apiKeys: [...DEMO_APPLICATION.apiKeys, silent] }],
    });
  });

  afterEach(async () => {
    await flow?.stop();
    flow = undefined;
    await stack.close();
  });

  const application = (fields: object = {}): FlowNode => ({
    id: 'app',
    type: 'ttn-application',
    host: stack.url,
    applicationId: 'demo-sensors',
    tenantId: 'ttn',
    ...fields,
  });
  const uplink = (id: string, fields: object = {}): FlowNode[] => [
    { id, type: 'ttn-uplink', application: 'app', payload: 'bytes', wires: [[`${id}-out`]], ...fields },
    { id: `${id}-out`, type: 'helper' },
  ];
  const credentials = (apiKey = stack.applications[0].apiKeys[0]?.key ?? '') => ({ app: { apiKey } });

  /** A flow that is connected and subscribed. */
  async function connected(nodes: FlowNode[] = uplink('up'), app = application()): Promise<Flow> {
    const subscribed = once(stack, 'subscribed');
    flow = await Flow.start([ttnApplication, ttnUplink], [app, ...nodes], credentials());
    await subscribed;
    await flow.shown(nodes[0]?.id ?? '', 'ttn-uplink.status.waiting');
    return flow;
  }

  /** A flow whose connection fails: shows the status and logs the error. */
  async function refused(code: string, app = application(), key?: string): Promise<void> {
    flow = await Flow.start([ttnApplication, ttnUplink], [app, ...uplink('up')], credentials(key));
    await flow.shown('up', `ttn-uplink.status.${code}`);
  }

  it('emits an uplink with its payload, topic, uplink and the untouched message', async () => {
    const running = await connected();
    const sent = stack.publishUplink({
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
      stack.publishUplink({ deviceId, fPort });
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
    assert.equal(stack.connections.length, 1);
    stack.publishUplink({ deviceId: 'office-1' });
    const [first] = await running.arrived('up-out');
    const [second] = await running.arrived('second-out');
    assert.notEqual(first?.uplink, second?.uplink);
    assert.deepEqual(first?.uplink, second?.uplink);
  });

  it('gives the fields that TTN decoded, and an error where there are none', async () => {
    const running = await connected(uplink('up', { payload: 'decoded' }));
    stack.publish('devices/office-1/up', message({ f_port: 1, decoded_payload: { temperature_3: 27.2 } }));
    stack.publish('devices/office-1/up', message({ f_port: 1, f_cnt: 1 }));
    const [msg] = await running.arrived('up-out');
    assert.deepEqual(msg?.payload, { temperature_3: 27.2 });
    const [caught] = await running.arrived('caught');
    assert.equal(caught?.error.code, 'no_decoded_payload');
    assert.equal(caught?.uplink.deviceId, 'office-1');
  });

  it('gives no bytes that are still encrypted', async () => {
    const running = await connected();
    const app_s_key = { kek_label: 'mine', encrypted_key: 'AAECAw==' };
    stack.publish('devices/office-1/up', message({ f_port: 1, frm_payload: 'A2cBEA==', app_s_key }));
    const [caught] = await running.arrived('caught');
    assert.equal(caught?.error.code, 'encrypted_payload');
    assert.equal(caught?.uplink.encrypted, true);
    assert.equal(running.inbox('up-out').length, 0);
  });

  it('tells Catch nodes of what is no uplink, and goes on', async () => {
    const running = await connected();
    stack.publish('devices/office-1/up', 'no json {');
    stack.publish('devices/office-1/up', { join_accept: {} });
    stack.publish('devices/office-1/up', message({ f_port: 1 }));
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
    await refused('not_authorized', application(), fakeApiKey('wrong'));
    await flow?.shown('up', 'ttn-uplink.status.not_authorized', 2);
    const errors = flow?.inbox('caught').map((msg) => msg.error as { code: string; message: string });
    assert.equal(errors?.length, 1);
    assert.equal(errors[0]?.code, 'not_authorized');
    assert.match(errors[0]?.message ?? '', /"demo-sensors@ttn" or its API key\. .*\(CONNACK 5\)$/);
  });

  it('says so when there are too many connections', async () => {
    stack.refuse('too-many-connections');
    await refused('too_many_connections');
  });

  it('says so when the server closes without an answer', async () => {
    stack.refuse('rate-limit');
    await refused('no_answer');
  });

  it('says so when nobody listens', async () => {
    await stack.stop();
    await refused('unreachable');
  });

  it('says so when the certificate is not trusted', async () => {
    await stack.close();
    stack = await startThingsStack({ tls: true });
    await refused('certificate');
  });

  it('says so when the API key, a variable, the TLS configuration or the application is missing', async () => {
    await refused('bad_configuration', application(), '');
    await flow?.stop();
    await refused('bad_configuration', application({ apiKeyVariable: 'NO_SUCH_VARIABLE' }));
    await flow?.stop();
    await refused('bad_configuration', application({ tls: 'gone' }));
    await flow?.stop();
    await refused('bad_configuration', { ...application(), id: 'other' });
    assert.match(String(flow?.errors('up')), /The TTN application app does not exist, or is disabled/);
  });

  it('says that no application is chosen', async () => {
    flow = await Flow.start([ttnApplication, ttnUplink], uplink('up', { application: '' }));
    await flow.shown('up', 'ttn-uplink.status.bad_configuration');
    assert.match(String(flow.errors('up')), /No TTN application is chosen/);
  });

  it('takes the API key and the fields from environment variables', async () => {
    process.env.TEST_TTN_HOST = stack.url;
    process.env.TEST_TTN_KEY = credentials().app.apiKey;
    try {
      const subscribed = once(stack, 'subscribed');
      const app = application({ host: '${TEST_TTN_HOST}', apiKeyVariable: 'TEST_TTN_KEY' });
      flow = await Flow.start([ttnApplication, ttnUplink], [app, ...uplink('up')]);
      await subscribed;
    } finally {
      delete process.env.TEST_TTN_HOST;
      delete process.env.TEST_TTN_KEY;
    }
  });

  it('comes back after the connection was lost', async () => {
    const running = await connected();
    const subscribed = once(stack, 'subscribed');
    stack.disconnectAll();
    await running.shown('up', 'ttn-uplink.status.connection_lost');
    const [caught] = await running.arrived('caught');
    assert.equal(caught?.error.code, 'connection_lost');
    await subscribed;
    stack.publishUplink({ deviceId: 'office-1' });
    await running.arrived('up-out');
  });

  it('shows the fault of its connection also while messages drain that had come before', () => {
    const shown: NodeStatus[] = [];
    const node = { status: (status: NodeStatus) => shown.push(status) } as Partial<Node> as Node;
    const age = new AgeStatus(node, (key: string) => key);
    const text = () => shown.at(-1)?.text?.replace('ttn-uplink.status.', '');
    age.connected();
    age.fault('not_json');
    assert.equal(text(), 'not_json');
    age.touch();
    assert.equal(text(), 'now');
    age.disconnected('connection_lost');
    age.touch();
    age.fault('not_json');
    assert.equal(text(), 'connection_lost');
    age.connected();
    assert.equal(text(), 'now');
    age.stop();
  });

  it('leaves no connection behind after a deploy and a stop, and doubles nothing', async () => {
    const running = await connected();
    const subscribed = once(stack, 'subscribed');
    await running.deploy([application({ silenceMinutes: 1 }), ...uplink('up')], credentials());
    await subscribed;
    assert.equal(stack.connections.length, 1);
    stack.publishUplink({ deviceId: 'office-1' });
    await running.arrived('up-out');
    assert.equal(running.inbox('up-out').length, 1);
    await running.stop();
    await eventually(() => stack.connections.length === 0, 'no connection');
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
