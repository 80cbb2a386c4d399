export { MicroshareError, type MicroshareErrorCode } from './errors';
export { checkRecType } from './rectype';
export { joinTags } from './tags';
export { unpackedRecord } from './record';
export type { Measurement } from '../measurements';
