import { bigNumber, known, number, object, objects, text, texts, type Json } from '../../json';
import { isUplinkKind } from '../../measurements';
import { timeStamp } from '../../time';
import { uplinkKey } from '../key';
import { ALL_KINDS, KINDS } from '../kinds';
import type { Location, Uplink, UplinkKind } from '../uplink';
import { dataRateV3 } from './data-rate';
import { base64, position, zeroable } from './fields';
import { gatewaysV3 } from './gateways';
import { notBase64, type ParseOptions, type Parsed } from './parsed';

/**
 * Reads an `ApplicationUp` of The Things Stack v3.
 *
 * Field names, and that every zero value is left out, are those of its protobuf definitions and its JSON formatter.
 */
export function parseV3(envelope: Json, { topic, recovered }: ParseOptions): Parsed {
  const ids = object(envelope.end_device_ids) ?? {};
  const fromTopic = idsOfTopic(topic);
  // The Storage Integration leaves the application's id out when it was asked for some fields only.
  const applicationId = text(object(ids.application_ids)?.application_id) ?? fromTopic.applicationId;
  const deviceId = text(ids.device_id);
  const kind = ALL_KINDS.find((kind) => partOf(envelope, kind));
  const part = kind && partOf(envelope, kind);
  if (!deviceId) return { reason: 'it has no "end_device_ids.device_id"' };
  if (!applicationId) return { reason: 'it has no "end_device_ids.application_ids.application_id"' };
  if (!part) return { reason: `it has none of ${FIELDS.join(', ')}` };

  const frame = frameOf(kind, part);
  const bytes = base64(frame?.frm_payload);
  if (!bytes) return notBase64('frm_payload');
  const isUplink = isUplinkKind(kind);
  const networkTime = timeStamp(part.received_at);
  const settings = object(part.settings);
  const dataRate = dataRateV3(settings);
  const gateways = gatewaysV3(part.rx_metadata, dataRate);
  const uplink: Uplink = {
    key: '',
    kind,
    applicationId,
    tenantId: text(object(part.network_ids)?.tenant_id) ?? fromTopic.tenantId,
    deviceId,
    devEui: text(ids.dev_eui),
    joinEui: text(ids.join_eui),
    devAddr: text(ids.dev_addr),
    fPort: frame && zeroable(frame.f_port),
    fCnt: frame && zeroable(frame.f_cnt),
    confirmed: frame?.confirmed === true,
    simulated: envelope.simulated === true,
    receivedAt: networkTime ?? timeStamp(envelope.received_at),
    bytes,
    encrypted: isUplink && part.app_s_key ? true : undefined,
    decoded: object(frame?.decoded_payload),
    decodedWarnings: texts(frame?.decoded_payload_warnings),
    normalized: normalized(part.normalized_payload),
    gateways,
    rssi: gateways[0]?.rssi,
    snr: gateways[0]?.snr,
    dataRate,
    frequency: bigNumber(settings?.frequency),
    airtime: seconds(part.consumed_airtime),
    locations: locations(part.locations),
    // A value that is not there is not known: in this message a zero is sent.
    battery: number(object(part.last_battery_percentage)?.value),
    sessionKeyId: text((frame ?? part).session_key_id),
    correlationIds: texts(envelope.correlation_ids),
    event: isUplink ? undefined : withoutKey(part),
    recovered: recovered === true,
  };
  uplink.key = uplinkKey(uplink, networkTime, uplink.event);
  return { network: 'v3', uplink: known(uplink) };
}

const FIELDS = Object.values(KINDS).flatMap(({ field }) => (field ? [`"${field}"`] : []));

function partOf(envelope: Json, kind: UplinkKind): Json | undefined {
  const { field } = KINDS[kind];
  return field ? object(envelope[field]) : undefined;
}

function withoutKey({ app_s_key: _, ...event }: Json): Json {
  return event;
}

/** The uplink, or the downlink that an event is about: what has an FPort, a frame counter and bytes. */
function frameOf(kind: UplinkKind, part: Json): Json | undefined {
  if (kind === 'failed') return object(part.downlink);
  return ['up', 'normalized', 'queued', 'sent', 'ack', 'nack'].includes(kind) ? part : undefined;
}

/** `v3/{application}@{tenant}/devices/...`; a bridge may have put its own prefix before it. */
function idsOfTopic(topic = ''): { applicationId?: string; tenantId?: string } {
  const [, applicationId, tenantId] = topic.match(/(?:^|\/)v3\/([^/@]+)(?:@([^/]+))?\/devices\//) ?? [];
  return { applicationId, tenantId };
}

/** An uplink has a list of measurements, a normalized message one. */
function normalized(value: unknown): Json[] | undefined {
  const one = object(value);
  return one ? [one] : objects(value);
}

/** Protobuf's JSON form of a duration, `"0.056576s"`. */
function seconds(value: unknown): number | undefined {
  const sent = text(value)?.match(/^(\d+(?:\.\d+)?)s$/)?.[1];
  return sent === undefined ? undefined : number(Number(sent));
}

function locations(value: unknown): Record<string, Location> | undefined {
  const entries = Object.entries(object(value) ?? {}).flatMap(([origin, item]): [string, Location][] => {
    const place = position(item);
    return place ? [[origin, place]] : [];
  });
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
