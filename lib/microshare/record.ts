import type { Reading } from '../lpp/reading';
import type { Gateway, Uplink, UplinkKind } from '../ttn/uplink';
import { hexOf } from '../bytes';
import { describe } from '../describe';
import { known, object, objects, text, type Json } from '../json';
import {
  byName,
  isUplinkKind,
  nameTable,
  readingValue,
  type Measurement,
  type NameTable,
  type NamedValues,
  type Value,
} from '../measurements';
import { timeOf } from '../time';
import { MicroshareError } from './errors';
import { decodedValues, normalizedValues } from './fields';
import { DEFAULT_NAMES, type ValuesFrom } from './names';
import { placeOf, placeTable, type PlaceTable } from './places';

export interface UnpackOptions {
  /** Default `readings`. */
  from?: ValuesFrom;
  /** Microshare's names of the source's fields. Default: those of {@link DEFAULT_NAMES}. */
  names?: NameTable;
  places?: PlaceTable;
  /** TTN's message: the device's attributes are read there. */
  message?: unknown;
  /** Put TTN's message into the record, as `origin`. */
  withOrigin?: boolean;
}

/** Each measurement under its name, beside what every record has. */
export type UnpackedRecord = Measurements & {
  device_health: Measurements & { id: string };
  meta: {
    device: string[];
    global: string[];
    source: string[];
    usecase?: string;
    key?: string;
    simulated?: boolean;
    iot: IotMeta;
  };
  time?: string;
  origin?: Record<string, unknown>;
};

type Measurements = Record<string, Measurement[]>;

/** `meta.iot`: the fields and units of Microshare: MHz, kHz, dBm, dB, the payload in hexadecimal. */
export interface IotMeta {
  device_id: string;
  type: string;
  time?: string;
  iso_time?: string;
  fcnt_up?: number;
  fport?: number;
  payload?: string;
  freq?: number;
  bw?: number;
  sf?: number;
  channel?: number;
  rssi?: number;
  snr?: number;
  gateways: { id?: string; rssi?: number; snr?: number; channel?: number; sf?: number }[];
}

/** Where each kind of value stands, and the node that puts it there. */
const MISSING = {
  readings: { property: 'msg.lpp.readings', cure: 'put lpp-decode between ttn-uplink and this node' },
  decoded: { property: 'msg.uplink.decoded', cure: 'give the device a payload formatter on TTN' },
  normalized: {
    property: 'msg.uplink.normalized',
    cure: 'give the device a payload formatter with a normalizer on TTN',
  },
} as const;

const DEFAULT_TABLES = {
  readings: nameTable(DEFAULT_NAMES.readings),
  decoded: nameTable(DEFAULT_NAMES.decoded),
  normalized: nameTable(DEFAULT_NAMES.normalized),
};
const NO_PLACES = placeTable([]);

/**
 * Microshare's unpacked record ("Microshare Standards", form of 2023): every measurement a list of
 * `{unit, value}` at the top, the device's health, and where it came from under `meta`.
 *
 * Two are this package's: `meta.key`, the uplink's key, by which a reader finds a record that was written twice, and
 * `meta.simulated`, true where a person made the values up.
 * @throws MicroshareError `bad_record`
 */
export function unpackedRecord(
  uplink: Partial<Uplink> | undefined,
  readings: readonly Reading[] | undefined,
  options: UnpackOptions = {},
): UnpackedRecord {
  const { uplink: checked, named } = unpack(uplink, readings, options);
  return assemble(checked, named, text(checked.key), options);
}

/**
 * The same, one record for each value; one without any where nothing was measured. The keys end in `#0`, `#1`, ...
 * @throws MicroshareError `bad_record`
 */
export function recordPerReading(
  uplink: Partial<Uplink> | undefined,
  readings: readonly Reading[] | undefined,
  options: UnpackOptions = {},
): UnpackedRecord[] {
  const { uplink: checked, named } = unpack(uplink, readings, options);
  const singles = Object.entries(named.measured).flatMap(([name, list]) =>
    list.map((one) => ({ [name]: [one] })),
  );
  if (singles.length === 0) singles.push({});
  return singles.map((measured, index) =>
    assemble(checked, { ...named, measured }, partKey(text(checked.key), index), options),
  );
}

/** The key of one of several records that are made of an uplink, or of one that has such a key itself. */
export function partKey(key: string | undefined, part: number | string): string | undefined {
  return key === undefined ? undefined : `${key}#${part}`;
}

function unpack(
  uplink: Partial<Uplink> | undefined,
  readings: readonly Reading[] | undefined,
  { from = 'readings', names = DEFAULT_TABLES[from] }: UnpackOptions,
): { uplink: Uplink; named: NamedValues } {
  if (!isUplink(uplink)) throw missing('msg.uplink', uplink, 'wire this node behind ttn-uplink');
  if (!isUplinkKind(uplink.kind)) throw ofOtherKind(uplink.kind);
  const values = valuesFrom(from, uplink, readings, names);
  if (!values) {
    const { property, cure } = MISSING[from];
    throw missing(property, from === 'readings' ? readings : uplink[from], cure);
  }
  return { uplink, named: byName(values, names) };
}

function valuesFrom(
  from: ValuesFrom,
  uplink: Uplink,
  readings: readonly Reading[] | undefined,
  names: NameTable,
): Value[] | undefined {
  if (from === 'decoded') return object(uplink.decoded) && decodedValues(uplink.decoded ?? {}, names);
  if (from === 'normalized') {
    return Array.isArray(uplink.normalized) ? normalizedValues(uplink.normalized, names) : undefined;
  }
  return Array.isArray(readings)
    ? readings.map((reading: Reading) => readingValue(reading, uplink.receivedAt))
    : undefined;
}

/** What the record cannot do without; a function node or a trip through JSON may have changed the rest. */
function isUplink(uplink: Partial<Uplink> | undefined): uplink is Uplink {
  return typeof uplink?.deviceId === 'string';
}

function missing(property: string, found: unknown, cure: string): MicroshareError {
  return new MicroshareError(
    'bad_record',
    `The unpacked record is built from ${property}, but ${describe(found)} is there in this message: ${cure}, or choose the record "as received".`,
  );
}

function ofOtherKind(kind: UplinkKind): MicroshareError {
  return new MicroshareError(
    'bad_record',
    `The unpacked record is built from uplinks and normalized measurements, but this message is of the kind "${kind}": untick such messages in ttn-uplink, or write them in another node, with the record "as received" or "TTN's message".`,
  );
}

function assemble(
  uplink: Uplink,
  { measured, health }: NamedValues,
  key: string | undefined,
  { places = NO_PLACES, message, withOrigin }: UnpackOptions,
): UnpackedRecord {
  const id = dashed(uplink.devEui) ?? uplink.deviceId;
  const time = isoTime(uplink.receivedAt);
  const { device, global, usecase } = placeOf(uplink, message, places);
  const origin = withOrigin ? object(message) : undefined;
  return Object.assign(withoutReserved(measured), {
    device_health: Object.assign({ ...charge(uplink.battery), ...health }, { id }),
    meta: {
      device,
      global,
      source: [],
      ...(usecase && { usecase }),
      ...(key !== undefined && { key }),
      ...(uplink.simulated && { simulated: true }),
      iot: iot(uplink, id, time),
    },
    ...(time && { time }),
    ...(origin && { origin: withoutKeys(origin) }),
  });
}

/** Fields of the record, and those that Microshare takes for its own. */
const RESERVED = new Set(['meta', 'device_health', 'origin', 'time', 'name', 'desc']);

/** Under other names, beside what has such a name already. */
function withoutReserved(measured: NamedValues['measured']): NamedValues['measured'] {
  if (!Object.keys(measured).some((name) => RESERVED.has(name))) return measured;
  const renamed = new Map<string, Measurement[]>();
  for (const [name, list] of Object.entries(measured)) {
    const own = RESERVED.has(name) ? `${name}_value` : name;
    renamed.set(own, [...(renamed.get(own) ?? []), ...list]);
  }
  return Object.fromEntries(renamed);
}

/** From LoRaWAN's DevStatus, which TTN repeats with every uplink: what the device itself has sent is newer. */
function charge(battery: number | undefined): Record<string, Measurement[]> {
  return battery === undefined ? {} : { charge: [{ unit: '%', value: battery }] };
}

function iot(uplink: Uplink, deviceId: string, time: string | undefined): IotMeta {
  const { dataRate, frequency, fCnt, fPort, bytes } = uplink;
  const gateways = (objects(uplink.gateways) ?? []) as Partial<Gateway>[];
  const lora = dataRate?.modulation === 'lora' ? dataRate : undefined;
  const sf = lora?.spreadingFactor;
  const best = gateways[0];
  return known({
    device_id: deviceId,
    type: 'uplink',
    time,
    iso_time: time,
    fcnt_up: fCnt,
    fport: fPort,
    payload: hexOf(bytes),
    freq: frequency === undefined ? undefined : frequency / 1e6,
    bw: lora === undefined ? undefined : lora.bandwidth / 1000,
    sf,
    channel: best?.channel,
    rssi: best?.rssi,
    snr: best?.snr,
    gateways: gateways.map(({ eui, id, rssi, snr, channel }) =>
      known({ id: eui ?? id, rssi, snr, channel, sf }),
    ),
  });
}

/** `70B3D57ED0001234` as Microshare writes it: `70-B3-D5-7E-D0-00-12-34`. */
function dashed(devEui: string | undefined): string | undefined {
  return devEui ? devEui.toUpperCase().replace(/..(?=.)/g, '$&-') : undefined;
}

function isoTime(receivedAt: string | undefined): string | undefined {
  const time = timeOf(receivedAt);
  return time === undefined ? undefined : new Date(time).toISOString();
}

/**
 * A message of TTN without what others could abuse: the access key that v2's HTTP integration puts into a URL, and the
 * session key that comes in plain with an encrypted payload. One that is encrypted itself stays.
 */
export function withoutKeys({ downlink_url: _, ...message }: Json): Json {
  return Object.fromEntries(Object.entries(message).map(([name, part]) => [name, withoutSessionKey(part)]));
}

function withoutSessionKey(part: unknown): unknown {
  const carrier = object(part);
  const sessionKey = object(carrier?.app_s_key);
  if (!sessionKey || !('key' in sessionKey)) return part;
  const { key: _, ...rest } = sessionKey;
  return { ...carrier, app_s_key: rest };
}

/**
 * TTN's own message, to the letter: what TTN's HTTP integration would have stored, save for keys.
 * @throws MicroshareError `bad_record`
 */
export function ttnRecord(message: unknown): object {
  const sent = object(message);
  if (sent && ('end_device_ids' in sent || 'dev_id' in sent)) return withoutKeys(sent);
  throw new MicroshareError(
    'bad_record',
    `The record "TTN's message" is msg.ttn, but this message has ${describe(message)} there that is not one: wire this node behind ttn-uplink.`,
  );
}
