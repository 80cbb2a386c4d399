import type { Node, NodeDef } from 'node-red';
import type { CodedError } from '../../lib/errors';
import type { ApplicationConfig } from '../../lib/ttn/address';
import type { KindGroup } from '../../lib/ttn/kinds';
import type { ReceivedUplink } from '../../lib/ttn/message';
import type { ConnectionState } from '../../lib/ttn/transports/transport';
import { LeftUsers } from '../shared/left-users';
import type { TypedNumber, TypedSwitch } from '../shared/typed';

/** How uplinks come in. */
export type WayName = 'things-stack' | 'v2' | 'webhook' | 'broker' | 'amqp';

/** Flows made before a field existed lack it. */
export interface TtnApplicationDef extends NodeDef, Partial<ApplicationConfig> {
  transport?: WayName;
  /** Id of a `tls-config` node. */
  tls?: string;
  /** Name of the environment variable that holds the API key, instead of the credential. */
  apiKeyVariable?: string;

  /** Of v2's account server, which the Test button asks about the access key; empty: not asked. */
  accountUrl?: string;
  /** Base URL of The Things Stack's HTTP API; empty: made from the host. */
  apiUrl?: string;
  /** Fetch what was missed from the Storage Integration. Default true. */
  recovery?: TypedSwitch;
  /** At the very first start, fetch what was sent in so many hours before. Default 0. */
  lookBackHours?: TypedNumber;
  /** Warn when no message came for so long; 0 or empty: never. */
  silenceMinutes?: TypedNumber;

  /** Below `ttn/` under Node-RED's `httpNodeRoot`. */
  webhookPath?: string;
  /** Header that holds the secret; empty: `Authorization: Bearer`. */
  webhookHeader?: string;
  webhookSecretVariable?: string;

  /** Of a broker of one's own, MQTT or AMQP. */
  username?: string;
  passwordVariable?: string;
  /** MQTT filters, commas or blanks between; empty: those of The Things Stack, or of v2's exchange. */
  topics?: string;

  /** Name of the session; empty: one that belongs to this node. */
  clientId?: string;
  /** Of a shared subscription. */
  group?: string;
  mqttVersion?: '5' | '3.1.1';
  /** A broker with MQTT 5 keeps the session for so long while Node-RED is away. Default: a week. */
  sessionHours?: TypedNumber;

  virtualHost?: string;
  queue?: string;
  /** Default true. */
  declareQueue?: TypedSwitch;
  exchange?: string;

  /** When a message is acknowledged, where the way in can do that. */
  acknowledge?: 'handedOn' | 'stored';
  /** A message that is not stored after so long is handed back. Default 60. */
  acknowledgeSeconds?: TypedNumber;
}

export interface TtnApplicationCredentials {
  /** API key, or v2's access key. */
  apiKey?: string;
  webhookSecret?: string;
  /** Of a broker of one's own. */
  password?: string;
}

/** What a subscriber is told of the connection. */
export type ApplicationState =
  | ConnectionState
  /** The settings do not make a connection. */
  | { name: 'invalid'; error: CodedError }
  /** Connected, and nothing will come. */
  | { name: 'deaf'; error: CodedError };

/** What happens beside the messages, and is of interest for a while. */
export type Notice =
  | { name: 'unreadable'; error: CodedError }
  | { name: 'recovering' }
  | { name: 'recovered'; count: number }
  | { name: 'silent' }
  /** Uplinks wait: Node-RED does not start what was deployed. */
  | { name: 'held' };

/** A node that wants the messages of an application. */
export interface Subscriber extends Node {
  kinds: ReadonlySet<KindGroup>;
  onState(state: ApplicationState): void;
  onNotice(notice: Notice): void;
  /**
   * @param shared the same objects go to other subscribers too: clone before handing on
   * @returns whether the node handed it on
   */
  onUplink(received: ReceivedUplink, shared: boolean): boolean;
}

export interface TtnApplicationNode extends Node<TtnApplicationCredentials> {
  /** Node-RED hands status and errors of a config node to the nodes it finds here. */
  users: Record<string, Subscriber>;
  /** The connection opens when all nodes of a deploy stand, if the application has subscribers. */
  register(subscriber: Subscriber): void;
  deregister(subscriber: Subscriber): void;
}

export const leftSubscribers = new LeftUsers<Subscriber>();

/** Flows made before there were several have none. */
export const wayName = ({ transport }: Pick<TtnApplicationDef, 'transport'>): WayName =>
  transport || 'things-stack';
