export { toBytes, toHex, type InputFormat } from './bytes';
export { checkCustomTypes, type CustomType } from './custom';
export { decode, locate, type Decoded } from './decode';
export { DEFAULT_DIALECT, DIALECTS, type Dialect, type LppOptions } from './dialects';
export { toEncodable, type EncodableOptions } from './encodable';
export { encode, type EncodableReading } from './encode';
export {
  LppEncodeError,
  LppError,
  LppInputError,
  type LppEncodeErrorCode,
  type LppFaultCode,
  type LppFaultPlace,
} from './errors';
export type { LppValue, Position, Reading } from './reading';
export type { Span } from './spans';
export type { LppWarning, LppWarningCode } from './warnings';
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
