import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { connectAsync } from 'mqtt';
import { TEST_CERTIFICATE } from '../../demo/things-stack/certificate';
import { resolveAmqpAddress, resolveBrokerAddress } from '../../lib/ttn/address';
import { topicsOf, v2TopicsOf } from '../../lib/ttn/kinds';
import { amqpTransport, type AmqpOptions } from '../../lib/ttn/transports/amqp';
import { brokerTransport } from '../../lib/ttn/transports/broker';
import type { Transport } from '../../lib/ttn/transports/transport';
import { eventually } from '../eventually';
import { Recorder } from '../lib/ttn/transports/recorder';
import { listenBefore } from '../lib/ttn/transports/sockets';
import { describeWith } from './installed';
import { RABBITMQ, startRabbitMq, type RabbitMq } from './rabbitmq';
import { Workers } from './workers';

/** The topic exchange into which v2's handler puts all messages (v2's source). */
const V2_EXCHANGE = 'ttn.handler';

describeWith(RABBITMQ, 'rabbitmq-server', 'amqpTransport on RabbitMQ', () => {
  let rabbitMq: RabbitMq;
  let admin: ChannelModel;
  let channel: ConfirmChannel;
  let recorder: Recorder;
  let open: Transport[];
  let queue: string;
  let queues = 0;

  before(async () => {
    rabbitMq = await startRabbitMq();
  });
  after(() => rabbitMq.close());

  beforeEach(async () => {
    admin = await connect(rabbitMq.url);
    admin.on('error', () => undefined);
    channel = await admin.createConfirmChannel();
    channel.on('error', () => undefined);
    recorder = new Recorder();
    open = [];
    queue = `uplinks-${++queues}`;
  });

  afterEach(async () => {
    await Promise.all(open.map((transport) => transport.close()));
    await admin.close();
  });

  function start(options: Partial<AmqpOptions> & { host?: string; virtualHost?: string } = {}): Transport {
    const transport = amqpTransport({
      address: resolveAmqpAddress(options.host ?? rabbitMq.url, options.virtualHost),
      username: 'guest',
      password: 'guest',
      queue,
      ...recorder.options,
      ...options,
    });
    open.push(transport);
    transport.open();
    return transport;
  }

  async function publish(routingKey: string, texts: string[], exchange = ''): Promise<void> {
    for (const text of texts) channel.publish(exchange, routingKey, Buffer.from(text), { persistent: true });
    await channel.waitForConfirms();
  }

  const uplinks = (count: number) => Array.from({ length: count }, (_, i) => `uplink ${i}`);
  const settleAll = () => recorder.messages.forEach(({ settle }) => settle?.('done'));

  it("takes the uplinks of v2's exchange into a durable queue of its own", async () => {
    await channel.assertExchange(V2_EXCHANGE, 'topic', { durable: true });
    const transport = start({ exchange: V2_EXCHANGE, topics: v2TopicsOf(['up'], 'my_app') });
    await recorder.connected();
    await publish('my_app.devices.dev_1.up', ['one'], V2_EXCHANGE);
    await publish('my_app.devices.dev_1.up.temperature', ['a field'], V2_EXCHANGE);
    await publish('other_app.devices.dev_1.up', ['not ours'], V2_EXCHANGE);
    await recorder.received(1);
    settleAll();
    await transport.close();
    await publish('my_app.devices.dev_2.up', ['two'], V2_EXCHANGE);
    start();
    await recorder.received(2);
    assert.deepEqual(
      recorder.messages.map(({ topic, payload }) => [topic, payload.toString()]),
      [
        ['my_app/devices/dev_1/up', 'one'],
        ['my_app/devices/dev_2/up', 'two'],
      ],
    );
    // Another kind of queue would be refused.
    await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  });

  it("takes the events of v2's exchange, whose names have a slash, and of a bridge that made it a dot", async () => {
    await channel.assertExchange(V2_EXCHANGE, 'topic', { durable: true });
    start({ exchange: V2_EXCHANGE, topics: v2TopicsOf(['join', 'down'], 'my_app') });
    await recorder.connected();
    const ends = ['activations', 'down/scheduled', 'down.sent'];
    for (const end of ends) await publish(`my_app.devices.dev_1.events.${end}`, ['{}'], V2_EXCHANGE);
    await recorder.received(3);
    assert.deepEqual(
      recorder.messages.map(({ topic }) => topic),
      ['activations', 'down/scheduled', 'down/sent'].map((end) => `my_app/devices/dev_1/events/${end}`),
    );
  });

  it('takes what a bridge publishes by MQTT', async () => {
    start({ exchange: 'amq.topic', topics: topicsOf(['up', 'join']) });
    await recorder.connected();
    const bridge = await connectAsync(rabbitMq.mqttUrl, { username: 'guest', password: 'guest' });
    for (const end of ['up', 'join', 'down/sent']) {
      await bridge.publishAsync(`v3/my-app@ttn/devices/dev-1/${end}`, end, { qos: 1 });
    }
    await recorder.received(2);
    await bridge.endAsync();
    assert.deepEqual(
      recorder.messages.map(({ topic }) => topic),
      ['v3/my-app@ttn/devices/dev-1/up', 'v3/my-app@ttn/devices/dev-1/join'],
    );
  });

  it('takes a queue of any kind as it is, and messages without a topic', async () => {
    await channel.assertQueue(queue, { durable: true });
    await publish(queue, ['one']);
    for (const declareQueue of [false, true]) {
      const transport = start({ declareQueue });
      await recorder.received(1);
      assert.equal(recorder.messages.shift()?.topic, '');
      await transport.close();
    }
  });

  it('makes, binds and takes nothing on a visit, and says what is not there', async () => {
    await channel.assertExchange(V2_EXCHANGE, 'topic', { durable: true });
    start({ visit: true, exchange: V2_EXCHANGE, topics: ['#'] });
    await recorder.connected();
    const other = await admin.createChannel();
    other.on('error', () => undefined);
    await assert.rejects(other.checkQueue(queue), { code: 404 });

    await channel.assertQueue(queue, { durable: true });
    await publish(queue, ['one']);
    start({ visit: true });
    await recorder.connected(2);
    assert.equal(recorder.messages.length, 0);
    assert.deepEqual(await channel.get(queue).then((got) => got && got.fields.redelivered), false);

    start({ visit: true, exchange: 'nothing' });
    assert.match((await recorder.failed()).message, /no exchange "nothing"/);
  });

  it('takes so many unsettled messages and no more, and acknowledges them when they are settled', async () => {
    start({ maxUnsettled: 3 });
    await recorder.connected();
    await publish(queue, uplinks(5));
    await recorder.received(3);
    await sleep(100);
    assert.equal(recorder.messages.length, 3);
    recorder.messages[2]?.settle?.('done');
    await recorder.received(4);
    settleAll();
    await recorder.received(5);
    assert.equal(recorder.count('connected'), 1);
    assert.deepEqual(recorder.texts, uplinks(5));
  });

  it('gets again what was not settled when it closed', async () => {
    const transport = start();
    await recorder.connected();
    await publish(queue, uplinks(3));
    await recorder.received(3);
    recorder.messages[0]?.settle?.('done');
    await transport.close();
    settleAll();
    start();
    await recorder.received(5);
    assert.deepEqual(recorder.texts.slice(3), ['uplink 1', 'uplink 2']);
  });

  it('gets a message that is handed back again, each time after a longer pause, while others pass', async () => {
    const times: number[] = [];
    recorder.onMessage = ({ payload, settle }) => {
      if (payload.toString() !== 'bad') return settle?.('done');
      times.push(Date.now());
      settle?.(times.length < 4 ? 'again' : 'done');
    };
    start({ backoff: { firstMs: 50, maxMs: 1000 } });
    await recorder.connected();
    await publish(queue, ['bad', 'good']);
    await eventually(() => times.length === 4, 'four deliveries');
    assert.ok(times.every((time, i) => i === 0 || time - times[i - 1]! >= 45));
    assert.deepEqual(recorder.texts.slice(0, 3), ['bad', 'good', 'bad']);
    assert.equal(recorder.count('connected'), 1);
  });

  it('loses no message that is handed back more often than RabbitMQ 4 allows by itself', async () => {
    recorder.onMessage = ({ settle }) => settle?.(recorder.messages.length > 30 ? 'done' : 'again');
    start();
    await recorder.connected();
    await publish(queue, ['one']);
    await recorder.received(31);
    assert.deepEqual(new Set(recorder.texts), new Set(['one']));
  });

  it('gives a message back at once when it closes', async () => {
    const transport = start({ backoff: { firstMs: 60_000, maxMs: 60_000 } });
    await recorder.connected();
    await publish(queue, ['one']);
    await recorder.received(1);
    recorder.messages[0]?.settle?.('again');
    await transport.close();
    start();
    await recorder.received(2);
  });

  it('speaks TLS with a private authority', async () => {
    start({ host: rabbitMq.tlsUrl, tls: { ca: TEST_CERTIFICATE } });
    await recorder.connected();
    assert.deepEqual(recorder.errors, []);
  });

  it('finds out that a connection is dead', async () => {
    const network = await listenBefore(Number(new URL(rabbitMq.url).port));
    start({ host: `amqp://127.0.0.1:${network.port}`, keepalive: 1 });
    await recorder.connected();
    network.freeze();
    assert.match((await recorder.failed()).message, /was lost: Heartbeat timeout/);
    await network.close();
  });

  it('comes back when the server ends its consumer', async () => {
    start();
    await recorder.connected();
    await channel.deleteQueue(queue);
    await recorder.connected(2);
    assert.match(recorder.errors[0]?.message ?? '', new RegExp(`queue "${queue}" was deleted`));
    await publish(queue, ['one']);
    await recorder.received(1);
  });

  describe('says in words', () => {
    async function refusal(options: Parameters<typeof start>[0]): Promise<string> {
      const transport = start(options);
      const { code, message } = await recorder.failed();
      await transport.close();
      return `${code}: ${message}`;
    }

    it('a wrong password', async () => {
      assert.match(
        await refusal({ password: 'another' }),
        /^not_authorized: .*user name "guest" or its password/,
      );
    });

    it('a virtual host that is not there, or not for this user', async () => {
      assert.match(
        await refusal({ virtualHost: 'nowhere' }),
        /^not_found: .*no virtual host "nowhere", or "guest" may not/,
      );
      recorder.states.length = 0;
      assert.match(
        await refusal({ virtualHost: 'lab' }),
        /^not_found: .*no virtual host "lab", or "guest" may not/,
      );
    });

    it('a missing queue, and a missing exchange', async () => {
      assert.match(
        await refusal({ declareQueue: false }),
        new RegExp(`^not_found: .*no queue "${queue}" .*let this node declare it`),
      );
      recorder.states.length = 0;
      assert.match(
        await refusal({ exchange: 'nothing', topics: ['#'] }),
        /^not_found: .*no exchange "nothing"/,
      );
    });

    it('a missing permission', async () => {
      assert.match(
        await refusal({ username: 'reader', password: 'reader' }),
        /^not_authorized: "reader" lacks a permission in the virtual host "\/": .*access to queue/,
      );
    });

    it('a port without TLS', async () => {
      const host = rabbitMq.url.replace('amqp:', 'amqps:');
      assert.match(await refusal({ host }), new RegExp(`^no_answer: .*write the host as ${rabbitMq.url}`));
    });
  });

  it('loses nothing when two processes share a queue and one is killed, again and again', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'workers-'));
    const workers = new Workers(join(directory, 'done'));
    const startOne = () => workers.start('amqp', rabbitMq.url, queue);
    let victim = startOne();
    startOne();
    const texts = uplinks(4_000);
    await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    await publish(queue, texts);
    for (let kills = 1; kills <= 5; kills++) {
      await workers.haveDoneAtLeast(kills * 500);
      victim.kill('SIGKILL');
      victim = startOne();
    }
    await workers.haveDone(texts);
    workers.killAll();
    const twice = workers.done.length - texts.length;
    assert.ok(twice <= 5 * 32, `${twice} came twice, more than were under way`);
    rmSync(directory, { recursive: true });
  });

  it('loses nothing when the server restarts', async () => {
    start();
    await recorder.connected();
    const texts = uplinks(100);
    await publish(queue, texts);
    await recorder.received(100);
    recorder.messages.slice(0, 50).forEach(({ settle }) => settle?.('done'));
    recorder.onMessage = ({ settle }) => settle?.('done');
    await sleep(100);
    await rabbitMq.stop();
    await rabbitMq.start();
    await recorder.connected(2);
    await eventually(() => recorder.messages.length >= 150, 'what was not settled', 30_000);
    assert.deepEqual(new Set(recorder.texts), new Set(texts));
    assert.match(recorder.errors[0]?.message ?? '', /was lost/);
    admin = await connect(rabbitMq.url);
  });

  it("serves brokerTransport with RabbitMQ's own MQTT, too", async () => {
    const startMqtt = () => {
      const transport = brokerTransport({
        ...recorder.options,
        address: resolveBrokerAddress(rabbitMq.mqttUrl),
        version: '3.1.1',
        username: 'guest',
        password: 'guest',
        clientId: 'my-session',
        topics: topicsOf(['up']),
      });
      transport.open();
      return transport;
    };
    const first = startMqtt();
    await recorder.connected();
    await publish('v3.my-app@ttn.devices.dev-1.up', ['one'], 'amq.topic');
    const bridge = await connectAsync(rabbitMq.mqttUrl, { username: 'guest', password: 'guest' });
    await bridge.publishAsync('v3/my-app@ttn/devices/dev-1/up', 'two', { qos: 1 });
    await recorder.received(2);
    await first.close();
    recorder.onMessage = ({ settle }) => settle?.('done');
    const second = startMqtt();
    await eventually(() => recorder.texts.slice(2).includes('two'), 'the unsettled message');
    await second.close();
    await bridge.endAsync();
  });
});
