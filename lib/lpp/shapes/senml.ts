import { secondsBefore } from '../../time';
import type { Reading } from '../reading';
import { channelKey, shapedValue, type ShapeContext } from './context';
import { partsOf, unitOf } from './parts';

/** One record of SenML (RFC 8428, JSON). */
export interface SenmlRecord {
  /** Base name, in the first record only: the device's id. */
  bn?: string;
  /** Base time, in the first record only: when the uplink was received, seconds since 1970. */
  bt?: number;
  n: string;
  u?: string;
  v?: number;
  vb?: boolean;
  vs?: string;
  /** Seconds from the base time, or from now where there is none: negative for the device's history. */
  t?: number;
}

/**
 * SenML's symbols (IANA's registry of RFC 8428 and RFC 8798) for the units that stand in readings, and the
 * factor where SenML wants another unit. A unit that SenML does not have is left out.
 */
const UNITS = new Map<string | undefined, readonly [symbol: string, factor?: number]>([
  ['lx', ['lx']],
  ['°C', ['Cel']],
  ['%RH', ['%RH']],
  ['G', ['m/s2', 9.80665]],
  ['hPa', ['Pa', 100]],
  ['V', ['V']],
  ['A', ['A']],
  ['Hz', ['Hz']],
  ['%', ['/', 0.01]],
  ['m', ['m']],
  ['kg', ['kg']],
  ['ppm', ['/', 1e-6]],
  ['W', ['W']],
  ['kWh', ['J', 3.6e6]],
  ['°', ['rad', Math.PI / 180]],
  ['s', ['s']],
  ['m/s', ['m/s']],
  ['mm/h', ['m/s', 1 / 3.6e6]],
  ['W/m²', ['W/m2']],
  ['mS/cm', ['S/m', 0.1]],
  ['mV', ['V', 1e-3]],
  ['mG', ['m/s2', 9.80665e-3]],
  ['Gauss', ['T', 1e-4]],
  ['dB', ['dB']],
  ['pH', ['pH']],
  ['NTU', ['NTU']],
  ['mg/L', ['kg/m3', 1e-3]],
  ['mg/kg', ['/', 1e-6]],
  ['µg/m³', ['kg/m3', 1e-9]],
]);

const POSITION = new Map<string | undefined, readonly [symbol: string]>([
  ['latitude', ['lat']],
  ['longitude', ['lon']],
]);

/** `[{ bn: 'office-1:', bt: 1696253312.556, n: 'temperature_3', u: 'Cel', v: 27.2 }]`, one record a number. */
export function toSenml(readings: readonly Reading[], context: ShapeContext): SenmlRecord[] {
  const received = secondsBefore(context.time);
  const base = {
    ...(context.deviceId && { bn: senmlName(`${context.deviceId}:`) }),
    ...(received && { bt: received.getTime() / 1000 }),
  };
  return readings
    .flatMap((reading) => recordsOf(reading, context))
    .map((record, index) => (index === 0 ? { ...base, ...record } : record));
}

function recordsOf(reading: Reading, context: ShapeContext): SenmlRecord[] {
  const n = senmlName(`${reading.name}_${senmlChannel(reading, context)}`);
  const time = reading.delta ? { t: -reading.delta } : {};
  // A digital value is a boolean in SenML; one that is neither 0 nor 1 stays a number, for it may count.
  const isBit = reading.value === 0 || reading.value === 1;
  const value = shapedValue(reading, { ...context, booleans: context.booleans || isBit });
  if (typeof value === 'boolean') return [{ n, vb: value, ...time }];
  if (typeof value === 'string') return [{ n, vs: value, ...time }];
  return partsOf(value).map(({ field, label, number }) => {
    const [u, factor = 1] = POSITION.get(field) ?? UNITS.get(unitOf(field, reading.unit)) ?? [];
    const name = label ? `${n}_${label}` : n;
    return { n: name, ...(u && { u }), v: times(number, factor), ...time };
  });
}

/** Rounded to the 15 digits that a double is good for: 1017.7 hPa are 101770 Pa, not 101770.00000000001. */
function times(value: number, factor: number): number {
  return factor === 1 ? value : Number((value * factor).toPrecision(15));
}

/** The channel's name, or its number where SenML cannot tell it from another's: nothing is left of a Cyrillic one. */
function senmlChannel(reading: Reading, context: ShapeContext): string {
  const name = channelKey(reading, context);
  const others = Object.values(context.channelNames ?? {}).filter((other) => other !== name);
  return others.some((other) => senmlName(other) === senmlName(name)) ? String(reading.channel) : name;
}

/** SenML's names have letters, digits and `- : . / _` only. */
function senmlName(name: string): string {
  return name.replace(/[^A-Za-z\d\-:./_]/g, '_');
}
