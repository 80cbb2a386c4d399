import assert from 'node:assert/strict';
import { once, type EventEmitter } from 'node:events';
import mqtt, { type IClientOptions, type IConnackPacket, type MqttClient } from 'mqtt';
import { fakeApiKey, type Application } from '../../../demo/things-stack/applications';
import { TEST_CERTIFICATE } from '../../../demo/things-stack/certificate';
import {
  startThingsStack,
  type ThingsStack,
  type ThingsStackOptions,
} from '../../../demo/things-stack/server';
import { eventually } from '../../eventually';

const applications: [Application, ...Application[]] = [
  {
    applicationId: 'app1',
    tenantId: 'ttn',
    apiKeys: [
      { key: fakeApiKey('good'), rights: ['RIGHT_APPLICATION_TRAFFIC_READ'] },
      { key: fakeApiKey('noread'), rights: ['RIGHT_APPLICATION_TRAFFIC_DOWN_WRITE'] },
      { key: fakeApiKey('norights'), rights: [] },
    ],
  },
  {
    applicationId: 'app2',
    tenantId: '',
    apiKeys: [{ key: fakeApiKey('app2'), rights: ['RIGHT_APPLICATION_TRAFFIC_READ'] }],
  },
];
const UP = 'v3/app1@ttn/devices/dev1/up';

/** The next such event of an MQTT client, whose own types of `on` do not suit `once`. */
async function next<T = unknown>(client: MqttClient, event: string): Promise<T> {
  const [value] = (await once(client as unknown as EventEmitter, event)) as [T];
  return value;
}
const nextError = (client: MqttClient) => next<Error & { code: number | string }>(client, 'error');

describe("stand-in for The Things Stack's MQTT server", () => {
  const clients: MqttClient[] = [];
  let ttn: ThingsStack;

  async function start(options: ThingsStackOptions = {}) {
    ttn = await startThingsStack({ applications, ...options });
  }

  /** A client that tries once; what became of it is in its events. */
  function dial(options: IClientOptions = {}): MqttClient {
    const client = mqtt.connect(ttn.url, {
      username: 'app1@ttn',
      password: fakeApiKey('good'),
      reconnectPeriod: 0,
      ...options,
    });
    clients.push(client);
    return client;
  }

  async function connect(options: IClientOptions = {}) {
    const client = dial(options);
    const messages: { topic: string; qos: number; retain: boolean; body: string }[] = [];
    client.on('message', (topic, payload, { qos, retain }) =>
      messages.push({ topic, qos, retain, body: payload.toString() }),
    );
    const connack = await next<IConnackPacket>(client, 'connect');
    return { client, messages, connack };
  }

  /** Waits for a last message, sent to a new client too: all that were sent before have arrived. */
  async function settle() {
    const { client, messages } = await connect();
    await client.subscribeAsync('#');
    ttn.publish('devices/last/up', {});
    while (messages.length === 0) await next(client, 'message');
    assert.equal(messages[0]?.topic, 'v3/app1@ttn/devices/last/up');
    await client.endAsync();
  }

  beforeEach(() => start());

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
    await ttn.close();
  });

  it('sends what was published to a subscriber, with QoS 0 whatever was granted', async () => {
    const { client, messages } = await connect();
    const [granted] = await client.subscribeAsync('v3/+/devices/+/up', { qos: 1 });
    assert.equal(granted?.qos, 1);
    const message = ttn.publishUplink({ deviceId: 'dev1' });
    await next(client, 'message');
    assert.deepEqual(messages, [{ topic: UP, qos: 0, retain: false, body: JSON.stringify(message) }]);
  });

  const refused = (title: string, options: IClientOptions, code: number) =>
    it(`${title}: CONNACK ${code}`, async () => {
      const error = await nextError(dial(options));
      assert.equal(error.code, code);
      assert.equal(ttn.connections.length, 0);
    });
  refused('wrong key', { password: fakeApiKey('wrong') }, 5);
  refused('key of another application', { password: fakeApiKey('app2') }, 5);
  refused('key without any right', { password: fakeApiKey('norights') }, 5);
  refused('user name without the tenant', { username: 'app1' }, 5);
  refused('no user name', { username: undefined, password: undefined }, 5);

  it('turns new connections away on demand, and lets the others be', async () => {
    const { client } = await connect();
    ttn.refuse('wrong-key');
    assert.equal((await nextError(dial())).code, 5);
    ttn.refuse('too-many-connections');
    assert.equal((await nextError(dial())).code, 3);
    ttn.refuse('rate-limit');
    const limited = dial();
    limited.on('connect', () => assert.fail('connected'));
    limited.on('error', () => assert.fail('CONNACK'));
    await next(limited, 'close');
    assert.equal(client.connected, true);
    ttn.refuse();
    await connect();
  });

  it('closes the socket of an MQTT 5 client without a CONNACK', async () => {
    const client = dial({ protocolVersion: 5 });
    client.on('packetreceive', () => assert.fail('the server answered'));
    await next(client, 'close');
  });

  it('speaks MQTT 3.1', async () => {
    await connect({ protocolVersion: 3, protocolId: 'MQIsdp', clientId: 'x'.repeat(300) });
  });

  it('lets a key without the read right connect and subscribe, and never sends it anything', async () => {
    const { client, messages } = await connect({ password: fakeApiKey('noread') });
    assert.equal((await client.subscribeAsync('#'))[0]?.qos, 0);
    ttn.publishUplink({ deviceId: 'dev1' });
    await settle();
    assert.deepEqual(messages, []);
  });

  it('keeps no session and nothing retained', async () => {
    const options: IClientOptions = { clientId: 'same', clean: false };
    const first = await connect(options);
    await first.client.subscribeAsync('#', { qos: 1 });
    await first.client.endAsync();
    ttn.publishUplink({ deviceId: 'dev1' });
    const second = await connect(options);
    assert.equal(second.connack.sessionPresent, false);
    await settle();
    await second.client.subscribeAsync('#', { qos: 1 });
    await settle();
    assert.deepEqual(
      second.messages.map(({ topic }) => topic),
      ['v3/app1@ttn/devices/last/up'],
    );
  });

  it('lets two clients with one id live, and sends to both', async () => {
    const both = [await connect({ clientId: 'same' }), await connect({ clientId: 'same' })];
    for (const { client } of both) await client.subscribeAsync('#');
    assert.deepEqual(
      ttn.connections.map(({ clientId }) => clientId),
      ['same', 'same'],
    );
    ttn.publishUplink({ deviceId: 'dev1' });
    await settle();
    for (const { client, messages } of both) {
      assert.equal(client.connected, true);
      assert.equal(messages.length, 2);
    }
  });

  const delivers = (filter: string, topics: string[]) =>
    it(`grants ${filter} and delivers ${topics.join(', ') || 'nothing'}`, async () => {
      const { client, messages } = await connect();
      await client.subscribeAsync(filter);
      for (const suffix of ['dev1/up', 'dev1/up/normalized', 'dev1/join', 'dev2/up']) {
        ttn.publish(`devices/${suffix}`, {});
      }
      ttn.publish('devices/dev1/up', {}, applications[1]);
      await settle();
      const prefix = 'v3/app1@ttn/devices/';
      assert.deepEqual(
        messages.map(({ topic }) => topic).filter((topic) => !topic.includes('last')),
        topics.map((topic) => prefix + topic),
      );
    });
  const ALL = ['dev1/up', 'dev1/up/normalized', 'dev1/join', 'dev2/up'];
  delivers('#', ALL);
  delivers('v3/#', ALL);
  delivers('v3/app1@ttn/#', ALL);
  delivers('v3/+/devices/+/up', ['dev1/up', 'dev2/up']);
  delivers(UP, ['dev1/up']);
  delivers('v3/+/devices/+/up/#', ['dev1/up/normalized']);
  delivers('v3/+/devices/+', []);

  for (const filter of [
    'v3/app1/devices/+/up',
    'v3/app2/devices/+/up',
    'v3/other@ttn/devices/+/up',
    '$share/group/v3/+/devices/+/up',
    '+/+/devices/+/up',
    'app1/devices/+/up',
    'v3',
  ]) {
    it(`refuses ${filter}: SUBACK 0x80`, async () => {
      const { client } = await connect();
      await assert.rejects(client.subscribeAsync(filter), /Unspecified error/);
      assert.deepEqual([...ttn.connections[0]!.filters], []);
    });
  }

  it('has no tenant in the open source edition', async () => {
    const { client, messages } = await connect({ username: 'app2', password: fakeApiKey('app2') });
    await client.subscribeAsync('v3/app2/devices/+/up');
    ttn.publishUplink({ deviceId: 'dev1' }, applications[1]);
    await next(client, 'message');
    assert.equal(messages[0]?.topic, 'v3/app2/devices/dev1/up');
  });

  it('sends one copy for overlapping filters, and none after unsubscribing', async () => {
    const { client, messages } = await connect();
    await client.subscribeAsync(['#', 'v3/+/devices/+/up', UP]);
    ttn.publishUplink({ deviceId: 'dev1' });
    await settle();
    assert.equal(messages.length, 2);
    await client.unsubscribeAsync(['#', 'v3/+/devices/+/up', UP]);
    ttn.publishUplink({ deviceId: 'dev1' });
    await settle();
    assert.equal(messages.length, 2);
  });

  it('acknowledges whatever is published and passes it on to nobody', async () => {
    const { client, messages } = await connect();
    await client.subscribeAsync('#');
    for (const qos of [0, 1, 2] as const) {
      await client.publishAsync('v3/app1@ttn/devices/dev1/down/push', '{"downlinks":[]}', {
        qos,
        retain: true,
      });
    }
    await client.publishAsync('v3/app1@ttn/devices/dev1/down/replace', 'no JSON', { qos: 1 });
    await client.publishAsync(UP, 'forged', { qos: 1 });
    const later = await connect();
    await later.client.subscribeAsync('#');
    await settle();
    for (const received of [messages, later.messages]) {
      assert.deepEqual(
        received.map(({ topic }) => topic),
        ['v3/app1@ttn/devices/last/up'],
      );
    }
  });

  it('tells who connected and subscribed', async () => {
    const connected = once(ttn, 'connected');
    const subscribed = once(ttn, 'subscribed');
    const { client } = await connect({ clientId: 'me' });
    assert.equal((await connected)[0].clientId, 'me');
    await client.subscribeAsync('v3/+/devices/+/up');
    assert.deepEqual(await subscribed, [ttn.connections[0], 'v3/+/devices/+/up']);
    assert.equal(ttn.connections[0]?.application, applications[0]);
    assert.deepEqual([...ttn.connections[0].filters], ['v3/app1@ttn/devices/+/up']);
    await client.endAsync();
    await eventually(() => ttn.connections.length === 0, 'no connection');
  });

  it('dies and comes back on the same port', async () => {
    const { client } = await connect({ reconnectPeriod: 20 });
    const { url } = ttn;
    await Promise.all([next(client, 'close'), ttn.stop()]);
    assert.deepEqual(ttn.connections, []);
    const error = await nextError(dial());
    assert.equal(error.code, 'ECONNREFUSED');
    await Promise.all([next(client, 'connect'), ttn.start()]);
    assert.equal(ttn.url, url);
  });

  it('says when its port is taken', async () => {
    await assert.rejects(startThingsStack({ port: ttn.port }), { code: 'EADDRINUSE' });
  });

  it('breaks every connection on demand and takes the clients back', async () => {
    const { client } = await connect({ reconnectPeriod: 20 });
    ttn.disconnectAll();
    await next(client, 'close');
    await next(client, 'connect');
    assert.equal(ttn.connections.length, 1);
  });

  it('speaks TLS with a certificate for localhost and 127.0.0.1', async () => {
    await ttn.close();
    await start({ tls: true });
    assert.match(ttn.url, /^mqtts:/);
    const { client, messages } = await connect({ ca: TEST_CERTIFICATE, servername: 'localhost' });
    await client.subscribeAsync('#');
    ttn.publishUplink({ deviceId: 'dev1' });
    await next(client, 'message');
    assert.equal(messages.length, 1);
    const error = await nextError(dial());
    assert.equal(error.code, 'DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  it('drops messages for a reader that is too slow, and leaves it connected', async () => {
    const { client, messages } = await connect();
    await client.subscribeAsync('#');
    let resume!: () => void;
    const held = new Promise<void>((resolve) => (resume = resolve));
    client.handleMessage = (_packet, done) => void held.then(() => done());
    const sent = 400;
    const message = 'x'.repeat(64 * 1024);
    for (let i = 0; i < sent; i++) {
      ttn.publish('devices/dev1/up', message);
      if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const { dropped } = ttn.connections[0]!;
    assert.ok(dropped > 0 && dropped < sent, `${dropped} dropped`);
    resume();
    while (messages.length < sent - dropped) await next(client, 'message');
    assert.equal(client.connected, true);
    await settle();
    assert.equal(messages.length, sent - dropped + 1);
  });
});
