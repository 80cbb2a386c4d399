import { object, text } from '../../../lib/json';
import type { ShareRecord } from '../../../lib/microshare/read';

/** A number that several records of one device hold, over time. */
export interface Series {
  /** Where it stands in the record: `temperature`, `room.co2`; of several devices with the device's name. */
  name: string;
  points: { at: number; value: number }[];
}

const MOST_SERIES = 50;
/** Of the radio and the record itself, not measured. */
const NOT_MEASURED = new Set(['meta', 'origin', 'time']);

/** The device of an unpacked record, or of a message of TTN. */
export function deviceOf(data: unknown): string | undefined {
  const record = object(data);
  const { device_id: unpacked } = object(object(record?.meta)?.iot) ?? {};
  return text(unpacked) ?? text(object(record?.end_device_ids)?.device_id);
}

/** The numbers of the records' data, those that stand in most records first. */
export function seriesOf(records: readonly Pick<ShareRecord, 'createdAt' | 'data'>[]): Series[] {
  const series = new Map<string, Series>();
  const isOne = new Set(records.map(({ data }) => deviceOf(data))).size === 1;
  for (const { createdAt, data } of records) {
    const at = Date.parse(createdAt ?? '');
    if (Number.isNaN(at)) continue;
    const device = isOne ? undefined : deviceOf(data);
    for (const [field, value] of numbersOf(data)) {
      const name = device === undefined ? field : `${field}, ${device}`;
      const one = series.get(name) ?? { name, points: [] };
      one.points.push({ at, value });
      series.set(name, one);
    }
  }
  const all = [...series.values()];
  for (const { points } of all) points.sort((a, b) => a.at - b.at);
  return all.sort((a, b) => b.points.length - a.points.length).slice(0, MOST_SERIES);
}

/** The numbers that a record's data hold, each with where it stands. */
export function numbersOf(data: unknown, name = ''): [string, number][] {
  if (typeof data === 'number') return [[name, data]];
  if (Array.isArray(data)) {
    // The measurements of the unpacked record: `[{ value, context_id }]`.
    return data.flatMap((item: { value?: unknown; context_id?: string } | null) =>
      numbersOf(item?.value, data.length > 1 && item?.context_id ? `${name} ${item.context_id}` : name),
    );
  }
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data)
    .filter(([field]) => !(name === '' && NOT_MEASURED.has(field)))
    .flatMap(([field, value]) => numbersOf(value, name === '' ? field : `${name}.${field}`));
}
