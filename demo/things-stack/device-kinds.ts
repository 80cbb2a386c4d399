import { decode, encode, type LppValue, type Reading } from '../../lib/lpp';
import { CORE, EXTENSIONS } from '../../lib/lpp/types';
import type { Position } from './gateways';
import type { Random } from './random';

export interface DeviceKind {
  deviceId: string;
  fPort: number;
  /** Where it stands, or about where it drives. */
  position: Position;
  /** It sends its position as its first reading. */
  mobile?: boolean;
  /** It has no battery. */
  mains?: boolean;
  /** Signal lost in walls, in dB. */
  loss: number;
  /** One measurement, at an hour from 0 to 24, after `count` others. */
  measure(hour: number, random: Random, count: number): Reading[];
}

export const DEVICE_KINDS: readonly DeviceKind[] = [
  {
    deviceId: 'climate-meeting-room',
    fPort: 1,
    position: { latitude: 52.3712, longitude: 4.8976, altitude: 12 },
    loss: 4,
    measure(hour, random, count) {
      const temperature = daily(hour, 21, 2.5) + random(-0.3, 0.3);
      return [
        reading(1, 'temperature', temperature),
        reading(2, 'relative_humidity', 90 - 2 * temperature + random(-2, 2)),
        reading(3, 'barometric_pressure', 1013 + 12 * Math.sin(count / 200) + random(-0.2, 0.2)),
        battery(count),
      ];
    },
  },
  {
    deviceId: 'door-cold-store',
    fPort: 2,
    position: { latitude: 52.3771, longitude: 4.9102, altitude: 3 },
    loss: 14,
    measure(hour, random, count) {
      const open = random() < 0.2;
      const temperature = daily(hour, -18, 0.5) + (open ? random(2, 6) : 0);
      return [reading(1, 'digital_in', Number(open)), reading(2, 'temperature', temperature), battery(count)];
    },
  },
  {
    deviceId: 'presence-office-2',
    fPort: 1,
    position: { latitude: 52.3689, longitude: 4.8911, altitude: 9 },
    loss: 8,
    measure(hour, random, count) {
      const presence = random() < (hour > 8 && hour < 18 ? 0.6 : 0.02);
      const daylight = Math.max(0, daily(hour, 150, 400)) * random(0.8, 1.2);
      return [
        reading(1, 'luminosity', daylight + (presence ? 350 : 0)),
        reading(2, 'presence', Number(presence)),
        reading(3, 'temperature', daily(hour, 20.5, 1.5) + random(-0.3, 0.3)),
        battery(count),
      ];
    },
  },
  {
    deviceId: 'tracker-van-7',
    fPort: 3,
    position: { latitude: 52.366, longitude: 4.905, altitude: 2 },
    mobile: true,
    loss: 0,
    measure(_hour, random, count) {
      const latitude = this.position.latitude + 0.035 * Math.sin(count / 7);
      const longitude = this.position.longitude + 0.06 * Math.cos(count / 9);
      return [
        reading(1, 'gps', { latitude, longitude, altitude: random(-1, 5) }),
        reading(2, 'accelerometer', { x: random(-0.4, 0.4), y: random(-0.4, 0.4), z: random(0.9, 1.1) }),
        battery(count),
      ];
    },
  },
  {
    deviceId: 'meter-main-board',
    fPort: 10,
    position: { latitude: 52.3655, longitude: 4.9123, altitude: -3 },
    mains: true,
    loss: 20,
    measure(hour, random, count) {
      const voltage = random(226, 234);
      const power = daily(hour, 2400, 1800) * random(0.9, 1.1);
      return [
        reading(1, 'voltage', voltage),
        reading(2, 'current', power / voltage),
        reading(3, 'power', power),
        reading(4, 'energy', 4321.5 + 0.4 * count),
      ];
    },
  },
];

/** Lowest at three in the night, highest at three in the afternoon. */
function daily(hour: number, mean: number, swing: number): number {
  return mean + swing * Math.sin(((hour - 9) / 24) * 2 * Math.PI);
}

/** Volts of a lithium cell that runs down over some weeks. */
function battery(count: number): Reading {
  return reading(10, 'analog_in', Math.max(2.8, 3.6 - 0.0002 * count));
}

/** A reading as its type can carry it: rounded by going into a frame and out again. */
function reading(channel: number, name: string, value: LppValue): Reading {
  const type = [...CORE, ...EXTENSIONS].find((candidate) => candidate.name === name)!.id;
  return decode(encode([{ channel, type, value }])).readings[0]!;
}
