import { messageOf } from '../../lib/errors';
import { HttpError } from '../../lib/http';
import {
  exchangeV2Key,
  includesRight,
  TtnApiError,
  type TtnApi,
  type TtnApiErrorCode,
} from '../../lib/ttn/api';
import { resolveV2Address } from '../../lib/ttn/address';
import { DEVICES_READ, sayRights } from '../../lib/ttn/api/right-names';
import { amqpTransport } from '../../lib/ttn/transports/amqp';
import { brokerHints } from '../../lib/ttn/transports/broker';
import { forgettable, mqttTransport } from '../../lib/ttn/transports/mqtt';
import type { Transport, TransportOptions } from '../../lib/ttn/transports/transport';
import { wayName, type WayName } from './definition';
import type { Settings } from './settings';
import { amqpOptions, brokerOptions, wayIn } from './way-in';

/** One thing that was tried. */
export interface Tried {
  what: 'connection' | 'account' | 'traffic' | 'storage' | 'devices';
  answer: 'yes' | 'no' | 'unknown';
  /** In words, where the answer is not yes. */
  reason?: string;
}

type MakeTransport = (events: TransportOptions) => Transport;

/** Ways in that are visited otherwise than they are used, so that the messages stay for the node itself. */
const VISITS: Partial<Record<WayName, (settings: Settings) => MakeTransport>> = {
  broker: (settings) => (events) => brokerVisit(settings, events),
  amqp: (settings) => (events) => amqpTransport({ ...amqpOptions(settings, ['up']), visit: true, ...events }),
};

/** Tries what the settings say. */
export async function tryOut(settings: Settings): Promise<Tried[]> {
  const way = wayIn(settings, ['up']);
  const name = wayName(settings.def);
  // A webhook's path may be in use by the very node that is tried.
  const connection = name === 'webhook' ? [] : [tryConnection(VISITS[name]?.(settings) ?? way.transport)];
  const account = name === 'v2' && settings.def.accountUrl?.trim() ? [tryAccount(settings)] : [];
  const rest = way.api ? [tryRights(way.api), tryStorage(way.api)] : [];
  return (await Promise.all([...connection, ...account, ...rest])).flat();
}

function tryConnection(make: MakeTransport): Promise<Tried[]> {
  return new Promise((resolve) => {
    const end = (tried: Tried) => {
      transport
        .close()
        .catch(() => undefined)
        .finally(() => resolve([tried]));
    };
    const transport = make({
      onState(state) {
        if (state.name === 'connected') end({ what: 'connection', answer: 'yes' });
        if (state.name === 'waiting') end({ what: 'connection', answer: 'no', reason: state.error.message });
      },
      onMessage: () => undefined,
    });
    transport.open();
  });
}

/** As a client that the broker forgets: the node's own session and its group are left alone. */
function brokerVisit(settings: Settings, events: TransportOptions): Transport {
  const { username, password = '', version, ...options } = brokerOptions(settings, ['up']);
  const client = forgettable(username ?? '', password);
  return mqttTransport(
    { ...options, ...events },
    {
      client: () => ({
        ...client,
        username,
        password: password || undefined,
        protocolVersion: version === '5' ? 5 : 4,
      }),
      qos: 0,
      hints: {
        ...brokerHints(username),
        noAnswer: 'Check host, port and the version of MQTT.',
      },
      listen: () => undefined,
    },
  );
}

/** Whether v2's account server changes the access key into a token, which is thrown away. */
async function tryAccount({ def, secret, tls }: Settings): Promise<Tried[]> {
  const { host = '', applicationId = '', accountUrl = '' } = def;
  try {
    await exchangeV2Key({
      applicationId: resolveV2Address({ host, applicationId }).username,
      accessKey: secret('apiKey') ?? '',
      accountUrl,
      tls,
    });
    return [{ what: 'account', answer: 'yes' }];
  } catch (error) {
    return [refused('account', error, 'bad_key')];
  }
}

async function tryRights(api: TtnApi): Promise<Tried[]> {
  const { answer, reason } = await api.canReadTraffic();
  const traffic: Tried = { what: 'traffic', answer, reason };
  try {
    const listsDevices = includesRight(await api.rights(), DEVICES_READ);
    return [
      traffic,
      {
        what: 'devices',
        ...(listsDevices ? { answer: 'yes' } : { answer: 'no', reason: sayRights(DEVICES_READ) }),
      },
    ];
  } catch {
    return [traffic];
  }
}

async function tryStorage(api: TtnApi): Promise<Tried[]> {
  try {
    await api.readStorage({ type: 'uplink_message', limit: 1, after: new Date().toISOString() });
    return [{ what: 'storage', answer: 'yes' }];
  } catch (error) {
    const tried = refused('storage', error, 'storage_disabled');
    return [error instanceof HttpError ? { ...tried, reason: ofApi(tried.reason) } : tried];
  }
}

/** What did not answer may be an address that the user has not seen. */
function ofApi(reason = ''): string {
  return `${reason} (This is the HTTP API of the Recovery tab; left empty there, its address is made from the host.)`;
}

/** @param no the code that means no, and not that nobody knows */
function refused(what: Tried['what'], error: unknown, no: TtnApiErrorCode): Tried {
  const isNo = error instanceof TtnApiError && error.code === no;
  return { what, answer: isNo ? 'no' : 'unknown', reason: messageOf(error) };
}
