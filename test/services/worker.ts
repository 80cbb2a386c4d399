import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { resolveAmqpAddress, resolveBrokerAddress } from '../../lib/ttn/address';
import { amqpTransport } from '../../lib/ttn/transports/amqp';
import { brokerTransport } from '../../lib/ttn/transports/broker';
import type { Incoming } from '../../lib/ttn/transports/transport';

/**
 * A process that takes messages and does with each what an installation does: a moment of work, a line in a file,
 * then the acknowledgement. Told to on its command line: `amqp|3.1.1|5`, address, queue or client id, file.
 */
const [kind = '', address = '', name = '', file = ''] = process.argv.slice(2);

async function work({ payload, settle }: Incoming): Promise<void> {
  await sleep(5);
  appendFileSync(file, `${payload.toString()}\n`);
  settle?.('done');
}

const options = {
  onState: () => undefined,
  onMessage: (incoming: Incoming) => void work(incoming),
  backoff: { firstMs: 50, factor: 2, maxMs: 500 },
  maxUnsettled: 32,
};
const transport =
  kind === 'amqp'
    ? amqpTransport({
        ...options,
        address: resolveAmqpAddress(address),
        username: 'guest',
        password: 'guest',
        queue: name,
      })
    : brokerTransport({
        ...options,
        address: resolveBrokerAddress(address),
        version: kind as '5',
        clientId: name,
        topics: ['v3/+/devices/+/up'],
      });
transport.open();
