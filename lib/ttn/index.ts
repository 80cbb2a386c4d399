export { explainNoUplink, parseUplink, type ParseOptions } from './parse';
export { TtnError, type TtnErrorCode } from './errors';
export type { DataRate, Gateway, Location, Uplink, UplinkKind } from './uplink';
