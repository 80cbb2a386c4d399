import { secondsBefore } from '../../time';
import type { Reading } from '../reading';
import { channelKey, type ShapeContext } from './context';
import { partsOf } from './parts';

/** One point as node-red-contrib-influxdb's batch node takes it. */
export interface InfluxPoint {
  measurement: string;
  /** Numbers only: `value`, or `latitude`, `longitude` and `altitude`. */
  fields: Record<string, number>;
  tags: Record<string, string>;
  /** Absent where the uplink's time is not known: InfluxDB takes its own then. */
  timestamp?: Date;
}

/**
 * `[{ measurement: 'temperature', fields: { value: 27.2 }, tags: { device, channel: '3', unit: '°C' } }]`.
 *
 * InfluxDB keeps the last of two points with the same measurement, tags and time: the second one gets the
 * tag `occurrence`. Digital values and Unix time are numbers, since a field never changes its type.
 */
export function toInfluxPoints(readings: readonly Reading[], context: ShapeContext): InfluxPoint[] {
  const occurrences = new Map<string, number>();
  return readings.flatMap((reading) => {
    const { name, value, unit, delta } = reading;
    const fields = Object.fromEntries(partsOf(value).map(({ label = 'value', number }) => [label, number]));
    if (Object.keys(fields).length === 0) return [];
    const timestamp = secondsBefore(context.time, delta);
    const channel = channelKey(reading, context);
    const series = JSON.stringify([name, channel, timestamp?.getTime()]);
    const occurrence = (occurrences.get(series) ?? 0) + 1;
    occurrences.set(series, occurrence);
    const tags = {
      ...(context.deviceId && { device: context.deviceId }),
      channel,
      ...(unit && { unit }),
      ...(occurrence > 1 && { occurrence: String(occurrence) }),
    };
    return [{ measurement: name, fields, tags, ...(timestamp && { timestamp }) }];
  });
}
