import { randomInt } from 'node:crypto';
import { airtime } from './airtime';
import type { Application } from './applications';
import { decodeCayenneLpp } from './formatter';
import { eui } from './identifiers';
import { CHANNELS, frameOf, LORAWAN_OVERHEAD, type UplinkContent } from './messages';

/**
 * The uplink message of the stack before (v2, documented as "MQTT API"): zeros are there, no session, MHz, and
 * times with any number of digits.
 */
export function v2UplinkMessage(application: Application, uplink: UplinkContent) {
  const { fPort, bytes, spreadingFactor, channel, receptions, receivedAt } = frameOf(uplink);
  const time = new Date(receivedAt).toISOString();
  const fields = fPort > 0 ? decodeCayenneLpp(bytes) : undefined;
  return {
    app_id: application.applicationId,
    dev_id: uplink.deviceId,
    hardware_serial: uplink.devEui ?? eui(uplink.deviceId),
    port: fPort,
    counter: uplink.fCnt ?? 0,
    ...(uplink.confirmed && { confirmed: true }),
    payload_raw: bytes.toString('base64'),
    ...(fields && { payload_fields: fields }),
    metadata: {
      time,
      frequency: CHANNELS[channel],
      modulation: 'LORA',
      data_rate: `SF${spreadingFactor}BW125`,
      airtime: Math.round(airtime(LORAWAN_OVERHEAD + bytes.length, spreadingFactor) * 1e9),
      coding_rate: '4/5',
      gateways: receptions.map(({ gateway, rssi, snr }) => ({
        gtw_id: `eui-${gateway.eui.toLowerCase()}`,
        timestamp: randomInt(2 ** 32),
        // Of a gateway without GPS.
        time: '',
        channel,
        rssi,
        snr,
        rf_chain: 0,
        ...gateway.position,
      })),
    },
  };
}
