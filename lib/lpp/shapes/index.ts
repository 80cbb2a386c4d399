import { measurements, type Measurement } from '../../measurements';
import { choose } from '../choose';
import type { Reading } from '../reading';
import { toReadings, type ShapeContext, type ShapedReading } from './context';
import { toChannels, toChirpStackObject, toTtnFields, type Fields } from './fields';
import { toInfluxPoints, type InfluxPoint } from './influx';
import { toRobotEntries, type RobotEntry } from './robot';
import { toSenml, type SenmlRecord } from './senml';

/** What each output shape gives. No shape loses a value that came twice for one type and channel. */
export interface Shapes {
  /** The list as decoded. */
  readings: ShapedReading[];
  /** One flat object, as The Things Stack's own formatter gives. */
  ttn: Fields;
  /** By type and channel, as ChirpStack's own codec gives. */
  chirpstack: Record<string, Fields>;
  /** By channel and type. */
  channels: Record<string, Fields>;
  /** As Microshare's robot library gives. */
  robot: RobotEntry[];
  /** The measurements of Microshare's unpacked record. */
  unpacked: Record<string, Measurement[]>;
  /** RFC 8428. */
  senml: SenmlRecord[];
  /** Points for InfluxDB. */
  influx: InfluxPoint[];
}

export type { Fields, InfluxPoint, RobotEntry, SenmlRecord, ShapeContext, ShapedReading };
export type { ShapedValue } from './context';
export { toTtnFields } from './fields';

/** What readings look like to a flow: see {@link Shapes}. */
export type OutputShape = keyof Shapes;

const SHAPES: { [S in OutputShape]: (readings: readonly Reading[], context: ShapeContext) => Shapes[S] } = {
  readings: toReadings,
  ttn: toTtnFields,
  chirpstack: toChirpStackObject,
  channels: toChannels,
  robot: toRobotEntries,
  unpacked: (readings, context) => measurements(toReadings(readings, context), context.time),
  senml: toSenml,
  influx: toInfluxPoints,
};

/**
 * The readings in the shape that a flow wants; none shares its records with the list given.
 * @throws LppInputError `bad_option`: no such shape
 */
export function shape<S extends OutputShape = 'readings'>(
  readings: readonly Reading[],
  output: S = 'readings' as S,
  context: ShapeContext = {},
): Shapes[S] {
  choose<unknown>('output', SHAPES, output);
  return SHAPES[output](readings, context);
}
