import assert from 'node:assert/strict';
import { freePort } from '../../../../demo/ports';
import { resolveAmqpAddress } from '../../../../lib/ttn/address';
import { amqpTransport } from '../../../../lib/ttn/transports/amqp';
import type { Transport } from '../../../../lib/ttn/transports/transport';
import { eventually } from '../../../eventually';
import { delivery, serveAmqp } from './amqp-frames';
import { Recorder } from './recorder';
import { listen } from './sockets';

/** What needs no RabbitMQ; the rest is among the tests of services. */
describe('amqpTransport', () => {
  let recorder: Recorder;
  let transport: Transport;

  beforeEach(() => (recorder = new Recorder()));
  afterEach(() => transport.close());

  function open(port: number, protocol = 'amqp'): void {
    transport = amqpTransport({
      address: resolveAmqpAddress(`${protocol}://127.0.0.1:${port}`),
      username: 'guest',
      password: 'the password',
      queue: 'uplinks',
      ...recorder.options,
    });
    transport.open();
  }

  it('tries again and again where nothing listens, and says so', async () => {
    open(await freePort());
    await eventually(() => recorder.errors.length >= 3, 'three tries');
    assert.match(recorder.errors[2]?.message ?? '', /Nothing listens on 127.0.0.1:\d+/);
  });

  it('says that a server speaks something else', async () => {
    const closing = await listen((socket) => socket.once('data', () => socket.end()));
    open(closing.port);
    const { code, message } = await recorder.failed();
    assert.equal(code, 'no_answer');
    assert.match(message, /closed the connection without an answer.*not for MQTT/);
    await transport.close();
    await closing.close();

    recorder.states.length = 0;
    const talking = await listen((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    );
    open(talking.port);
    assert.equal((await recorder.failed()).code, 'no_answer');
    await transport.close();
    await talking.close();
  });

  for (const outcome of ['done', 'again'] as const) {
    it(`connects anew where a message is settled (${outcome}) while amqplib closes the channel`, async () => {
      const server = await listen((socket) =>
        serveAmqp(socket, (channel) => {
          // The second one comes without its header: amqplib wants to close, which this server never answers.
          const [deliver = Buffer.alloc(0), ...header] = delivery(channel, 1);
          socket.write(Buffer.concat([deliver, ...header, deliver, deliver]));
        }),
      );
      recorder.onMessage = ({ settle }) => setTimeout(() => settle?.(outcome), 50);
      open(server.port);
      const { code } = await recorder.failed();
      assert.equal(code, 'connection_lost');
      await eventually(() => recorder.messages.length > 1, 'the message over the next connection');
      await transport.close();
      await server.close();
    });
  }

  for (const protocol of ['amqp', 'amqps']) {
    it(`leaves nothing open when it is closed while it connects by ${protocol}`, async () => {
      const silent = await listen((socket) => void socket.resume());
      open(silent.port, protocol);
      await eventually(() => silent.sockets.size === 1, 'a socket');
      await transport.close();
      await eventually(() => silent.sockets.size === 0, 'the end of the socket');
      assert.deepEqual(recorder.states, [{ name: 'connecting' }]);
      await silent.close();
    });
  }
});
