import { describe } from '../describe';
import { bigNumber, known, number, object, objects, text, texts, type Json } from '../json';
import { timeStamp } from '../time';
import { uplinkKey } from './key';
import type { DataRate, Gateway, Location, Uplink } from './uplink';

export interface ParseOptions {
  /** The MQTT topic; names the tenant where the message does not. */
  topic?: string;
  /** True when the message came from the back-fill. */
  recovered?: boolean;
}

/**
 * Reads an `ApplicationUp` of The Things Stack v3 that carries an `uplink_message`.
 *
 * Field names, and that every zero value is left out, are those of The Things Stack's protobuf definitions and
 * of its JSON formatter. Unknown fields are ignored.
 *
 * @returns undefined when the message is no uplink; {@link explainNoUplink} says why.
 */
export function parseUplink(message: unknown, options: ParseOptions = {}): Uplink | undefined {
  const envelope = object(message);
  const ids = object(envelope?.end_device_ids);
  const up = object(envelope?.uplink_message);
  const applicationId = text(object(ids?.application_ids)?.application_id);
  const deviceId = text(ids?.device_id);
  if (!envelope || !ids || !up || !applicationId || !deviceId) return undefined;

  const networkTime = timeStamp(up.received_at);
  const gateways = (objects(up.rx_metadata) ?? []).map(gateway).sort(bestFirst);
  const settings = object(up.settings);
  const uplink: Omit<Uplink, 'key'> = known({
    kind: 'up',
    applicationId,
    tenantId: text(object(up.network_ids)?.tenant_id) ?? tenantOfTopic(options.topic),
    deviceId,
    devEui: text(ids.dev_eui),
    joinEui: text(ids.join_eui),
    devAddr: text(ids.dev_addr),
    fPort: number(up.f_port) ?? 0,
    fCnt: number(up.f_cnt) ?? 0,
    confirmed: up.confirmed === true,
    simulated: envelope.simulated === true,
    receivedAt: networkTime ?? timeStamp(envelope.received_at),
    bytes: Buffer.from(text(up.frm_payload) ?? '', 'base64'),
    encrypted: up.app_s_key ? true : undefined,
    decoded: object(up.decoded_payload),
    decodedWarnings: texts(up.decoded_payload_warnings),
    normalized: objects(up.normalized_payload),
    gateways,
    rssi: gateways[0]?.rssi,
    snr: gateways[0]?.snr,
    dataRate: dataRate(settings),
    frequency: bigNumber(settings?.frequency),
    airtime: seconds(up.consumed_airtime),
    locations: locations(up.locations),
    battery: battery(up.last_battery_percentage),
    sessionKeyId: text(up.session_key_id),
    correlationIds: texts(envelope.correlation_ids),
    recovered: options.recovered === true,
  });
  return { key: uplinkKey(uplink, networkTime), ...uplink };
}

/** Why {@link parseUplink} made nothing of a message, in words for the user. */
export function explainNoUplink(message: unknown): string {
  const envelope = object(message);
  if (!envelope) return `it is ${describe(message)}, not an object`;
  const ids = object(envelope.end_device_ids);
  if (!ids) return 'it has no "end_device_ids", so it is no message of The Things Stack v3';
  if (!text(ids.device_id)) return 'it has no "end_device_ids.device_id"';
  if (!text(object(ids.application_ids)?.application_id)) {
    return 'it has no "end_device_ids.application_ids.application_id"';
  }
  const kinds = Object.keys(envelope).filter((name) =>
    /^(join|downlink|location|service|uplink_normalized)/.test(name),
  );
  return kinds.length > 0 ? `it is a "${kinds[0]}", not an "uplink_message"` : 'it has no "uplink_message"';
}

/** `v3/{application}@{tenant}/devices/...` */
function tenantOfTopic(topic: string | undefined): string | undefined {
  return topic?.match(/^v3\/[^/@]+@([^/]+)\//)?.[1];
}

/** Protobuf's JSON form of a duration, `"0.056576s"`. */
function seconds(value: unknown): number | undefined {
  const sent = text(value)?.match(/^(\d+(?:\.\d+)?)s$/)?.[1];
  return sent === undefined ? undefined : Number(sent);
}

function gateway(received: Json): Gateway {
  const ids = object(received.gateway_ids);
  // The gateway of another network: its own ids stand in the forwarder's part.
  const broker = object(received.packet_broker);
  return known({
    id: text(broker?.forwarder_gateway_id) ?? text(ids?.gateway_id) ?? 'unknown',
    eui: text(ids?.eui) ?? text(broker?.forwarder_gateway_eui),
    rssi: number(received.rssi) ?? 0,
    snr: number(received.snr) ?? 0,
    channel: number(received.channel_index) ?? 0,
    antenna: number(received.antenna_index) ?? 0,
    time: timeStamp(received.time),
    location: location(received.location),
  });
}

/** By SNR, as a LoRaWAN network server chooses its downlink path; RSSI decides between equals. */
function bestFirst(a: Gateway, b: Gateway): number {
  return b.snr - a.snr || b.rssi - a.rssi;
}

function dataRate(settings: Json | undefined): DataRate | undefined {
  const rate = object(settings?.data_rate);
  const lora = object(rate?.lora);
  // Before v3.22 the coding rate stood beside the data rate.
  const codingRate = text(lora?.coding_rate) ?? text(settings?.coding_rate);
  const spreadingFactor = number(lora?.spreading_factor);
  const bandwidth = number(lora?.bandwidth);
  if (spreadingFactor && bandwidth)
    return known<DataRate>({ modulation: 'lora', spreadingFactor, bandwidth, codingRate });
  const bitRate = number(object(rate?.fsk)?.bit_rate);
  if (bitRate) return { modulation: 'fsk', bitRate };
  const lrfhss = object(rate?.lrfhss);
  const operatingChannelWidth = number(lrfhss?.operating_channel_width);
  if (lrfhss && operatingChannelWidth) {
    return known<DataRate>({
      modulation: 'lrfhss',
      modulationType: number(lrfhss.modulation_type) ?? 0,
      operatingChannelWidth,
      codingRate: text(lrfhss.coding_rate),
    });
  }
  return undefined;
}

/** Absent coordinates are zeros that protobuf left out; a location without any field is none. */
function location(value: unknown): Location | undefined {
  const sent = object(value);
  if (!sent || Object.keys(sent).length === 0) return undefined;
  return known({
    latitude: number(sent.latitude) ?? 0,
    longitude: number(sent.longitude) ?? 0,
    altitude: number(sent.altitude),
    accuracy: number(sent.accuracy),
    source: text(sent.source),
  });
}

function locations(value: unknown): Record<string, Location> | undefined {
  const sent = object(value);
  if (!sent) return undefined;
  const entries = Object.entries(sent).flatMap(([origin, item]): [string, Location][] => {
    const place = location(item);
    return place ? [[origin, place]] : [];
  });
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/** `{f_cnt, value, received_at}`; an absent value in a present report is 0 %. */
function battery(value: unknown): number | undefined {
  const sent = object(value);
  return sent ? (number(sent.value) ?? 0) : undefined;
}
