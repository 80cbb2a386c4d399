import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { resolveBrokerAddress } from '../../../../lib/ttn/address';
import { brokerTransport, clientIdOf, type BrokerOptions } from '../../../../lib/ttn/transports/broker';
import type { Transport } from '../../../../lib/ttn/transports/transport';
import { eventually } from '../../../eventually';
import { startBroker, type Broker } from './aedes';
import { Recorder } from './recorder';
import { listen } from './sockets';

const TOPIC = 'v3/my-app@ttn/devices/dev-1/up';

describe('brokerTransport', () => {
  let broker: Broker;
  let recorder: Recorder;
  let transport: Transport;
  let acknowledged: number;

  beforeEach(async () => {
    broker = await startBroker();
    recorder = new Recorder();
    acknowledged = 0;
    broker.aedes.on('ack', () => acknowledged++);
  });

  afterEach(async () => {
    await transport.close();
    await broker.close();
  });

  async function open(options: Partial<BrokerOptions> = {}): Promise<void> {
    const before = recorder.count('connected');
    transport = brokerTransport({
      address: resolveBrokerAddress(broker.url),
      version: '3.1.1',
      clientId: 'my-session',
      topics: ['v3/+/devices/+/up'],
      ...recorder.options,
      ...options,
    });
    transport.open();
    await recorder.connected(before + 1);
  }

  async function publish(...texts: string[]): Promise<void> {
    for (const text of texts) await broker.publish(TOPIC, text);
  }

  const settle = (...places: number[]) => places.forEach((i) => recorder.messages[i]?.settle?.('done'));
  /** Long enough for what must not happen. */
  const aWhile = () => sleep(100);

  it('acknowledges a message when it is settled, not before', async () => {
    await open();
    await publish('a', 'b', 'c');
    await recorder.received(3);
    await aWhile();
    assert.equal(acknowledged, 0);
    settle(0, 1, 2);
    await eventually(() => acknowledged === 3, 'acknowledgements');
    assert.equal(recorder.messages[0]?.topic, TOPIC);
  });

  it('acknowledges in the order in which the messages came', async () => {
    await open();
    await publish('a', 'b', 'c');
    await recorder.received(3);
    settle(2, 1);
    await aWhile();
    assert.equal(acknowledged, 0);
    settle(0);
    await eventually(() => acknowledged === 3, 'acknowledgements');
  });

  it('gets again what was not settled when it closed, and what came meanwhile', async () => {
    await open();
    await publish('a', 'b', 'c');
    await recorder.received(3);
    settle(0);
    await eventually(() => acknowledged === 1, 'an acknowledgement');
    await transport.close();
    settle(1, 2);
    await publish('d');
    await open();
    await recorder.received(6);
    assert.deepEqual(recorder.texts.slice(3), ['b', 'c', 'd']);
  });

  it('loses nothing of what waits for it when it connects', async () => {
    await open();
    await transport.close();
    await publish(...Array.from({ length: 50 }, (_, i) => `${i}`));
    await open();
    await recorder.received(50);
    await aWhile();
    assert.equal(acknowledged, 0);
    assert.equal(new Set(recorder.texts).size, 50);
  });

  it('takes so many unsettled messages and no more, and stays connected meanwhile', async () => {
    await open({ maxUnsettled: 3, keepalive: 1 });
    await publish('a', 'b', 'c', 'd', 'e');
    await recorder.received(3);
    await sleep(2_500);
    assert.equal(recorder.messages.length, 3);
    settle(0);
    await recorder.received(4);
    settle(1, 2, 3);
    await recorder.received(5);
    settle(4);
    await eventually(() => acknowledged === 5, 'acknowledgements');
    assert.deepEqual(recorder.texts, ['a', 'b', 'c', 'd', 'e']);
    assert.equal(recorder.count('connected'), 1);
  });

  it('gets a message that is handed back again, after a pause and over another connection', async () => {
    await open();
    recorder.onMessage = ({ settle }) => settle?.(recorder.messages.length > 1 ? 'done' : 'again');
    await publish('a');
    await recorder.received(2);
    await eventually(() => acknowledged === 1, 'the acknowledgement');
    assert.deepEqual(recorder.texts, ['a', 'a']);
    assert.deepEqual(
      recorder.errors.map(({ code }) => code),
      ['handed_back'],
    );
  });

  it('hands on nothing more once it is closed, and gets the rest again', async () => {
    await open();
    const closed = new Promise<void>((resolve) => {
      recorder.onMessage = () => resolve(transport.close());
    });
    await publish('a', 'b', 'c');
    await closed;
    assert.deepEqual(recorder.texts, ['a']);
    recorder.onMessage = undefined;
    await open();
    await recorder.received(4);
    assert.deepEqual(recorder.texts.slice(1), ['a', 'b', 'c']);
  });

  it('acknowledges nothing of a connection that broke, and gets it again', async () => {
    await open();
    await publish('a');
    await recorder.received(1);
    for (const socket of broker.sockets) socket.destroy();
    await recorder.received(2);
    settle(0);
    await aWhile();
    assert.equal(acknowledged, 0);
    settle(1);
    await eventually(() => acknowledged === 1, 'the acknowledgement');
  });

  it('hands on messages that a bridge sends with QoS 0, with nothing to settle', async () => {
    await open({ maxUnsettled: 1 });
    await broker.publish(TOPIC, 'a', 0);
    await broker.publish(TOPIC, 'b', 0);
    await recorder.received(2);
    assert.equal(recorder.messages[0]?.settle, undefined);
  });

  it('says when the broker grants no QoS 1, and so keeps nothing', async () => {
    const CONNACK = Buffer.from([0x20, 2, 0, 0]);
    const granting = (qos: number) => (socket: Socket) => {
      socket.once('data', () => {
        socket.write(CONNACK);
        socket.once('data', (subscribe) =>
          socket.write(Buffer.from([0x90, 3, ...subscribe.subarray(2, 4), qos])),
        );
      });
    };
    for (const qos of [0, 1]) {
      let unkept = 0;
      const server = await listen(granting(qos));
      const address = resolveBrokerAddress(`mqtt://127.0.0.1:${server.port}`);
      await open({ address, onUnkept: () => unkept++ });
      await transport.close();
      await server.close();
      assert.equal(unkept, qos === 0 ? 1 : 0);
    }
  });

  it('drops what the session still brings of topics that were taken out of the settings', async () => {
    await open({ topics: ['#'] });
    await transport.close();
    const settled: string[] = [];
    recorder.onMessage = ({ topic, settle }) => {
      settled.push(topic);
      settle?.('done');
    };
    await open({ topics: ['v3/app-1/#', '$share/lake/+/app-2@ttn/devices/+/up', '$queue/app-3'] });
    const wanted = ['v3/app-1', 'v3/app-1/devices/a/up', 'v3/app-2@ttn/devices/a/up', 'app-3'];
    const others = ['v3/app-10/devices/a/up', 'v3', 'v3/app-2@ttn/devices/a/up/more', 'app-3/more', 'x'];
    for (const topic of [...others, ...wanted]) await broker.publish(topic, topic);
    await eventually(() => acknowledged === wanted.length + others.length, 'all acknowledgements');
    assert.deepEqual(new Set(settled), new Set(wanted));
  });

  it('subscribes for a group', async () => {
    const filters: string[] = [];
    broker.aedes.on('subscribe', (subscriptions) => filters.push(...subscriptions.map(({ topic }) => topic)));
    await open({ group: 'lake' });
    assert.deepEqual(filters, ['$share/lake/v3/+/devices/+/up']);
  });

  it('says that the broker has no MQTT 5', async () => {
    transport = brokerTransport({
      address: resolveBrokerAddress(broker.url),
      clientId: 'my-session',
      topics: ['#'],
      ...recorder.options,
    });
    transport.open();
    const { message } = await recorder.failed();
    assert.match(message, /Choose the other version, 3.1.1 or 5/);
  });

  it('says that another client may have the same id', async () => {
    await open();
    const other = await connectAsync(broker.url, { clientId: 'my-session', reconnectPeriod: 0 });
    const { code, message } = await recorder.failed();
    assert.equal(code, 'connection_lost');
    assert.match(message, /another client has the same client id, "my-session"/);
    await transport.close();
    await other.endAsync(true);
  });

  it('refuses settings that cannot work', async () => {
    await open();
    const options = {
      address: resolveBrokerAddress(broker.url),
      clientId: 'id',
      topics: ['#'],
      ...recorder.options,
    };
    for (const wrong of [{ clientId: '' }, { topics: [] }, { group: 'a/b' }]) {
      assert.throws(() => brokerTransport({ ...options, ...wrong }), { code: 'bad_configuration' });
    }
  });
});

describe('clientIdOf', () => {
  it('is the same for the same name, and short enough for every broker', () => {
    assert.equal(clientIdOf('node-1'), clientIdOf('node-1'));
    assert.notEqual(clientIdOf('node-1'), clientIdOf('node-2'));
    assert.match(clientIdOf('node-1'), /^[0-9a-z]{23}$/);
  });
});
