export { explainNoUplink, parseUplink, type ParseOptions } from './parse';
export { TtnError, type TtnErrorCode } from './errors';
export * from './api';
export { KIND_GROUPS, KINDS, topicsOf, v2TopicsOf, type KindGroup } from './kinds';
export type { DataRate, Gateway, Location, Uplink, UplinkKind } from './uplink';
