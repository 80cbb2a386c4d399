import { filledIn } from '../../lib/variables';
import { words } from '../../lib/words';
import type { TtnApi } from '../../lib/ttn/api';
import { resolveAmqpAddress, resolveBrokerAddress, resolveV2Address } from '../../lib/ttn/address';
import { TtnError } from '../../lib/ttn/errors';
import { topicsOf, v2TopicsOf, type KindGroup } from '../../lib/ttn/kinds';
import { amqpTransport, type AmqpOptions } from '../../lib/ttn/transports/amqp';
import { brokerTransport, clientIdOf, type BrokerOptions } from '../../lib/ttn/transports/broker';
import { thingsStackTransport } from '../../lib/ttn/transports/things-stack';
import type { Transport, TransportOptions } from '../../lib/ttn/transports/transport';
import { v2Transport } from '../../lib/ttn/transports/v2';
import { WebhookTransport } from '../../lib/ttn/transports/webhook';
import { isOn, nonNegativeNumber } from '../shared/typed';
import { wayName, type TtnApplicationDef, type WayName } from './definition';
import { checkPath, publish } from './endpoints';
import type { Settings } from './settings';
import { addressOf, thingsStackApi } from './things-stack-api';

/** How the messages of an application come in. */
export interface WayIn {
  transport: (events: TransportOptions) => Transport;
  /** Where it connects to. */
  url?: string;
  /** Whose messages they are: another source has another progress. */
  source: string;
  /** Where gaps are read, and rights are looked up. */
  api?: TtnApi;
  applicationUid?: string;
  /** Messages that TTN could not deliver are not told of by a lost connection. */
  silentLosses?: true;
  /** Others may take a part of the messages from the same place. */
  shared?: true;
  /** The way can hold an acknowledgement back. */
  acknowledges: boolean;
}

type Make = (settings: Settings, kinds: Iterable<KindGroup>) => WayIn;

const WAYS: Record<WayName, Make> = { 'things-stack': thingsStack, v2, webhook, broker, amqp };

/**
 * The way in that the settings choose.
 * @throws CodedError `bad_configuration`
 */
export function wayIn(settings: Settings, kinds: Iterable<KindGroup>): WayIn {
  const name = wayName(settings.def);
  if (!Object.hasOwn(WAYS, name)) {
    const known = Object.keys(WAYS).join(', ');
    throw wrong(`There is no way in "${name as string}". Choose among ${known}.`);
  }
  return WAYS[name](settings, kinds);
}

function thingsStack(settings: Settings, kinds: Iterable<KindGroup>): WayIn {
  const address = addressOf(settings.def);
  const apiKey = settings.secret('apiKey');
  if (!apiKey) {
    throw wrong(
      `The API key of application "${address.username}" is missing. Make one in the Console: Applications > your application > API keys, with the right "Read application traffic".`,
    );
  }
  const { tls } = settings;
  const topics = topicsOf(kinds);
  return {
    transport: (events) => thingsStackTransport({ address, apiKey, tls, topics, ...events }),
    url: address.url,
    source: `${address.username} ${address.hostname}`,
    api: thingsStackApi(settings),
    applicationUid: address.username,
    acknowledges: false,
  };
}

function v2({ def, secret, tls }: Settings, kinds: Iterable<KindGroup>): WayIn {
  const { host = '', applicationId = '' } = def;
  const address = resolveV2Address({ host, applicationId });
  const accessKey = secret('apiKey');
  if (!accessKey) throw wrong(`The access key of application "${address.username}" is missing.`);
  const topics = v2TopicsOf(kinds, address.username);
  return {
    transport: (events) => v2Transport({ address, accessKey, tls, topics, ...events }),
    url: address.url,
    source: `v2 ${address.username} ${address.hostname}`,
    acknowledges: false,
  };
}

/** With a host and a key, what the webhook missed is fetched, too. */
function webhook(settings: Settings): WayIn {
  const { def, secret } = settings;
  const path = checkPath(def.webhookPath);
  const webhookSecret = secret('webhookSecret') ?? '';
  const headerName = filledIn(def.webhookHeader);
  const hasApi = Boolean(def.host && def.applicationId && secret('apiKey'));
  const address = hasApi ? addressOf(def) : undefined;
  if (!webhookSecret) throw wrong("The webhook's secret is missing. Without it, anyone could send uplinks.");
  return {
    transport(events) {
      const receiver = new WebhookTransport({ secret: webhookSecret, headerName, ...events });
      return publish(path, receiver, events.onState);
    },
    source: address ? `${address.username} ${address.hostname}` : `webhook ${path}`,
    ...(address && { api: thingsStackApi(settings), applicationUid: address.username }),
    silentLosses: true,
    acknowledges: true,
    // Behind a load balancer each would fetch what the others have had.
    ...(!isOn(def.recovery, true) && { shared: true }),
  };
}

function broker(settings: Settings, kinds: Iterable<KindGroup>): WayIn {
  const options = brokerOptions(settings, kinds);
  return {
    transport: (events) => brokerTransport({ ...options, ...events }),
    url: options.address.url,
    source: `broker ${options.address.hostname}`,
    acknowledges: true,
    ...(options.group && { shared: true }),
  };
}

type WithoutEvents<Options> = Omit<Options, keyof TransportOptions>;

export function brokerOptions(
  { def, id, secret, tls }: Settings,
  kinds: Iterable<KindGroup>,
): WithoutEvents<BrokerOptions> {
  const { host = '', username, topics, clientId, group, mqttVersion, sessionHours } = def;
  const chosen = words(filledIn(topics));
  return {
    address: resolveBrokerAddress(host),
    username: filledIn(username) || undefined,
    password: secret('password'),
    topics: chosen.length > 0 ? chosen : topicsOf(kinds),
    clientId: filledIn(clientId) || clientIdOf(id),
    group: filledIn(group) || undefined,
    version: mqttVersion || '5',
    sessionExpiryS: Math.round((nonNegativeNumber('Keep for', sessionHours) ?? 0) * 3_600) || undefined,
    tls,
  };
}

function amqp(settings: Settings, kinds: Iterable<KindGroup>): WayIn {
  const options = amqpOptions(settings, kinds);
  const { address, queue } = options;
  return {
    transport: (events) => amqpTransport({ ...options, ...events }),
    url: address.url,
    source: `amqp ${address.hostname} ${address.virtualHost} ${queue}`,
    acknowledges: true,
    shared: true,
  };
}

export function amqpOptions(
  { def, secret, tls }: Settings,
  kinds: Iterable<KindGroup>,
): WithoutEvents<AmqpOptions> {
  const { host = '', virtualHost, username, topics, exchange } = def;
  const queue = filledIn(def.queue);
  if (!queue) throw wrong('The queue is missing. Uplinks are read from it; several Node-REDs may share it.');
  const chosen = words(filledIn(topics));
  return {
    address: resolveAmqpAddress(host, virtualHost),
    username: filledIn(username),
    password: secret('password') ?? '',
    queue,
    declareQueue: isOn(def.declareQueue, true),
    exchange: filledIn(exchange) || undefined,
    topics: chosen.length > 0 ? chosen : v2TopicsOf(kinds, applicationOf(def)),
    tls,
  };
}

/** As v2's handler names it in its topics. */
export function applicationOf({ applicationId }: TtnApplicationDef): string {
  return filledIn(applicationId).replace(/@.*/, '') || '+';
}

function wrong(text: string): TtnError {
  return new TtnError('bad_configuration', text);
}
