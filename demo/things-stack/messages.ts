import { randomBytes, randomInt } from 'node:crypto';
import { airtime } from './airtime';
import type { Application } from './applications';
import { decodeCayenneLpp } from './formatter';
import { GATEWAYS, type Position, type Reception } from './gateways';
import { eui, ulid } from './identifiers';
import { duration, omitZeros, timestamp } from './protobuf-json';

/** A device and its session. All but the id has a default; EUIs and addresses are upper-case hex. */
export interface EndDevice {
  deviceId: string;
  /** By default one that belongs to the device id. */
  devEui?: string;
  joinEui?: string;
  devAddr?: string;
  /** Base64. */
  sessionKeyId?: string;
}

/** One uplink as the network got it. */
export interface UplinkContent extends EndDevice {
  /** 0: MAC commands only. */
  fPort?: number;
  fCnt?: number;
  /** FRMPayload */
  bytes?: Buffer;
  confirmed?: boolean;
  simulated?: boolean;
  spreadingFactor?: number;
  /** Index into the channels of EU_863_870. */
  channel?: number;
  receptions?: Reception[];
  /** When the Network Server got the frame, in milliseconds. */
  receivedAt?: number;
  /** Where the registry says that the device is. */
  position?: Position;
  /** From LoRaWAN's DevStatus, 0 to 100. */
  battery?: { fCnt: number; value: number; receivedAt: number };
}

/** Of devices that are not told their session. */
const SESSION_KEY_ID = 'AXPoziFRvbcEguvZQoCCZw==';

/** MHz, in the order of The Things Stack's plan for EU_863_870. */
export const CHANNELS = [868.1, 868.3, 868.5, 867.1, 867.3, 867.5, 867.7, 867.9];

/** Bytes of MHDR, FHDR without options, FPort, MIC. */
export const LORAWAN_OVERHEAD = 13;

/** The Network Server waits so long for copies by other gateways (its default deduplication window). */
const DEDUPLICATION_MS = 200;

/** What is left to chance or default of a frame. */
export function frameOf(uplink: UplinkContent) {
  const {
    fPort = 1,
    bytes = Buffer.from('03670110056700ff', 'hex'),
    spreadingFactor = 7,
    channel = 6,
    receptions = [{ gateway: GATEWAYS[0], rssi: -31, snr: 9.5 }],
    receivedAt = Date.now() - DEDUPLICATION_MS,
  } = uplink;
  return { fPort, bytes, spreadingFactor, channel, receptions, receivedAt };
}

/** `ApplicationUp` of an uplink, for the topic `up`. */
export function uplinkMessage(application: Application, uplink: UplinkContent) {
  const { sessionKeyId = SESSION_KEY_ID, battery } = uplink;
  const { fPort, bytes, spreadingFactor, channel, receptions, receivedAt } = frameOf(uplink);
  const concentratorTime = randomInt(2 ** 32);
  const decoded = fPort > 0 ? decodeCayenneLpp(bytes) : undefined;
  return omitZeros({
    ...envelope(application, uplink, receivedAt),
    uplink_message: {
      session_key_id: sessionKeyId,
      f_port: fPort,
      f_cnt: uplink.fCnt,
      frm_payload: bytes.toString('base64'),
      decoded_payload: decoded,
      rx_metadata: receptions.map((reception) =>
        rxMetadata(reception, channel, receivedAt, concentratorTime),
      ),
      settings: {
        data_rate: { lora: { bandwidth: 125_000, spreading_factor: spreadingFactor, coding_rate: '4/5' } },
        frequency: String(CHANNELS[channel]! * 1e6),
        timestamp: concentratorTime,
        time: timestamp(receivedAt - 90),
      },
      received_at: timestamp(receivedAt),
      confirmed: uplink.confirmed,
      consumed_airtime: duration(airtime(LORAWAN_OVERHEAD + bytes.length, spreadingFactor)),
      locations: locations(uplink.position, decoded),
      version_ids: {
        brand_id: 'demo-devices',
        model_id: 'lpp-sensor',
        hardware_version: '1.0',
        firmware_version: '1.2',
        band_id: 'EU_863_870',
      },
      network_ids: {
        net_id: '000013',
        ns_id: 'EC656E0000000181',
        tenant_id: application.tenantId,
        cluster_id: 'eu1',
        cluster_address: 'eu1.cloud.thethings.network',
      },
      last_battery_percentage: battery && {
        f_cnt: battery.fCnt,
        value: battery.value,
        received_at: timestamp(battery.receivedAt),
      },
    },
    simulated: uplink.simulated,
  });
}

/** `ApplicationUp` of a join, for the topic `join`. */
export function joinMessage(application: Application, device: EndDevice) {
  const receivedAt = Date.now() - DEDUPLICATION_MS;
  return omitZeros({
    ...envelope(application, device, receivedAt),
    join_accept: {
      session_key_id: device.sessionKeyId ?? SESSION_KEY_ID,
      received_at: timestamp(receivedAt),
    },
  });
}

function envelope(application: Application, device: EndDevice, receivedAt: number) {
  return {
    end_device_ids: {
      device_id: device.deviceId,
      application_ids: { application_id: application.applicationId },
      dev_eui: device.devEui ?? eui(device.deviceId),
      join_eui: device.joinEui ?? '0000000000000000',
      dev_addr: device.devAddr ?? '260B0001',
    },
    correlation_ids: [`gs:uplink:${ulid()}`],
    received_at: timestamp(receivedAt + DEDUPLICATION_MS),
  };
}

function rxMetadata({ gateway, rssi, snr }: Reception, channel: number, receivedAt: number, clock: number) {
  return {
    ...(gateway.foreign
      ? { gateway_ids: { gateway_id: 'packetbroker' }, packet_broker: packetBroker(gateway.id, gateway.eui) }
      : {
          gateway_ids: { gateway_id: gateway.id, eui: gateway.eui },
          timestamp: clock,
          channel_index: channel,
        }),
    time: timestamp(receivedAt - 90),
    rssi,
    channel_rssi: rssi,
    snr,
    location: { ...gateway.position, source: gateway.foreign ? undefined : 'SOURCE_REGISTRY' },
    uplink_token: randomBytes(48).toString('base64'),
    received_at: timestamp(receivedAt - 30),
  };
}

function packetBroker(gatewayId: string, gatewayEui: string) {
  return {
    message_id: ulid(),
    forwarder_net_id: '000013',
    forwarder_tenant_id: 'neighbours',
    forwarder_cluster_id: 'eu1.cloud.thethings.industries',
    forwarder_gateway_eui: gatewayEui,
    forwarder_gateway_id: gatewayId,
    home_network_net_id: '000013',
    home_network_tenant_id: 'ttn',
    home_network_cluster_id: 'eu1.cloud.thethings.network',
  };
}

/** The registry's position, and the one that the Application Server finds in a decoded payload. */
function locations(registered?: Position, decoded: Record<string, unknown> = {}) {
  const gps = Object.entries(decoded).find(([name]) => name.startsWith('gps_'))?.[1] as Position | undefined;
  if (!registered && !gps) return undefined;
  return {
    user: registered && { ...registered, source: 'SOURCE_REGISTRY' },
    'frm-payload': gps && { ...gps, altitude: Math.trunc(gps.altitude), source: 'SOURCE_GPS' },
  };
}
