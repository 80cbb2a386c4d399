import type { LppValue, Reading } from '../lib/lpp';

export interface Looped {
  readings: Reading[];
  error?: 'truncated' | 'unknown_type';
}

/**
 * The bare loop that the decoder is measured against: the 26 types of dialect `extended` by hand, bounds
 * checked, into the same records. It has no table, no options, no warnings, and says no more about a fault.
 */
export function loop(bytes: Uint8Array): Looped {
  const readings: Reading[] = [];
  const { length } = bytes;
  let at = 0;
  while (at < length) {
    if (at + 2 > length) return { readings, error: 'truncated' };
    const channel = bytes[at]!;
    const type = bytes[at + 1]!;
    at += 2;
    let name: string;
    let value: LppValue;
    let unit: string | undefined;
    switch (type) {
      case 0:
        if (at + 1 > length) return { readings, error: 'truncated' };
        name = 'digital_in';
        value = bytes[at]!;
        at += 1;
        break;
      case 1:
        if (at + 1 > length) return { readings, error: 'truncated' };
        name = 'digital_out';
        value = bytes[at]!;
        at += 1;
        break;
      case 2:
        if (at + 2 > length) return { readings, error: 'truncated' };
        name = 'analog_in';
        value = s16(bytes, at) / 100;
        at += 2;
        break;
      case 3:
        if (at + 2 > length) return { readings, error: 'truncated' };
        name = 'analog_out';
        value = s16(bytes, at) / 100;
        at += 2;
        break;
      case 100:
        if (at + 4 > length) return { readings, error: 'truncated' };
        name = 'generic';
        value = u32(bytes, at);
        at += 4;
        break;
      case 101:
        if (at + 2 > length) return { readings, error: 'truncated' };
        name = 'luminosity';
        value = u16(bytes, at);
        unit = 'lx';
        at += 2;
        break;
      case 102:
        if (at + 1 > length) return { readings, error: 'truncated' };
        name = 'presence';
        value = bytes[at]!;
        at += 1;
        break;
      case 103:
        if (at + 2 > length) return { readings, error: 'truncated' };
        name = 'temperature';
        value = s16(bytes, at) / 10;
        unit = '°C';
        at += 2;
        break;
      case 104:
        if (at + 1 > length) return { readings, error: 'truncated' };
        name = 'relative_humidity';
        value = bytes[at]! / 2;
        unit = '%RH';
        at += 1;
        break;
      case 113:
        if (at + 6 > length) return { readings, error: 'truncated' };
        name = 'accelerometer';
        value = xyz(bytes, at, 1000);
        unit = 'G';
        at += 6;
        break;
      case 115:
        if (at + 2 > length) return { readings, error: 'truncated' };
        name = 'barometric_pressure';
        value = u16(bytes, at) / 10;
        unit = 'hPa';
        at += 2;
        break;
      case 116:
        if (at + 2 > length) return { readings, error: 'truncated' };
        name = 'voltage';
        value = u16(bytes, at) / 100;
        unit = 'V';
        at += 2;
        break;
      case 117:
        if (at + 2 > length) return { readings, error: 'truncated' };
        name = 'current';
        value = u16(bytes, at) / 1000;
        unit = 'A';
        at += 2;
        break;
      case 118:
        if (at + 4 > length) return { readings, error: 'truncated' };
        name = 'frequency';
        value = u32(bytes, at);
        unit = 'Hz';
        at += 4;
        break;
      case 120:
        if (at + 1 > length) return { readings, error: 'truncated' };
        name = 'percentage';
        value = bytes[at]!;
        unit = '%';
        at += 1;
        break;
      case 121:
        if (at + 2 > length) return { readings, error: 'truncated' };
        name = 'altitude';
        value = s16(bytes, at);
        unit = 'm';
        at += 2;
        break;
      case 125:
        if (at + 2 > length) return { readings, error: 'truncated' };
        name = 'concentration';
        value = u16(bytes, at);
        unit = 'ppm';
        at += 2;
        break;
      case 128:
        if (at + 2 > length) return { readings, error: 'truncated' };
        name = 'power';
        value = u16(bytes, at);
        unit = 'W';
        at += 2;
        break;
      case 130:
        if (at + 4 > length) return { readings, error: 'truncated' };
        name = 'distance';
        value = u32(bytes, at) / 1000;
        unit = 'm';
        at += 4;
        break;
      case 131:
        if (at + 4 > length) return { readings, error: 'truncated' };
        name = 'energy';
        value = u32(bytes, at) / 1000;
        unit = 'kWh';
        at += 4;
        break;
      case 132:
        if (at + 2 > length) return { readings, error: 'truncated' };
        name = 'direction';
        value = u16(bytes, at);
        unit = '°';
        at += 2;
        break;
      case 133:
        if (at + 4 > length) return { readings, error: 'truncated' };
        name = 'unix_time';
        value = u32(bytes, at);
        unit = 's';
        at += 4;
        break;
      case 134:
        if (at + 6 > length) return { readings, error: 'truncated' };
        name = 'gyrometer';
        value = xyz(bytes, at, 100);
        unit = '°/s';
        at += 6;
        break;
      case 135:
        if (at + 3 > length) return { readings, error: 'truncated' };
        name = 'colour';
        value = { r: bytes[at]!, g: bytes[at + 1]!, b: bytes[at + 2]! };
        at += 3;
        break;
      case 136:
        if (at + 9 > length) return { readings, error: 'truncated' };
        name = 'gps';
        value = gps(bytes, at);
        at += 9;
        break;
      case 142:
        if (at + 1 > length) return { readings, error: 'truncated' };
        name = 'switch';
        value = bytes[at]!;
        at += 1;
        break;
      default:
        return { readings, error: 'unknown_type' };
    }
    const reading: Reading = { channel, type, name, value };
    if (unit !== undefined) reading.unit = unit;
    readings.push(reading);
  }
  return { readings };
}

const s16 = (bytes: Uint8Array, at: number) => ((bytes[at]! << 24) >> 16) | bytes[at + 1]!;
const s24 = (bytes: Uint8Array, at: number) =>
  ((bytes[at]! << 24) >> 8) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
const u16 = (bytes: Uint8Array, at: number) => (bytes[at]! << 8) | bytes[at + 1]!;
const u32 = (bytes: Uint8Array, at: number) => u16(bytes, at) * 65536 + u16(bytes, at + 2);

const xyz = (bytes: Uint8Array, at: number, divisor: number) => ({
  x: s16(bytes, at) / divisor,
  y: s16(bytes, at + 2) / divisor,
  z: s16(bytes, at + 4) / divisor,
});

const gps = (bytes: Uint8Array, at: number) => ({
  latitude: s24(bytes, at) / 10000,
  longitude: s24(bytes, at + 3) / 10000,
  altitude: s24(bytes, at + 6) / 100,
});

const keys = new Array<string | undefined>(65536).fill(undefined);

/** The loop, and its readings as flat fields, with keys from a cache. The last of two values stays. */
export function flatLoop(bytes: Uint8Array): Record<string, LppValue> {
  const fields: Record<string, LppValue> = {};
  for (const { type, channel, name, value } of loop(bytes).readings) {
    fields[(keys[(type << 8) | channel] ??= `${name}_${channel}`)] = value;
  }
  return fields;
}
