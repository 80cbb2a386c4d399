import type { Reading } from '../../lib/lpp';
import { loop } from '../loop';

/** The parts of The Things Stack's message that the record takes; a message that lacks one fails. */
interface Message {
  end_device_ids: { dev_eui: string };
  uplink_message: {
    f_port: number;
    f_cnt: number;
    frm_payload: string;
    rx_metadata: {
      gateway_ids: { eui: string };
      rssi: number;
      snr: number;
      channel_index: number;
    }[];
    settings: { data_rate: { lora: { bandwidth: number; spreading_factor: number } }; frequency: string };
    received_at: string;
  };
}

const NAMES: Record<string, string> = { relative_humidity: 'humidity' };

/** What a person would write by hand for these devices: the package's unpacked record, save for its key. */
export function record({ end_device_ids, uplink_message }: Message) {
  const { f_port, f_cnt, frm_payload, rx_metadata, settings, received_at } = uplink_message;
  const { bandwidth, spreading_factor: sf } = settings.data_rate.lora;
  const bytes = Buffer.from(frm_payload, 'base64');
  const id = end_device_ids.dev_eui.match(/../g)!.join('-');
  const time = new Date(received_at).toISOString();
  const [best] = rx_metadata;
  return {
    ...measured(loop(bytes).readings),
    device_health: { id },
    meta: {
      device: [],
      global: [],
      source: [],
      iot: {
        device_id: id,
        type: 'uplink',
        time,
        iso_time: time,
        fcnt_up: f_cnt,
        fport: f_port,
        payload: bytes.toString('hex'),
        freq: Number(settings.frequency) / 1e6,
        bw: bandwidth / 1000,
        sf,
        channel: best!.channel_index,
        rssi: best!.rssi,
        snr: best!.snr,
        gateways: rx_metadata.map(({ gateway_ids, rssi, snr, channel_index: channel }) => ({
          id: gateway_ids.eui,
          rssi,
          snr,
          channel,
          sf,
        })),
      },
    },
    time,
  };
}

function measured(readings: Reading[]) {
  const values: Record<string, object[]> = {};
  for (const { channel, name, value, unit } of readings) {
    (values[NAMES[name] ?? name] ??= []).push({ unit, value, context_id: String(channel) });
  }
  return values;
}
