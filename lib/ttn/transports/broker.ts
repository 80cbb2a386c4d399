import { hash } from 'node:crypto';
import { TtnError } from '../errors';
import { isGroup } from '../names';
import { deferAcks } from './deferred-acks';
import { mqttTransport, type MqttOptions } from './mqtt';
import { topicFilter } from './topic-filter';
import { KEEPALIVE_S, MAX_UNSETTLED, type Incoming, type Transport } from './transport';

export interface BrokerOptions extends MqttOptions {
  username?: string;
  password?: string;
  /** Names the session. Two clients with the same id push each other out; another id begins another session. */
  clientId: string;
  /** Default: 5 */
  version?: '3.1.1' | '5';
  /** Clients of one group share the messages. Needs a broker that has shared subscriptions. */
  group?: string;
  /** How long the broker keeps what comes while this client is away, default a week. MQTT 3.1.1: its own setting. */
  sessionExpiryS?: number;
  /** Messages handed on and not settled. */
  maxUnsettled?: number;
}

const SESSION_EXPIRY_S = 7 * 24 * 3600;
/** MQTT 5: the session does not expire. */
const FOR_EVER = 0xffffffff;

/**
 * An MQTT broker of one's own that a bridge feeds: QoS 1 in a session that outlives the connection, each message
 * acknowledged when it is settled.
 * @throws TtnError `bad_configuration`
 */
export function brokerTransport(options: BrokerOptions): Transport {
  const { clientId, group, topics, username, password, version = '5', onMessage, onUnkept } = options;
  const { keepalive = KEEPALIVE_S, maxUnsettled: limit = MAX_UNSETTLED } = options;
  const { sessionExpiryS = SESSION_EXPIRY_S } = options;
  check(options);
  const isVersion5 = version === '5';
  const isWanted = topicFilter(topics);
  // The session keeps subscriptions to topics that have been taken out of the settings.
  const deliver = (incoming: Incoming) => {
    if (isWanted(incoming.topic)) onMessage(incoming);
    else incoming.settle?.('done');
  };
  return mqttTransport(
    { ...options, topics: group ? topics.map((topic) => `$share/${group}/${topic}`) : topics },
    {
      client: () => ({
        protocolVersion: isVersion5 ? 5 : 4,
        clean: false,
        clientId,
        username,
        password,
        properties: isVersion5
          ? { sessionExpiryInterval: Math.min(sessionExpiryS, FOR_EVER), receiveMaximum: limit }
          : undefined,
      }),
      qos: 1,
      hints: {
        ...brokerHints(username),
        noAnswer: `Check host and port${isVersion5 ? ', and whether it speaks MQTT 5: if not, choose 3.1.1' : ''}.`,
        lost: `If that happens again and again, another client has the same client id, "${clientId}".`,
      },
      listen: (client, attempt) =>
        deferAcks(client, {
          limit,
          keepalive,
          isLive: () => attempt.live,
          deliver,
          handBack: () => attempt.ended(handedBack()),
          onUnkept,
        }),
    },
  );
}

/** A client id that is the same for the same name, for ever; no longer than every broker of MQTT 3.1.1 takes. */
export function clientIdOf(name: string): string {
  return `ttn${hash('sha256', JSON.stringify([name])).slice(0, 20)}`;
}

function check({ clientId, group, topics }: BrokerOptions): void {
  const wrong = (text: string) => new TtnError('bad_configuration', text);
  if (!clientId) throw wrong('The client id is missing. The broker keeps messages under that name.');
  if (topics.length === 0) throw wrong('The topics are missing. For uplinks: v3/+/devices/+/up.');
  if (group && !isGroup(group)) {
    throw wrong(`The group "${group}" cannot be right: it is a name without /, + and #.`);
  }
}

function handedBack(): TtnError {
  return new TtnError(
    'handed_back',
    'A message could not be taken. MQTT has no way to give it back but a new connection, over which the broker delivers it again.',
  );
}

/** What to do about refusals of a broker of one's own. */
export function brokerHints(username: string | undefined) {
  return {
    who: username ? `the user name "${username}" or its password` : 'a client without user name',
    credentials: "Check user name and password, and the broker's access list.",
    tooManyConnections: 'It is overloaded, or limits its clients.',
    subscription: "Check the topics and the broker's access list.",
  };
}
