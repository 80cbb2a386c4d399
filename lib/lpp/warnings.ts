import type { ValueFormat } from './formats';
import { DYNAMIC, type Layout } from './framing';
import type { LppValue, Position, Reading } from './reading';
import { spansOf } from './spans';

export type LppWarningCode =
  /** Beyond 90 degrees, or 180. */
  | 'latitude'
  | 'longitude'
  /** Above 100 %. */
  | 'humidity'
  | 'not_a_number'
  /** Zeros at the end of the frame, which read as digital inputs of channel 0. */
  | 'padding'
  /** The same channel and type twice. */
  | 'duplicate';

/** Something legal and yet doubtful. Nothing is changed for it. */
export interface LppWarning {
  code: LppWarningCode;
  /** For people: the value, its place, and what may be behind it. */
  message: string;
  /** Offset of the record. */
  offset: number;
  channel: number;
  type: number;
}

/** Whether `findWarnings` has to look at a value that is no number. This is asked of each, and has to be quick. */
export function isDoubtful(value: LppValue, kind: ValueFormat['kind']): boolean {
  return kind === 'location' ? isOffTheMap(value as Position) : kind !== 'xyz';
}

/** What is doubtful about the readings of a frame, in their order. */
export function findWarnings(bytes: Uint8Array, readings: readonly Reading[], layout: Layout): LppWarning[] {
  const spans = spansOf(bytes, readings, layout);
  const padding = layout.framing === DYNAMIC ? paddingFrom(readings) : readings.length;
  const first = new Map<string, number>();
  const warnings: LppWarning[] = [];

  readings.slice(0, padding + 1).forEach(({ channel, type, name, value, unit, delta }, index) => {
    const { offset } = spans[index]!;
    const warn = (code: LppWarningCode, message: string) =>
      warnings.push({ code, message, offset, channel, type });
    const label = `${name} of channel ${channel}`;
    if (index === padding) {
      warn(
        'padding',
        `From byte ${offset} on there are only zeros, which read as ${label}: the sender may pad its frames.`,
      );
      return;
    }
    const doubt = doubtOf(value, unit);
    if (doubt) warn(doubt[0], `The ${label} at byte ${offset} ${doubt[1]}`);
    const key = `${channel}/${type}/${delta}`;
    const before = first.get(key);
    if (before === undefined) first.set(key, offset);
    else warn('duplicate', `The ${label} comes twice: at byte ${before} and at byte ${offset}.`);
  });
  return warnings;
}

/** Index of the first of the zeros in which the readings end; never 0, since a frame holds something. */
function paddingFrom(readings: readonly Reading[]): number {
  let index = readings.length;
  while (index > 1 && isZero(readings[index - 1])) index--;
  return index;
}

function isZero(reading: Reading | undefined): boolean {
  return reading?.value === 0 && reading.channel === 0 && reading.type === 0;
}

function doubtOf(value: LppValue, unit: string | undefined): [LppWarningCode, string] | undefined {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return ['not_a_number', `is ${value}, which JSON cannot carry.`];
    return isTooHumid(value, unit) ? ['humidity', `is ${value} %RH, over 100.`] : undefined;
  }
  const points = (Array.isArray(value) ? value : [value]) as Position[];
  const point = points.find(isOffTheMap);
  if (!point) return undefined;
  const [part, limit] =
    Math.abs(point.latitude) > 90 ? (['latitude', 90] as const) : (['longitude', 180] as const);
  return [part, `has the ${part} ${point[part]}, beyond ${limit}°: a GPS without a fix sends such values.`];
}

export function isTooHumid(value: number, unit: string | undefined): boolean {
  return value > 100 && unit === '%RH';
}

/** False for an object that is no position. */
function isOffTheMap({ latitude, longitude }: Position): boolean {
  return latitude > 90 || latitude < -90 || longitude > 180 || longitude < -180;
}
