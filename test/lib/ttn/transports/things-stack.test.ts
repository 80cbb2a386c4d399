import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../../demo/ports';
import { TEST_CERTIFICATE } from '../../../../demo/things-stack/certificate';
import { startThingsStack, type ThingsStack } from '../../../../demo/things-stack/server';
import { resolveAddress } from '../../../../lib/ttn/address';
import { topicsOf } from '../../../../lib/ttn/kinds';
import { thingsStackTransport, type ThingsStackOptions } from '../../../../lib/ttn/transports/things-stack';
import type { Transport } from '../../../../lib/ttn/transports/transport';
import { eventually } from '../../../eventually';
import { Recorder } from './recorder';
import { listen, listenBefore } from './sockets';

describe('thingsStackTransport', () => {
  let stack: ThingsStack;
  let recorder: Recorder;
  let transport: Transport;

  beforeEach(async () => {
    stack = await startThingsStack();
    recorder = new Recorder();
  });

  afterEach(async () => {
    await transport.close();
    await stack.close();
  });

  function open(
    host = stack.url,
    options: Partial<ThingsStackOptions> & { applicationId?: string } = {},
  ): void {
    const { applicationId = 'demo-sensors@ttn' } = options;
    transport = thingsStackTransport({
      address: resolveAddress({ host, applicationId }),
      apiKey: stack.applications[0].apiKeys[0]?.key ?? '',
      topics: topicsOf(['up']),
      ...recorder.options,
      ...options,
    });
    transport.open();
  }

  it('hands on the chosen kinds, each message once, with nothing to settle', async () => {
    open(stack.url, { topics: topicsOf(['up', 'normalized', 'join']) });
    await recorder.connected();
    assert.equal(stack.connections.length, 1);
    stack.publish('devices/dev-1/up', 'up');
    stack.publish('devices/dev-1/up/normalized', 'normalized');
    stack.publish('devices/dev-1/down/sent', 'not asked for');
    stack.publish('devices/dev-1/join', 'join');
    await recorder.received(3);
    assert.deepEqual(recorder.texts, ['up', 'normalized', 'join']);
    assert.equal(recorder.messages[0]?.topic, 'v3/demo-sensors@ttn/devices/dev-1/up');
    assert.equal(recorder.messages[0]?.settle, undefined);
  });

  it('comes back after a restart of the server, with another client id', async () => {
    open();
    await recorder.connected();
    const [before] = stack.connections;
    await stack.stop();
    await eventually(() => recorder.errors.length >= 2, 'two failures');
    assert.deepEqual(
      [...new Set(recorder.errors.map(({ code }) => code))],
      ['connection_lost', 'unreachable'],
    );
    await stack.start();
    await recorder.connected(2);
    assert.notEqual(stack.connections[0]?.clientId, before?.clientId);
    stack.publish('devices/dev-1/up', 'up');
    await recorder.received(1);
  });

  it('finds out that a connection is dead', async () => {
    const network = await listenBefore(stack.port);
    open(`mqtt://127.0.0.1:${network.port}`, { keepalive: 1 });
    await recorder.connected();
    network.freeze();
    const error = await recorder.failed();
    assert.match(error.message, /was lost: Keepalive timeout/);
    await transport.close();
    await network.close();
  });

  it('gives up at once what is no MQTT, before it stands and after', async () => {
    const noMqtt = Buffer.from([0x31, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00]);
    const talking = await listen((socket) => socket.write(noMqtt));
    open(`mqtt://127.0.0.1:${talking.port}`);
    assert.equal((await recorder.failed()).code, 'no_answer');
    await transport.close();
    await talking.close();

    recorder.states.length = 0;
    const network = await listenBefore(stack.port);
    open(`mqtt://127.0.0.1:${network.port}`);
    await recorder.connected();
    for (const socket of network.sockets) socket.write(noMqtt);
    assert.equal((await recorder.failed()).code, 'connection_lost');
    await recorder.connected(2);
    await transport.close();
    await network.close();
  });

  it('leaves nothing open when it is closed, not even in the middle of a try', async () => {
    open();
    await recorder.connected();
    await transport.close();
    await eventually(() => stack.connections.length === 0, 'the end of the connection');

    const silent = await listen((socket) => void socket.resume());
    open(`mqtt://127.0.0.1:${silent.port}`);
    await eventually(() => silent.sockets.size === 1, 'a socket');
    await transport.close();
    await eventually(() => silent.sockets.size === 0, 'the end of the socket');
    await silent.close();
  });

  it('leaves nothing open when the server does not answer its farewell', async () => {
    const network = await listenBefore(stack.port);
    open(`mqtt://127.0.0.1:${network.port}`);
    await recorder.connected();
    const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    const before = sockets();
    for (const socket of network.sockets) socket.pause();
    await transport.close();
    await eventually(() => sockets() < before, 'the end of the socket');
    await network.close();
  });

  it('hands on nothing more once it is closed, not even what has come already', async () => {
    open();
    await recorder.connected();
    const closed = new Promise<void>((resolve) => {
      recorder.onMessage = () => resolve(transport.close());
    });
    for (let i = 0; i < 10; i++) stack.publish('devices/dev-1/up', 'up');
    await closed;
    assert.equal(recorder.messages.length, 1);
  });

  it('tries no more once it is closed', async () => {
    await stack.stop();
    open();
    await eventually(() => recorder.errors.length >= 2, 'two tries');
    await transport.close();
    const { length } = recorder.states;
    await sleep(150);
    assert.equal(recorder.states.length, length);
  });

  describe('says in words', () => {
    async function refusal(host?: string, options?: Parameters<typeof open>[1]): Promise<string> {
      open(host, options);
      const { code, message } = await recorder.failed();
      await transport.close();
      assert.doesNotMatch(message, /NNSXS\.\w/);
      return `${code}: ${message}`;
    }

    it('a wrong key, application, tenant or cluster', async () => {
      assert.match(
        await refusal(undefined, { apiKey: 'NNSXS.WRONG' }),
        /^not_authorized: .*"demo-sensors@ttn" or its API key\. .*copied whole.*Check cluster or host, .*\(CONNACK 5\)$/,
      );
    });

    it('an application that is not its own, of which the topics are refused', async () => {
      const topics = ['v3/+/devices/+/up', 'v3/other-app@ttn/devices/+/up'];
      assert.match(
        await refusal(undefined, { topics }),
        /^subscription_refused: 127.0.0.1 refused the subscription to v3\/other-app@ttn\/devices\/\+\/up:/,
      );
    });

    it('too many connections, and a limit of new ones', async () => {
      stack.refuse('too-many-connections');
      assert.match(
        await refusal(),
        /^too_many_connections: .*End other MQTT clients of "demo-sensors@ttn".*CONNACK 3/,
      );
      recorder.states.length = 0;
      stack.refuse('rate-limit');
      assert.match(
        await refusal(),
        /^no_answer: .*limits new connections for a while, or it is no MQTT 3.1.1 server/,
      );
    });

    it('a server of another protocol', async () => {
      const http = createServer().listen(0, '127.0.0.1');
      const port = await eventually(() => (http.address() as { port: number } | null)?.port, 'a port');
      assert.match(
        await refusal(`mqtt://127.0.0.1:${port}`),
        /^no_answer: .*does not answer in the language of mqtt:/,
      );
      http.close();
    });

    it('that nothing listens, also where a name has several addresses', async () => {
      const port = await freePort();
      assert.match(await refusal(`mqtt://127.0.0.1:${port}`), /^unreachable: Nothing listens on 127.0.0.1:/);
      recorder.states.length = 0;
      assert.match(await refusal(`mqtt://localhost:${port}`), /^unreachable: Nothing listens on localhost:/);
    });

    it('how to write the address of a server without TLS', async () => {
      assert.match(
        await refusal(stack.url.replace('mqtt:', 'mqtts:')),
        new RegExp(`^no_answer: .*write the host as ${stack.url}`),
      );
    });

    it('a TLS configuration that is none, at every try, and never throws', async () => {
      open(stack.url.replace('mqtt:', 'mqtts:'), { tls: { cert: 'no certificate' } });
      await eventually(() => recorder.errors.length >= 3, 'three tries');
      assert.match(recorder.errors[2]?.message ?? '', /TLS configuration cannot be used/);
    });
  });

  describe('over TLS', () => {
    let secure: ThingsStack;

    beforeEach(async () => {
      secure = await startThingsStack({ tls: true });
    });
    afterEach(() => secure.close());

    it("trusts a private authority by the user's TLS configuration", async () => {
      open(secure.url, { tls: { ca: TEST_CERTIFICATE } });
      await recorder.connected();
      assert.deepEqual(recorder.errors, []);
    });

    it('names a certificate that is not trusted', async () => {
      open(secure.url);
      const { code, message } = await recorder.failed();
      assert.equal(code, 'certificate');
      assert.match(message, /certificate of 127.0.0.1 is not trusted/);
    });

    it('sends the name of the host, which clusters choose the certificate by', async () => {
      const names: string[] = [];
      const recorded = await listen((socket) => {
        socket.once('data', (hello) => names.push(hello.toString('latin1')));
      });
      open(`mqtts://localhost:${recorded.port}`);
      await eventually(() => names[0]?.includes('localhost'), 'the name in the hello');
      await transport.close();
      await recorded.close();
    });
  });
});
