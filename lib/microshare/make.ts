import type { Reading } from '../lpp/reading';
import type { Uplink } from '../ttn/uplink';
import { text, texts } from '../json';
import { recordsIn, toJson, warnAboutRecord, type NotAnObject } from './body';
import { MicroshareError } from './errors';
import type { Place } from './places';
import { partKey, recordPerReading, ttnRecord, unpackedRecord, type UnpackOptions } from './record';

/** What is written of a message. */
export type RecordShape =
  /** The value of a property, as it is. */
  | 'received'
  /** TTN's message, as TTN's HTTP integration would have stored it. */
  | 'ttn'
  | 'unpacked'
  /** One unpacked record for each value. */
  | 'per-reading';

/** The parts of a message that a record is made of. */
export interface RecordSource {
  /** Of `received`. */
  value?: unknown;
  /** `msg.ttn` */
  message?: unknown;
  uplink?: Partial<Uplink>;
  readings?: readonly Reading[];
}

export interface MakeOptions extends Omit<UnpackOptions, 'message'> {
  /** What becomes of a received value that is no object. Default: it is refused. */
  notAnObject?: NotAnObject;
}

export interface MadeRecord {
  /** Identifies the record for ever: the uplink's key, with `#0`, `#1`, ... where one uplink makes several. */
  key?: string;
  json: string;
  /** The device's place, whose names Microshare's own unpacking gives to the record as tags. */
  placeTags: string[];
  warnings: string[];
}

/**
 * The records that are written of one message.
 * @throws MicroshareError `bad_record`; `bad_configuration`: there is no such shape
 */
export function makeRecords(
  shape: RecordShape,
  source: RecordSource,
  options: MakeOptions = {},
): MadeRecord[] {
  if (!Object.hasOwn(SHAPES, shape)) {
    const shapes = Object.keys(SHAPES).join(', ');
    throw new MicroshareError('bad_configuration', `There is no record "${shape}": choose one of ${shapes}.`);
  }
  const records = SHAPES[shape](source, options);
  const key = text(source.uplink?.key);
  const isOne = records.length === 1 && shape !== 'per-reading';
  return records.map((record, index) => ({
    ...(key !== undefined && { key: isOne ? key : partKey(key, index) }),
    json: toJson(record),
    placeTags: placeTags(record),
    warnings: warnAboutRecord(record),
  }));
}

const SHAPES: Record<RecordShape, (source: RecordSource, options: MakeOptions) => object[]> = {
  received: ({ value }, { notAnObject }) => recordsIn(value, notAnObject),
  ttn: ({ message }) => [ttnRecord(message)],
  unpacked: ({ uplink, readings, message }, options) => [
    unpackedRecord(uplink, readings, { ...options, message }),
  ],
  'per-reading': ({ uplink, readings, message }, options) =>
    recordPerReading(uplink, readings, { ...options, message }),
};

/** From the outside in, as Microshare's documentation of its device clusters says. */
function placeTags(record: object): string[] {
  const { global, device } = (record as { meta?: Partial<Place> }).meta ?? {};
  return [...(texts(global) ?? []), ...(texts(device) ?? [])];
}
