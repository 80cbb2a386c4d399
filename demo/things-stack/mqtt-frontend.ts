import type { EventEmitter } from 'node:events';
import type { Aedes, Client } from 'aedes' with { 'resolution-mode': 'import' };
import { applicationUid, topicPrefix, type Application } from './applications';
import type { ThingsStackEvents } from './events';
import { acceptedFilter, matches } from './filters';

/** Why the server turns new connections away; those that exist go on. */
export type Refusal = 'wrong-key' | 'too-many-connections' | 'rate-limit';

/** An MQTT client that is connected. */
export interface Connection {
  /** As the client gave it; several may have the same. */
  clientId: string;
  application: Application;
  /** What the server made of the filters that the client asked for. */
  filters: Set<string>;
  /** Rights are looked at when a client connects, never again. */
  canRead: boolean;
  /** Messages that its socket has not taken yet. */
  waiting: number;
  /** Messages that it lost because it read too slowly. */
  dropped: number;
}

/** Where aedes would be stricter than the real server: it disconnects slow readers and refuses long ids. */
export const BROKER_OPTIONS = {
  connectTimeout: 10_000,
  drainTimeout: 2 ** 31 - 1,
  maxClientsIdLength: 65_535,
};

/** The Things Stack's MQTT library keeps so many messages for a full socket and drops the rest. */
const SLOW_READER_BUFFER = 64;

const CONNACK = { accepted: 0, serverUnavailable: 3, notAuthorized: 5 };

/**
 * Makes an aedes broker behave as The Things Stack's MQTT server (its source, and its MQTT library's). aedes
 * speaks the protocol; who may connect, and who gets what, is decided here.
 */
export class MqttFrontend {
  refusal?: Refusal;
  readonly connections = new Map<Client, Connection>();
  private readonly admitted = new WeakMap<Client, Connection>();
  private connects = 0;

  constructor(
    broker: Aedes,
    private readonly applications: readonly Application[],
    events: EventEmitter<ThingsStackEvents>,
  ) {
    const connectionOf = (client: Client) => this.admitted.get(client)!;

    broker.preConnect = (_client, packet, done) => {
      if (packet.protocolVersion === 5) return done(new Error('MQTT 5 is not spoken here'), false);
      packet.clean = true;
      delete packet.will;
      // Never the same twice: aedes would end the older connection.
      packet.clientId = `${++this.connects}:${packet.clientId}`;
      done(null, true);
    };
    broker.authenticate = (client, username, password, done) => {
      const returnCode = this.admit(client, username, password?.toString());
      if (returnCode === CONNACK.accepted) done(null, true);
      else done(Object.assign(new Error('Connection refused'), { returnCode }), null);
    };
    broker.authorizeSubscribe = (client, subscription, done) => {
      const { filters, application } = connectionOf(client);
      const filter = acceptedFilter(subscription.topic, topicPrefix(application));
      if (filter) filters.add(filter);
      done(null, filter ? subscription : null);
    };
    // What a client publishes is acknowledged and goes nowhere.
    broker.authorizePublish = (_client, packet, done) => {
      packet.retain = false;
      done(null);
    };
    broker.authorizeForward = (_client, packet) => ('clientId' in packet ? null : packet);

    broker.on('client', (client) => {
      this.connections.set(client, connectionOf(client));
      client.conn.once('close', () => this.connections.delete(client));
    });
    broker.on('clientReady', (client) => events.emit('connected', connectionOf(client)));
    broker.on('subscribe', (subscriptions, client) => {
      const granted = subscriptions.filter(({ qos }) => qos <= 2);
      for (const { topic } of granted) events.emit('subscribed', connectionOf(client), topic);
    });
    broker.on('unsubscribe', (topics, client) => {
      const { filters, application } = connectionOf(client);
      for (const topic of topics) filters.delete(acceptedFilter(topic, topicPrefix(application)) ?? topic);
    });
  }

  /** Hands a message to all that subscribed to it and may read it: one copy, QoS 0, not retained. */
  deliver(topic: string, payload: string | Buffer): void {
    for (const [client, connection] of this.connections) {
      const subscribed = [...connection.filters].some((filter) => matches(filter, topic));
      if (!subscribed || !connection.canRead) continue;
      if (connection.waiting >= SLOW_READER_BUFFER && client.conn.writableNeedDrain) {
        connection.dropped++;
        continue;
      }
      connection.waiting++;
      const packet = { cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false } as const;
      client.publish(packet, () => connection.waiting--);
    }
  }

  /** Looks at a CONNECT and gives the return code of its CONNACK. */
  private admit(client: Client, username?: string, key?: string): number {
    const application = this.applications.find((candidate) => applicationUid(candidate) === username);
    const rights = application?.apiKeys.find((candidate) => candidate.key === key)?.rights ?? [];
    if (!application || rights.length === 0 || this.refusal === 'wrong-key') return CONNACK.notAuthorized;
    if (this.refusal === 'too-many-connections') return CONNACK.serverUnavailable;
    this.admitted.set(client, {
      clientId: client.id.slice(client.id.indexOf(':') + 1),
      application,
      filters: new Set(),
      canRead: rights.includes('RIGHT_APPLICATION_TRAFFIC_READ'),
      waiting: 0,
      dropped: 0,
    });
    return CONNACK.accepted;
  }
}
