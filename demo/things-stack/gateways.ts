import { eui } from './identifiers';
import type { Random } from './random';

/** Degrees, and metres above the sea. */
export interface Position {
  latitude: number;
  longitude: number;
  altitude: number;
}

export interface Gateway {
  id: string;
  eui: string;
  position: Position;
  /** It belongs to another network; its frames come by way of Packet Broker. */
  foreign: boolean;
}

/** One gateway that heard a frame: RSSI in dBm, SNR in dB. */
export interface Reception {
  gateway: Gateway;
  rssi: number;
  snr: number;
}

export const GATEWAYS = [
  gateway('office-roof', 52.3702, 4.8952, 31),
  gateway('harbour-mast', 52.379, 4.914, 18),
  gateway('water-tower', 52.348, 4.93, 48),
  gateway('neighbour-city', 52.358, 4.869, 0, true),
] as const;

function gateway(
  id: string,
  latitude: number,
  longitude: number,
  altitude: number,
  foreign = false,
): Gateway {
  return { id, eui: eui(id), position: { latitude, longitude, altitude }, foreign };
}

/** The lowest SNR at which a receiver understands a spreading factor (Semtech's SX1301 datasheet). */
const lowestSnr = (spreadingFactor: number) => -7.5 - 2.5 * (spreadingFactor - 7);

/**
 * What the air makes of a frame that is sent from a place: its spreading factor, its channel, and which
 * gateways hear it; none when it is lost. `loss` in dB: walls, cellars.
 */
export function transmit(position: Position, loss: number, random: Random) {
  const receptions = GATEWAYS.map((gateway) => receive(gateway, position, loss, random));
  const best = Math.max(...receptions.map(({ snr }) => snr));
  let spreadingFactor = 7;
  while (spreadingFactor < 12 && lowestSnr(spreadingFactor) > best - 3) spreadingFactor++;
  const heard = receptions.filter(({ snr }) => snr >= lowestSnr(spreadingFactor));
  return { spreadingFactor, channel: Math.floor(random(0, 8)), receptions: heard };
}

/** Log-distance path loss with some fading; the noise floor of 125 kHz is at -117 dBm. */
function receive(gateway: Gateway, position: Position, loss: number, random: Random): Reception {
  const pathLoss = 30 * Math.log10(metresBetween(gateway.position, position) / 100);
  const rssi = Math.round(-75 - pathLoss - loss + random(-5, 5));
  const snr = Math.round(4 * Math.min(rssi + 117, random(7, 11))) / 4;
  return { gateway, rssi, snr };
}

function metresBetween(a: Position, b: Position): number {
  const east = (a.longitude - b.longitude) * Math.cos((a.latitude * Math.PI) / 180);
  return 111_195 * Math.hypot(a.latitude - b.latitude, east);
}
