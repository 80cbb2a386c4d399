import assert from 'node:assert/strict';
import mqtt from 'mqtt';
import type { Application } from '../../../demo/things-stack/applications';
import { startThingsStack, type ThingsStack } from '../../../demo/things-stack/server';

const accessKey = 'ttn-account-v2.FAKE';
const application: Application = {
  applicationId: 'my_app',
  tenantId: '',
  version: 'v2',
  apiKeys: [{ key: accessKey, rights: ['RIGHT_APPLICATION_TRAFFIC_READ'] }],
};

describe('stand-in for the stack before (v2)', () => {
  let ttn: ThingsStack;
  let client: mqtt.MqttClient;

  beforeEach(async () => {
    ttn = await startThingsStack({ applications: [application] });
    client = await mqtt.connectAsync(ttn.url, { username: 'my_app', password: accessKey });
  });
  afterEach(async () => {
    await client.endAsync(true);
    await ttn.close();
  });

  it('sends uplinks in its own form on its own topics, zeros too', async () => {
    const arrived = new Promise<[string, Buffer]>((resolve) =>
      client.on('message', (topic, payload) => resolve([topic, payload])),
    );
    await client.subscribeAsync('+/devices/+/up');
    const message = ttn.publishV2Uplink({ deviceId: 'dev_1', bytes: Buffer.from('0367ffd8', 'hex') });
    const [topic, payload] = await arrived;
    assert.equal(topic, 'my_app/devices/dev_1/up');
    assert.equal(payload.toString(), JSON.stringify(message));
    const { metadata, ...uplink } = message;
    assert.deepEqual(uplink, {
      app_id: 'my_app',
      dev_id: 'dev_1',
      hardware_serial: uplink.hardware_serial,
      port: 1,
      counter: 0,
      payload_raw: 'A2f/2A==',
      payload_fields: { temperature_3: -4 },
    });
    assert.deepEqual(
      [metadata.frequency, metadata.data_rate, metadata.gateways[0]?.rssi],
      [867.7, 'SF7BW125', -31],
    );
  });

  it('grants its own topics only', async () => {
    for (const filter of ['#', 'my_app/#', 'my_app/devices/dev_1/up', '+/devices/+/events/#']) {
      assert.equal((await client.subscribeAsync(filter))[0]?.qos, 0);
    }
    for (const filter of ['other/devices/+/up', 'v3/+/devices/+/up']) {
      await assert.rejects(client.subscribeAsync(filter));
    }
  });
});
