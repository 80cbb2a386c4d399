import { randomBytes } from 'node:crypto';
import { encode, type Reading } from '../../lib/lpp';
import { DEVICE_KINDS, type DeviceKind } from './device-kinds';
import { transmit, type Position } from './gateways';
import { eui } from './identifiers';
import type { EndDevice, UplinkContent } from './messages';
import { seededRandom, type Random } from './random';
import type { ThingsStack } from './server';

/** One uplink as the device sent it and the network got it. */
export interface SentUplink extends UplinkContent {
  devEui: string;
  sessionKeyId: string;
  fPort: number;
  fCnt: number;
  bytes: Buffer;
  /** What the device measured; empty when it sent MAC commands only. */
  readings: Reading[];
}

export interface DevicesOptions {
  /** Time between two uplinks of one device. */
  intervalMs?: number;
  /** The same seed gives the same readings, signals and losses; times and session keys differ. */
  seed?: string;
  kinds?: readonly DeviceKind[];
}

export interface SimulatedDevices {
  /** All that reached the network, in order. Frames that were lost on the radio are not here. */
  sent: SentUplink[];
  stop(): void;
}

/** How often such things happen, per uplink. */
const CHANCE = { rejoin: 0.01, lost: 0.03, macOnly: 0.02, confirmed: 0.05 };

/** Lets one device of each kind join, then send in turn, until stopped. */
export function startDevices(
  thingsStack: ThingsStack,
  { intervalMs = 10_000, seed = 'demo', kinds = DEVICE_KINDS }: DevicesOptions = {},
): SimulatedDevices {
  const sent: SentUplink[] = [];
  const devices = kinds.map((kind) => simulateDevice(kind, seededRandom(`${seed}/${kind.deviceId}`)));
  const next = (device: Generator<EndDevice | SentUplink, never>) => {
    const event = device.next().value;
    if ('fCnt' in event) {
      sent.push(event);
      thingsStack.publishUplink(event);
    } else thingsStack.publishJoin(event);
  };

  devices.forEach(next);
  let turn = 0;
  const timer = setInterval(() => next(devices[turn++ % devices.length]!), intervalMs / devices.length);
  return { sent, stop: () => clearInterval(timer) };
}

/** The endless life of a device: a join, uplinks every ten minutes of its time, at times another join. */
export function* simulateDevice(kind: DeviceKind, random: Random): Generator<EndDevice | SentUplink, never> {
  let count = 0;
  for (;;) {
    const session = join(kind.deviceId, random);
    yield session;
    const battery = kind.mains ? undefined : devStatus(random);
    for (let fCnt = 0; fCnt === 0 || random() >= CHANCE.rejoin; fCnt++) {
      const readings = kind.measure((6 + count / 6) % 24, random, count++);
      const place = kind.mobile ? (readings[0]!.value as Position) : kind.position;
      const radio = transmit(place, kind.loss, random);
      const frame =
        random() < CHANCE.macOnly
          ? { fPort: 0, bytes: Buffer.alloc(0), readings: [] }
          : { fPort: kind.fPort, bytes: encode(readings), readings };
      const confirmed = random() < CHANCE.confirmed;
      if (radio.receptions.length === 0 || random() < CHANCE.lost) continue;
      const position = kind.mobile ? undefined : place;
      yield { ...session, ...frame, ...radio, fCnt, confirmed, position, battery };
    }
  }
}

/** A new session, with an address out of The Things Network's block for Europe. */
function join(deviceId: string, random: Random) {
  const address = Math.floor(random(0x10000, 0x20000)).toString(16).slice(1).toUpperCase();
  const sessionKeyId = randomBytes(16).toString('base64');
  return {
    deviceId,
    devEui: eui(deviceId),
    joinEui: '70B3D57ED0000000',
    devAddr: `260B${address}`,
    sessionKeyId,
  };
}

/** Asked for once in a session. LoRaWAN gives 1 to 254, The Things Stack makes a 32-bit percentage. */
function devStatus(random: Random) {
  const percent = (100 * Math.floor(random(149, 254))) / 253;
  return { fCnt: 0, value: Number(percent.toPrecision(8)), receivedAt: Date.now() };
}
