import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import { resolveBrokerAddress } from '../../lib/ttn/address';
import { brokerTransport, type BrokerOptions } from '../../lib/ttn/transports/broker';
import type { Transport } from '../../lib/ttn/transports/transport';
import { eventually } from '../eventually';
import { Recorder } from '../lib/ttn/transports/recorder';
import { describeWith } from './installed';
import { MOSQUITTO, startMosquitto, type Mosquitto } from './mosquitto';
import { Workers } from './workers';

const TOPIC = 'v3/my-app@ttn/devices/dev-1/up';
const USER = { name: 'bridge', password: 'the password' };

describeWith(MOSQUITTO, 'mosquitto', 'brokerTransport on Mosquitto', () => {
  for (const version of ['3.1.1', '5'] as const) {
    describe(`with MQTT ${version}`, () => {
      let mosquitto: Mosquitto;
      let publisher: MqttClient;
      let recorder: Recorder;
      let open: Transport[];

      beforeEach(async () => {
        mosquitto = await startMosquitto(USER);
        publisher = await connectAsync(mosquitto.url, { username: USER.name, password: USER.password });
        recorder = new Recorder();
        open = [];
      });

      afterEach(async () => {
        await Promise.all(open.map((transport) => transport.close()));
        await publisher.endAsync(true);
        await mosquitto.close();
      });

      function start(options: Partial<BrokerOptions> = {}): Transport {
        const transport = brokerTransport({
          address: resolveBrokerAddress(mosquitto.url),
          version,
          username: USER.name,
          password: USER.password,
          clientId: 'my-session',
          topics: ['v3/+/devices/+/up'],
          ...recorder.options,
          ...options,
        });
        open.push(transport);
        transport.open();
        return transport;
      }

      async function publish(count: number): Promise<string[]> {
        const texts = Array.from({ length: count }, (_, i) => `uplink ${i}`);
        await Promise.all(texts.map((text) => publisher.publishAsync(TOPIC, text, { qos: 1 })));
        return texts;
      }

      const settleAll = () => recorder.messages.forEach(({ settle }) => settle?.('done'));

      /** What the way in which PUBACKs are deferred rests on; an mqtt.js that does otherwise fails here. */
      it('has every PUBACK in its hand, of queued messages and of live ones', async () => {
        const first = start();
        await recorder.connected();
        await first.close();
        const queued = await publish(30);
        const second = start();
        await recorder.connected(2);
        // Of 3.1.1 clients Mosquitto wants an acknowledgement before it sends more.
        await recorder.received(20);
        await sleep(100);
        await second.close();
        recorder.messages.length = 0;
        start();
        await recorder.received(20);
        recorder.onMessage = ({ settle }) => settle?.('done');
        settleAll();
        await recorder.received(30);
        assert.deepEqual(recorder.texts, queued);
        recorder.messages.length = 0;
        const live = await publish(30);
        await recorder.received(30);
        assert.deepEqual(recorder.texts, live);
      });

      it('bounds what is unsettled when the broker does not', async () => {
        const first = start();
        await recorder.connected();
        await first.close();
        const texts = await publish(800);
        let unsettled = 0;
        let most = 0;
        recorder.onMessage = ({ settle }) => {
          most = Math.max(most, ++unsettled);
          setTimeout(() => {
            unsettled--;
            settle?.('done');
          }, 5);
        };
        start({ maxUnsettled: 64 });
        await recorder.received(800);
        assert.deepEqual(recorder.texts, texts);
        assert.ok(most <= 64, `${most} at once`);
      });

      it('loses nothing when the broker restarts', async () => {
        start();
        await recorder.connected();
        const texts = await publish(100);
        await recorder.received(20);
        recorder.messages.slice(0, 10).forEach(({ settle }) => settle?.('done'));
        await mosquitto.stop();
        recorder.onMessage = ({ settle }) => settle?.('done');
        await mosquitto.start();
        await eventually(() => new Set(recorder.texts).size === 100, 'all messages');
        assert.deepEqual([...new Set(recorder.texts)], texts);
      });

      it('shares the messages of a group', async () => {
        start({ clientId: 'one', group: 'lake' });
        start({ clientId: 'two', group: 'lake' });
        recorder.onMessage = ({ settle }) => settle?.('done');
        await recorder.connected(2);
        const texts = await publish(40);
        await recorder.received(40);
        await sleep(100);
        assert.deepEqual(recorder.texts.sort(), texts.sort());
      });

      it('says that the password is wrong', async () => {
        start({ password: 'another' });
        const { code, message } = await recorder.failed();
        assert.equal(code, 'not_authorized');
        assert.match(message, /refused the user name "bridge" or its password/);
      });
    });

    it(`loses nothing with MQTT ${version} when the process is killed, again and again`, async () => {
      const directory = mkdtempSync(join(tmpdir(), 'workers-'));
      const mosquitto = await startMosquitto();
      const workers = new Workers(join(directory, 'done'));
      let worker = workers.start(version, mosquitto.url, 'my-session');
      const publisher = await connectAsync(mosquitto.url);
      // Until it has subscribed, what is published reaches nobody.
      while (workers.done.length === 0) {
        await publisher.publishAsync(TOPIC, 'hello', { qos: 1 });
        await sleep(100);
      }
      const texts = Array.from({ length: 2_000 }, (_, i) => `uplink ${i}`);
      await Promise.all(texts.map((text) => publisher.publishAsync(TOPIC, text, { qos: 1 })));
      for (let kills = 1; kills <= 5; kills++) {
        await workers.haveDoneAtLeast(kills * 300);
        worker.kill('SIGKILL');
        worker = workers.start(version, mosquitto.url, 'my-session');
      }
      await workers.haveDone(texts);
      workers.killAll();
      await publisher.endAsync(true);
      await mosquitto.close();
      rmSync(directory, { recursive: true });
    });
  }
});
