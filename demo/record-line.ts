import { deviceOf, type StoredRecord } from './microshare/records';

interface Measured {
  unit?: string;
  value: unknown;
}

/** A stored record in one line: when, which device, what it measured. */
export function recordLine(record: StoredRecord): string {
  const time = new Date(record.tstamp).toLocaleTimeString();
  return [time, deviceOf(record) ?? '-', record.recType, measurements(record.data)].join('  ');
}

function measurements(data: unknown): string {
  return Object.entries(data ?? {})
    .filter((entry): entry is [string, Measured[]] => Array.isArray(entry[1]))
    .map(([name, values]) => `${name} ${values.map(inWords).join(' ')}`)
    .join(', ');
}

function inWords({ value, unit }: Measured): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return unit ? `${text} ${unit}` : text;
}
