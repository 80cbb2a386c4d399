import { known, number, object, text, type Json } from '../../json';
import { timeStamp } from '../../time';
import { uplinkKey } from '../key';
import { ALL_KINDS, KINDS } from '../kinds';
import type { Location, Uplink } from '../uplink';
import { dataRateV2 } from './data-rate';
import { base64 } from './fields';
import { gatewaysV2, positionV2 } from './gateways';
import { notBase64, type ParseOptions, type Parsed } from './parsed';

/** Reads an uplink of The Things Network Stack V2, as MQTT, AMQP and the HTTP integration carry it. */
export function parseV2Uplink(message: Json, { recovered }: ParseOptions): Parsed {
  const applicationId = text(message.app_id);
  const deviceId = text(message.dev_id);
  if (!applicationId || !deviceId) return { reason: 'it has only one of "app_id" and "dev_id" (v2)' };
  if (message.payload_raw === undefined && message.counter === undefined) {
    return { reason: 'it has neither "payload_raw" nor "counter", so it is no uplink of v2' };
  }
  const bytes = base64(message.payload_raw);
  if (!bytes) return notBase64('payload_raw');

  const metadata = object(message.metadata) ?? {};
  const receivedAt = timeStamp(metadata.time);
  const gateways = gatewaysV2(metadata.gateways);
  const uplink: Uplink = {
    key: '',
    kind: 'up',
    applicationId,
    deviceId,
    devEui: text(message.hardware_serial),
    // v2 sends these two also when they are 0.
    fPort: number(message.port),
    fCnt: number(message.counter),
    confirmed: message.confirmed === true,
    retry: message.is_retry === true ? true : undefined,
    simulated: false,
    receivedAt,
    bytes,
    decoded: object(message.payload_fields),
    gateways,
    rssi: gateways[0]?.rssi,
    snr: gateways[0]?.snr,
    dataRate: dataRateV2(metadata),
    frequency: hertz(metadata.frequency),
    airtime: seconds(metadata.airtime),
    locations: registered(metadata),
    recovered: recovered === true,
  };
  uplink.key = uplinkKey(uplink, receivedAt);
  return { network: 'v2', uplink: known(uplink) };
}

/**
 * Reads an event of a device of v2. Its topic, `<AppID>/devices/<DevID>/events/<event>`, says whose and which; its
 * body may be `null`.
 * @returns undefined for any other topic
 */
export function parseV2Event(body: unknown, { topic = '', recovered }: ParseOptions): Parsed | undefined {
  const [, applicationId, deviceId, end] =
    topic.match(/(?:^|\/)([^/]+)\/devices\/([^/]+)\/(events\/.+)$/) ?? [];
  const event = body === null ? {} : object(body);
  if (!applicationId || !deviceId || !end || !event) return undefined;
  const receivedAt = timeStamp(object(event.metadata)?.time);
  const uplink: Uplink = {
    key: '',
    kind: ALL_KINDS.find((kind) => KINDS[kind].v2?.includes(end)) ?? 'event',
    applicationId,
    deviceId,
    devEui: text(event.dev_eui),
    joinEui: text(event.app_eui),
    devAddr: text(event.dev_addr),
    fPort: number(object(event.message)?.port),
    fCnt: number(object(event.config)?.counter),
    confirmed: object(event.message)?.confirmed === true,
    simulated: false,
    receivedAt,
    bytes: Buffer.alloc(0),
    gateways: [],
    event,
    recovered: recovered === true,
  };
  uplink.key = uplinkKey(uplink, receivedAt, [end, event]);
  return { network: 'v2', uplink: known(uplink) };
}

/** v2 gives the frequency of an uplink in MHz. */
function hertz(value: unknown): number | undefined {
  const megahertz = number(value);
  return (megahertz && number(Math.round(megahertz * 1e6))) || undefined;
}

/** v2 gives the airtime in nanoseconds. */
function seconds(value: unknown): number | undefined {
  const nanoseconds = number(value);
  return nanoseconds ? nanoseconds / 1e9 : undefined;
}

/** The device's own position, under the name that v3 gives to the one that its user entered. */
function registered(metadata: Json): Record<string, Location> | undefined {
  const user = positionV2(metadata);
  return user && { user };
}
