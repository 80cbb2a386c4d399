import { randomUUID } from 'node:crypto';
import { connect, ReasonCodes, type IClientOptions, type MqttClient } from 'mqtt';
import { withDualStack } from '../../dual-stack';
import type { Address, ServerAddress } from '../address';
import { TtnError } from '../errors';
import { connectionLost, explainMqttFailure, type RefusalHints } from '../refusals';
import { Reconnecting, type Attempt, type Connection } from './reconnecting';
import { KEEPALIVE_S, type ConnectionOptions, type Transport } from './transport';

export interface MqttOptions extends ConnectionOptions {
  address: ServerAddress;
  /** Filters that do not overlap. */
  topics: readonly string[];
}

/** What the kinds of MQTT server differ in. */
export interface MqttDialect {
  /** For each try. */
  client: () => IClientOptions;
  qos: 0 | 1;
  hints: RefusalHints;
  /** Takes hold of the messages; called before any can come. */
  listen: (client: MqttClient, attempt: Attempt) => void;
}

/** An MQTT connection: mqtt.js connects and subscribes once a try; its own reconnection stays off. */
export function mqttTransport(options: MqttOptions, dialect: MqttDialect): Transport {
  const { address } = options;
  const { hints } = dialect;
  return new Reconnecting({
    ...options,
    connect: (attempt) => connectOnce(attempt, options, dialect),
    explain: (cause, wasConnected) =>
      wasConnected ? connectionLost(cause, address, hints.lost) : explainMqttFailure(cause, address, hints),
  });
}

function connectOnce(attempt: Attempt, options: MqttOptions, dialect: MqttDialect): Connection {
  const { address, tls, topics, keepalive = KEEPALIVE_S } = options;
  const clientOptions = { ...tls, keepalive, ...dialect.client(), reconnectPeriod: 0 };
  const client = withDualStack(() => connect(address.url, clientOptions));
  dialect.listen(client, attempt);

  let cause: unknown;
  // Stays for the life of the client: an error event without a listener ends the process. After what is no MQTT, mqtt.js
  // would wait on.
  client.on('error', (error) => {
    cause ??= error;
    attempt.ended(cause);
  });
  // MQTT 5: the server says why it ends the connection.
  client.on('disconnect', ({ reasonCode = 0 }) => {
    const reason = ReasonCodes[reasonCode as keyof typeof ReasonCodes] ?? 'no reason given';
    cause ??= Object.assign(new Error(reason), { code: reasonCode });
  });
  client.on('connect', () => {
    client.subscribe([...topics], { qos: dialect.qos }, (refused, granted = [], packet) => {
      if (!refused) {
        attempt.connected();
        if (granted.some(({ qos }) => qos < dialect.qos)) options.onUnkept?.();
        return;
      }
      const codes = packet && 'granted' in packet ? packet.granted : [];
      const refusedTopics = topics.filter((_topic, i) => Number(codes?.[i] ?? 128) >= 128);
      attempt.ended(
        new TtnError(
          'subscription_refused',
          `${address.hostname} refused the subscription to ${refusedTopics.join(', ')}: ${refused.message}. ${dialect.hints.subscription}`,
          { cause: refused },
        ),
      );
    });
  });
  client.on('close', () => attempt.ended(cause));

  return {
    end: () => new Promise((resolve) => client.end(!client.connected, () => resolve())),
    // A client that already ends in good manners does not hear `end(true)`.
    destroy: () => void client.end(true).stream.destroy(),
  };
}

export interface NetworkMqttOptions extends MqttOptions {
  address: Address;
}

/** The MQTT server of a network: it keeps nothing for a client that is away, and messages go on as they come. */
export function networkMqttTransport(
  options: NetworkMqttOptions,
  secret: string,
  hints: Pick<RefusalHints, 'who' | 'credentials' | 'subscription'>,
): Transport {
  const { username } = options.address;
  return mqttTransport(options, {
    client: () => forgettable(username, secret),
    qos: 0,
    hints: {
      ...hints,
      tooManyConnections: `End other MQTT clients of "${username}".`,
      // The Things Stack closes without a CONNACK on MQTT 5, and on too many new connections per IP address.
      noAnswer:
        'Either it limits new connections for a while, or it is no MQTT 3.1.1 server: check host and port.',
    },
    listen: (client, attempt) => {
      client.on('message', (topic, payload) => {
        if (attempt.live) options.onMessage({ topic, payload });
      });
    },
  });
}

/** A client that the server forgets when it is gone: MQTT 3.1.1, clean session, a random client id, no will. */
export const forgettable = (username: string, password: string): IClientOptions => ({
  protocolVersion: 4,
  clean: true,
  clientId: `node-red-${randomUUID()}`,
  username,
  password,
});
