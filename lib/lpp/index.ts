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
export { shape, toTtnFields, type OutputShape, type TtnFields } from './shapes';
