import type { Socket } from 'node:net';
import { dirname, join } from 'node:path';

/** amqplib's own tables of the protocol, which have no types. */
type Tables = Record<string, number> & {
  encodeMethod(method: number | undefined, channel: number, fields: object): Buffer;
  encodeProperties(properties: number | undefined, channel: number, size: number, fields: object): Buffer;
};
// eslint-disable-next-line @typescript-eslint/no-require-imports
const tables = require(join(dirname(require.resolve('amqplib')), 'lib/defs')) as Tables;

const HEADER_BYTES = 'AMQP0091'.length;
const FRAME_BYTES = 8;

/** What a server answers to a method, where it is not the same with `Ok` behind. */
const ANSWERS: Partial<Record<string, [method: string, fields: object]>> = {
  ConnectionStartOk: ['ConnectionTune', { channelMax: 9, frameMax: 4096, heartbeat: 0 }],
  ChannelOpen: ['ChannelOpenOk', { channelId: Buffer.alloc(0) }],
  QueueDeclare: ['QueueDeclareOk', { queue: 'uplinks', messageCount: 0, consumerCount: 0 }],
};
const ANSWERED = [
  'ConnectionStartOk',
  'ConnectionOpen',
  'ChannelOpen',
  'ChannelClose',
  'QueueDeclare',
  'BasicQos',
];

export function method(name: string, channel: number, fields: object = {}): Buffer {
  return tables.encodeMethod(tables[name], channel, fields);
}

/** A message without a body. */
export function delivery(channel: number, deliveryTag: number): Buffer[] {
  const fields = { consumerTag: 'consumer', deliveryTag, exchange: '', routingKey: 'a.devices.b.up' };
  return [
    method('BasicDeliver', channel, { ...fields, redelivered: false }),
    tables.encodeProperties(tables.BasicProperties, channel, 0, {}),
  ];
}

/**
 * The server's part until somebody consumes; from then on it answers nothing.
 * @param onConsume gets the channel
 */
export function serveAmqp(socket: Socket, onConsume: (channel: number) => void): void {
  let received = Buffer.alloc(0);
  let greeted = false;
  socket.on('data', (data) => {
    received = Buffer.concat([received, data]);
    if (!greeted) {
      greeted = true;
      received = received.subarray(HEADER_BYTES);
      const texts = { mechanisms: Buffer.from('PLAIN'), locales: Buffer.from('en_US') };
      socket.write(
        method('ConnectionStart', 0, { versionMajor: 0, versionMinor: 9, serverProperties: {}, ...texts }),
      );
    }
    while (received.length >= FRAME_BYTES && received.length >= FRAME_BYTES + received.readUInt32BE(3)) {
      const channel = received.readUInt16BE(1);
      const asked = received.readUInt32BE(7);
      received = received.subarray(FRAME_BYTES + received.readUInt32BE(3));
      const name = ANSWERED.find((name) => tables[name] === asked);
      if (name) {
        const [answer, fields] = ANSWERS[name] ?? [`${name}Ok`, {}];
        socket.write(method(answer, channel, fields));
      }
      if (asked !== tables.BasicConsume) continue;
      socket.removeAllListeners('data').resume();
      socket.write(method('BasicConsumeOk', channel, { consumerTag: 'consumer' }));
      onConsume(channel);
    }
  });
}
