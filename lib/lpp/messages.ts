import { isBytes } from '../bytes';
import { known, number, object, text, type Json } from '../json';
import { isUplinkKind } from '../measurements';
import type { UplinkKind } from '../ttn/uplink';
import { timeStamp } from '../time';
import { toHex, type InputFormat } from './bytes';
import { LppInputError } from './errors';
import { fromBase64 } from './text';

/** Where the payload stands in a whole message, and what the message says about it. */
export interface FoundPayload {
  /** For `toBytes`, with the format. */
  value: unknown;
  format: InputFormat;
  /** 0: the message names no port. */
  fPort?: number;
  /** When the network received the uplink, as sent. */
  receivedAt?: string;
  /** The device's id, or its DevEUI. */
  deviceId?: string;
}

const MESSAGES = [thingsStack, ttnV2, chirpStack, microshare, ownUplink];

/**
 * Finds the payload in a whole message: an uplink of The Things Stack v3 (also as the Console's event or the
 * Storage Integration shows it), TTN v2, or ChirpStack v3 or v4, a record of Microshare that carries
 * `meta.iot`, or `msg.uplink`.
 *
 * @returns undefined for anything else
 * @throws LppInputError `bad_input`: the payload is still encrypted, or `msg.uplink` is no uplink
 */
export function findPayload(message: unknown): FoundPayload | undefined {
  const outer = object(message);
  if (!outer) return undefined;
  // The Console's events and Microshare's full records keep the message under `data`, the storage under `result`.
  for (const inner of [outer, object(outer.data), object(outer.result)]) {
    if (!inner) continue;
    for (const find of MESSAGES) {
      const found = find(inner);
      if (found) return known(found);
    }
  }
  return undefined;
}

/** Empty fields are left out of the message: no payload, FPort 0. */
function thingsStack(message: Json): FoundPayload | undefined {
  const uplink = object(message.uplink_message);
  if (!uplink) return undefined;
  if (uplink.app_s_key) throw encrypted('app_s_key');
  return {
    value: uplink.frm_payload ?? '',
    format: 'base64',
    fPort: number(uplink.f_port) ?? 0,
    receivedAt: timeStamp(uplink.received_at) ?? timeStamp(message.received_at),
    deviceId: text(object(message.end_device_ids)?.device_id),
  };
}

function ttnV2(message: Json): FoundPayload | undefined {
  if (typeof message.payload_raw !== 'string') return undefined;
  return {
    value: message.payload_raw,
    format: 'base64',
    fPort: number(message.port),
    receivedAt: timeStamp(object(message.metadata)?.time),
    deviceId: text(message.dev_id),
  };
}

/** v4 has `deviceInfo`; v3 has `devEUI`, in hexadecimal or (its newer JSON) in base64. */
function chirpStack(message: Json): FoundPayload | undefined {
  const device = object(message.deviceInfo);
  const devEui = device ? text(device.devEui) : text(message.devEUI);
  if (!devEui || typeof message.data !== 'string') return undefined;
  if (object(message.joinServerContext)) throw encrypted('joinServerContext');
  const firstGateway = Array.isArray(message.rxInfo) ? object(message.rxInfo[0]) : undefined;
  return {
    value: message.data,
    format: 'base64',
    fPort: number(message.fPort),
    receivedAt: timeStamp(message.time) ?? timeStamp(message.publishedAt) ?? timeStamp(firstGateway?.time),
    deviceId: hexEui(devEui),
  };
}

function microshare(message: Json): FoundPayload | undefined {
  const iot = object(object(message.meta)?.iot);
  if (typeof iot?.payload !== 'string') return undefined;
  return {
    value: iot.payload,
    format: 'hex',
    fPort: number(iot.fport),
    receivedAt: timeStamp(iot.time),
    deviceId: text(iot.device_id),
  };
}

function ownUplink(message: Json): FoundPayload | undefined {
  const { bytes, fPort, key, receivedAt, deviceId } = message;
  if (typeof key !== 'string' || !(isBytes(bytes) || object(bytes)?.type === 'Buffer')) return undefined;
  const kind = text(message.kind) as UplinkKind | undefined;
  if (!isUplinkKind(kind)) {
    throw new LppInputError(
      'bad_input',
      `This message is no uplink but of the kind "${kind}": it holds no payload of the device. ` +
        'Untick such messages in ttn-uplink, or wire this node behind one that passes uplinks only.',
    );
  }
  if (message.encrypted) throw encrypted('encrypted');
  return {
    value: bytes,
    format: 'buffer',
    fPort: number(fPort),
    receivedAt: timeStamp(receivedAt),
    deviceId: text(deviceId),
  };
}

function encrypted(field: string): LppInputError {
  return new LppInputError(
    'bad_input',
    `The payload of this message is still encrypted: it comes with "${field}". ` +
      'Let the network server decrypt payloads, or decrypt it before this node.',
  );
}

function hexEui(devEui: string): string {
  if (/^[\da-f]{16}$/i.test(devEui)) return devEui;
  const bytes = fromBase64(devEui);
  return bytes?.length === 8 ? toHex(bytes) : devEui;
}
