/** A process: an MQTT broker that publishes uplinks by itself, as The Things Stack does. */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { Aedes } from 'aedes' with { 'resolution-mode': 'import' };
import { serve } from './remote';
import { nowMs, uplink } from './uplinks';

export interface Load {
  /** Number of the first uplink. */
  first: number;
  count: number;
  /** Either so many are published and have not arrived at the sink, or so many are published a second. */
  window?: number;
  perSecond?: number;
}

let broker: Aedes;
let subscribed: Promise<unknown>;
/** At the sink, since the beginning. */
let arrived = 0;

async function start(): Promise<number> {
  const { Aedes } = await import('aedes');
  broker = await Aedes.createBroker();
  const server = createServer({ noDelay: true }, (socket) => void broker.handle(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function publish({ first, count, window = Infinity, perSecond = Infinity }: Load): Promise<number[]> {
  const uplinks = Array.from({ length: count }, (_, index) => uplink(first + index));
  const publishedAt: number[] = [];
  const arrivedBefore = arrived;
  const begin = nowMs();
  return new Promise((resolve) => {
    const publishDue = () => {
      const now = nowMs();
      const due = Math.min(count, (perSecond * (now - begin)) / 1000, window + arrived - arrivedBefore);
      while (publishedAt.length < due) {
        const { topic, payload } = uplinks[publishedAt.length]!;
        publishedAt.push(nowMs());
        broker.publish({ cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false }, () => {});
      }
      if (publishedAt.length < count) setTimeout(publishDue, 1);
      else resolve(publishedAt);
    };
    publishDue();
  });
}

const calls = {
  start,
  /** Begins to wait for a subscription. */
  expect: () => void (subscribed = once(broker, 'subscribe')),
  subscribed: () => subscribed.then(() => undefined),
  /** Resolves to when each was published, when all are. */
  publish,
  arrived: (count: number) => void (arrived = count),
};
export type BrokerCalls = typeof calls;

serve(calls);
