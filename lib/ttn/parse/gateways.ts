import { known, number, object, objects, text, type Json } from '../../json';
import { timeStamp } from '../../time';
import type { DataRate, Gateway } from '../uplink';
import { position, zeroable } from './fields';

/** v3's `rx_metadata`: one entry for each antenna. */
export function gatewaysV3(received: unknown, dataRate: DataRate | undefined): Gateway[] {
  const hasSnr = dataRate === undefined || dataRate.modulation === 'lora';
  return (objects(received) ?? []).map((each) => gatewayV3(each, hasSnr)).sort(bestFirst);
}

/** v2's `metadata.gateways`. */
export function gatewaysV2(received: unknown): Gateway[] {
  return (objects(received) ?? []).map(gatewayV2).sort(bestFirst);
}

/** @param hasSnr what is not there was 0; gateways measure none of other modulations */
function gatewayV3(received: Json, hasSnr: boolean): Gateway {
  const ids = object(received.gateway_ids);
  // The gateway of another network: its own ids stand in the forwarder's part.
  const broker = object(received.packet_broker);
  // A relay is a device: its gateway is called "relay", whichever it is.
  const relay = object(received.relay);
  // Its owner may keep the signal quality back (Packet Broker's routing policy): then no 0 was left out.
  const tellsSignal = !broker || received.rssi !== undefined;
  const eui = text(ids?.eui) ?? text(broker?.forwarder_gateway_eui);
  return known({
    id:
      text(broker?.forwarder_gateway_id) ??
      text(relay?.device_id) ??
      (broker && eui) ??
      text(ids?.gateway_id) ??
      eui ??
      'unknown',
    eui,
    rssi: tellsSignal ? zeroable(received.rssi) : undefined,
    snr: hasSnr && tellsSignal ? zeroable(received.snr) : number(received.snr),
    // Neither Packet Broker nor a relay passes it on.
    channel: broker || relay ? number(received.channel_index) : zeroable(received.channel_index),
    antenna: zeroable(received.antenna_index),
    time: timeStamp(received.time),
    location: position(received.location),
  });
}

function gatewayV2(received: Json): Gateway {
  const id = text(received.gtw_id) ?? text(received.eui) ?? 'unknown';
  return known({
    id,
    eui: id.match(/^(?:eui-)?([\da-f]{16})$/i)?.[1]?.toUpperCase(),
    rssi: zeroable(received.rssi),
    snr: zeroable(received.snr),
    channel: zeroable(received.channel),
    antenna: zeroable(received.antenna),
    time: timeStamp(received.time),
    location: positionV2(received),
  });
}

/** v2 puts the position among the other fields. */
export function positionV2({ latitude, longitude, altitude, location_accuracy, location_source }: Json) {
  return position({ latitude, longitude, altitude, accuracy: location_accuracy, source: location_source });
}

/** By SNR, as a LoRaWAN network server chooses its downlink path; RSSI decides between equals. */
function bestFirst(a: Gateway, b: Gateway): number {
  return order(a.snr, b.snr) || order(a.rssi, b.rssi);
}

function order(a = -Infinity, b = -Infinity): number {
  return a === b ? 0 : b - a;
}
