import { connect, type Channel, type ChannelModel, type ConsumeMessage, type Options } from 'amqplib';
import { backoffMs } from '../../backoff';
import { DUAL_STACK } from '../../dual-stack';
import type { AmqpAddress } from '../address';
import { TtnError } from '../errors';
import { explainAmqpFailure } from './amqp-refusals';
import { Reconnecting, type Attempt, type Connection } from './reconnecting';
import {
  BACKOFF,
  firstOnly,
  KEEPALIVE_S,
  MAX_UNSETTLED,
  type ConnectionOptions,
  type Transport,
} from './transport';

export interface AmqpOptions extends ConnectionOptions {
  address: AmqpAddress;
  username: string;
  password: string;
  /** Several consumers of one queue share its messages. */
  queue: string;
  /** Make the queue where there is none, as a durable quorum queue. Default: true. One that exists may be of any kind. */
  declareQueue?: boolean;
  /** A topic exchange that exists and is to fill the queue, such as v2's `ttn.handler`. Default: none, something else fills it. */
  exchange?: string;
  /** What of the exchange: filters as in MQTT, such as `topicsOf` and `v2TopicsOf` give. */
  topics?: readonly string[];
  /** Messages handed on and not settled. */
  maxUnsettled?: number;
  /** Only look whether all is there: nothing is made, bound or taken. */
  visit?: boolean;
}

/**
 * From 4.0 on RabbitMQ throws away what it has delivered 20 times in vain; -1 means never, but to older ones at once.
 * (https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling)
 */
function quorumQueue(version = ''): Options.AssertQueue {
  const noLimit = Number.parseInt(version) >= 4 ? { 'x-delivery-limit': -1 } : {};
  return { durable: true, arguments: { 'x-queue-type': 'quorum', ...noLimit } };
}

/**
 * A queue of RabbitMQ. Each message is acknowledged when it is settled; `again` gives it back to the queue, after
 * a pause, for whichever consumer is next.
 */
export function amqpTransport(options: AmqpOptions): Transport {
  return new Reconnecting({
    ...options,
    connect: (attempt) => new AmqpConnection(attempt, options),
    explain: (cause, wasConnected) => explainAmqpFailure(cause, wasConnected, options),
  });
}

/** One connection with one channel; amqplib's own reconnection stays off. */
class AmqpConnection implements Connection {
  readonly #attempt: Attempt;
  readonly #options: AmqpOptions;
  readonly #socket = new AbortController();
  readonly #pauses = new Set<NodeJS.Timeout>();
  #connection: ChannelModel | undefined;
  #channel: Channel | undefined;

  constructor(attempt: Attempt, options: AmqpOptions) {
    this.#attempt = attempt;
    this.#options = options;
    this.#open().then(
      () => attempt.connected(),
      (cause: unknown) => attempt.ended(cause),
    );
  }

  async end(): Promise<void> {
    // amqplib sends the end of the connection before the acknowledgements that wait in the channel.
    await this.#channel?.close();
    await this.#connection?.close();
  }

  destroy(): void {
    for (const pause of this.#pauses) clearTimeout(pause);
    this.#socket.abort();
  }

  async #open(): Promise<void> {
    const { address, username, password, tls, keepalive = KEEPALIVE_S } = this.#options;
    const server = {
      protocol: new URL(address.url).protocol.slice(0, -1),
      hostname: address.hostname,
      port: address.port,
      vhost: encodeURIComponent(address.virtualHost),
      username,
      password,
      heartbeat: keepalive,
    };
    // The signal reaches the socket, which amqplib does not give out while it connects.
    const socketOptions = { ...DUAL_STACK, ...tls, signal: this.#socket.signal };
    this.#connection = await connect(server, socketOptions);
    const ended = (cause: unknown) => this.#attempt.ended(cause);
    // For its whole life: an error event without a listener ends the process.
    this.#connection.on('error', ended).on('close', ended);
    this.#channel = await this.#connection.createChannel();
    this.#channel.on('error', ended);
    await this.#makeQueue(this.#connection, this.#channel);
    if (!this.#options.visit) await this.#consume(this.#channel);
  }

  async #makeQueue(connection: ChannelModel, channel: Channel): Promise<void> {
    const { queue, declareQueue = true, exchange, topics = [], visit = false } = this.#options;
    if (!declareQueue) await channel.checkQueue(queue);
    else if (!(await hasQueue(connection, queue)) && !visit) {
      await channel.assertQueue(queue, quorumQueue(connection.connection.serverProperties.version));
    }
    if (!exchange) return;
    if (visit) await channel.checkExchange(exchange);
    else for (const pattern of topics.flatMap(patternsOf)) await channel.bindQueue(queue, exchange, pattern);
  }

  async #consume(channel: Channel): Promise<void> {
    const { queue, maxUnsettled = MAX_UNSETTLED } = this.#options;
    await channel.prefetch(maxUnsettled);
    await channel.consume(queue, (message) => {
      if (message) this.#handOn(channel, message);
      else this.#attempt.ended(queueDeleted(queue));
    });
  }

  #handOn(channel: Channel, message: ConsumeMessage): void {
    if (!this.#attempt.live) return;
    this.#options.onMessage({
      topic: topicOf(message.fields.routingKey),
      payload: message.content,
      // RabbitMQ closes the channel of who acknowledges twice.
      settle: firstOnly((outcome) => {
        if (!this.#attempt.live) return;
        if (outcome === 'done') this.#tell(() => channel.ack(message));
        else this.#giveBack(channel, message);
      }),
    });
  }

  /** Not at once: the queue would deliver it again and again. A quorum queue counts how often it did. */
  #giveBack(channel: Channel, message: ConsumeMessage): void {
    const deliveries = 1 + Number(message.properties.headers?.['x-delivery-count'] ?? 0);
    const pause = setTimeout(
      () => {
        this.#pauses.delete(pause);
        if (this.#attempt.live) this.#tell(() => channel.nack(message, false, true));
      },
      backoffMs(deliveries, this.#options.backoff ?? BACKOFF),
    );
    this.#pauses.add(pause);
  }

  /** Throws while amqplib closes the channel, of which it tells when the server has agreed, if ever. */
  #tell(answer: () => void): void {
    try {
      answer();
    } catch (cause) {
      this.#attempt.ended(cause);
    }
  }
}

/** On a channel of its own: RabbitMQ closes that of who asks for what is not there. */
async function hasQueue(connection: ChannelModel, queue: string): Promise<boolean> {
  const channel = await connection.createChannel();
  channel.on('error', () => undefined);
  try {
    await channel.checkQueue(queue);
    await channel.close();
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === 404) return false;
    throw error;
  }
}

/**
 * The routing patterns for an MQTT filter. v2's handler leaves the slash in the names of its events,
 * `app.devices.dev.events.down/sent` (its source); RabbitMQ's MQTT plugin writes a dot for each.
 */
function patternsOf(topic: string): string[] {
  const dotted = (part: string) => part.replaceAll('/', '.').replaceAll('+', '*');
  const [, place, event] = topic.match(/^([^/]+\/devices\/[^/]+\/events\/)([^+#]+\/[^+#]+)$/) ?? [];
  return [dotted(topic), ...(place && event ? [dotted(place) + event] : [])];
}

/** The topic that a routing key stands for; empty if it is none of The Things Network's. Ids have no dots. */
function topicOf(routingKey: string): string {
  const topic = routingKey.replaceAll('.', '/');
  return /^(v3\/)?[^/]+\/devices\/[^/]+\/./.test(topic) ? topic : '';
}

function queueDeleted(queue: string): TtnError {
  return new TtnError('not_found', `The queue "${queue}" was deleted, or its server stopped.`);
}
