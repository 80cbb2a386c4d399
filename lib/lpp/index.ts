export { toBytes, toHex, type InputFormat } from './bytes';
export { decode, type Decoded } from './decode';
export { DEFAULT_DIALECT, type Dialect, type LppOptions } from './dialects';
export { encode, type EncodableReading } from './encode';
export {
  LppEncodeError,
  LppError,
  LppInputError,
  type LppEncodeErrorCode,
  type LppFaultCode,
  type LppFaultPlace,
} from './errors';
export type { LppValue, Reading } from './reading';
export { checkChannelNames } from './channel-names';
export { findPayload, type FoundPayload } from './messages';
export {
  shape,
  toTtnFields,
  type Fields,
  type InfluxPoint,
  type OutputShape,
  type RobotEntry,
  type SenmlRecord,
  type ShapeContext,
  type ShapedReading,
  type ShapedValue,
  type Shapes,
} from './shapes';
export { readPayload, type Payload } from './payload';
