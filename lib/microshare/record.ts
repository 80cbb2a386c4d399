import type { Reading } from '../lpp/reading';
import type { Gateway, Uplink } from '../ttn/uplink';
import { describe } from '../describe';
import { measurements } from '../measurements';
import { MicroshareError } from './errors';

/**
 * Microshare's unpacked record ("Microshare Standards", form of 2023): every measurement a list of
 * `{unit, value}` at the top, the device's health, and where it came from under `meta`.
 *
 * `meta.key` is this package's: the uplink's key, by which a reader finds a record that was written twice.
 * @throws MicroshareError `bad_record`
 */
export function unpackedRecord(
  uplink: Partial<Uplink> | undefined,
  readings: readonly Reading[] | undefined,
) {
  if (!isUplink(uplink)) throw missing('msg.uplink', uplink, 'wire this node behind ttn-uplink');
  if (!Array.isArray(readings)) {
    throw missing('msg.lpp.readings', readings, 'put lpp-decode between ttn-uplink and this node');
  }
  const id = dashed(uplink.devEui) ?? uplink.deviceId;
  return {
    ...measurements(readings, uplink.receivedAt),
    device_health: {
      id,
      ...(uplink.battery === undefined ? {} : { charge: [{ unit: '%', value: uplink.battery }] }),
    },
    meta: { device: [], global: [], source: [], key: uplink.key, iot: iot(uplink, id) },
  };
}

/** What the record cannot do without; a function node or a trip through JSON may have changed it. */
function isUplink(uplink: Partial<Uplink> | undefined): uplink is Uplink {
  return (
    typeof uplink?.deviceId === 'string' && Buffer.isBuffer(uplink.bytes) && Array.isArray(uplink.gateways)
  );
}

function missing(property: string, found: unknown, cure: string): MicroshareError {
  return new MicroshareError(
    'bad_record',
    `The unpacked record is built from ${property}, but this message has ${describe(found)} there that it cannot use: ${cure}, or choose the record "as received".`,
  );
}

/** The fields and units of `meta.iot`: MHz, kHz, dBm, dB, the payload in hexadecimal. */
function iot(uplink: Uplink, deviceId: string) {
  const { dataRate, receivedAt, frequency } = uplink;
  const lora = dataRate?.modulation === 'lora' ? dataRate : undefined;
  const sf = lora === undefined ? {} : { sf: lora.spreadingFactor };
  const time = receivedAt === undefined ? undefined : new Date(receivedAt).toISOString();
  const best = uplink.gateways[0];
  return {
    device_id: deviceId,
    type: 'uplink',
    ...(time === undefined ? {} : { time, iso_time: time }),
    fcnt_up: uplink.fCnt,
    fport: uplink.fPort,
    payload: uplink.bytes.toString('hex'),
    ...(frequency === undefined ? {} : { freq: frequency / 1e6 }),
    ...(lora === undefined ? {} : { bw: lora.bandwidth / 1000 }),
    ...sf,
    ...(best === undefined ? {} : { channel: best.channel, rssi: best.rssi, snr: best.snr }),
    gateways: uplink.gateways.map((gateway) => ({ ...heardBy(gateway), ...sf })),
  };
}

function heardBy({ eui, id, rssi, snr, channel }: Gateway) {
  return { id: eui ?? id, rssi, snr, channel };
}

/** `70B3D57ED0001234` as Microshare writes it: `70-B3-D5-7E-D0-00-12-34`. */
function dashed(devEui: string | undefined): string | undefined {
  return devEui?.toUpperCase().match(/../g)?.join('-');
}
