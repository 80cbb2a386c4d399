import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { NodeInitializer } from 'node-red';
import helper from 'node-red-node-test-helper';
import { DEMO_APPLICATION, fakeApiKey } from '../../demo/things-stack/applications';
import { startThingsStack, type ThingsStack } from '../../demo/things-stack/server';
import ttnApplication from '../../nodes/ttn-application';
import ttnUplink from '../../nodes/ttn-uplink';
import { close, listen } from '../http-server';
import type { Message } from './flow';

const SECRET = fakeApiKey('webhook');

const MESSAGE = {
  end_device_ids: { device_id: 'office-1', application_ids: { application_id: 'demo-sensors' } },
  received_at: '2026-04-16T11:54:13.995136483Z',
  uplink_message: { f_port: 1, f_cnt: 1, frm_payload: 'A2cBEA==' },
};

/** Node-RED's, which the helper does not have: see flow.ts. */
describe('Without hooks, in node-red-node-test-helper as it is, ttn-uplink', () => {
  let stack: ThingsStack;
  let server: Server;
  let url: string;
  const served: NodeInitializer = async (RED) => {
    server = createServer(RED.httpNode);
    url = await listen(server);
    ttnApplication(RED);
  };

  beforeEach(async () => {
    stack = await startThingsStack();
  });

  afterEach(async () => {
    await helper.unload();
    await close(server);
    await stack.close();
  });

  async function arrives(application: object, credentials: object, send: () => unknown): Promise<void> {
    const flow = [
      { id: 'app', type: 'ttn-application', ...application },
      { id: 'up', type: 'ttn-uplink', application: 'app', wires: [['out']] },
      { id: 'out', type: 'helper' },
    ];
    await helper.load([served, ttnUplink], flow, { app: credentials });
    const arrived = once(helper.getNode('out'), 'input') as Promise<[Message]>;
    await send();
    const [msg] = await arrived;
    assert.equal(msg.uplink.deviceId, 'office-1');
  }

  it('emits uplinks, and goes', async () => {
    const subscribed = once(stack, 'subscribed');
    await arrives(
      { host: stack.url, apiUrl: stack.api.url, applicationId: 'demo-sensors', tenantId: 'ttn' },
      { apiKey: DEMO_APPLICATION.apiKeys[0]!.key },
      async () => {
        await subscribed;
        stack.publishUplink({ deviceId: 'office-1' });
      },
    );
  });

  it('acknowledges uplinks when they are emitted, where it should when they are stored', async () => {
    let answer: Promise<Response> | undefined;
    await arrives(
      { transport: 'webhook', webhookPath: 'here', acknowledge: 'stored' },
      { webhookSecret: SECRET },
      async () => {
        const headers = { 'content-type': 'application/json', authorization: `Bearer ${SECRET}` };
        const post = { method: 'POST', headers, body: JSON.stringify(MESSAGE) };
        answer = fetch(`${url}/ttn/here`, post);
        await Promise.resolve();
      },
    );
    assert.equal((await answer)?.status, 200);
  });
});
