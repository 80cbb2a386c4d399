export { MicroshareError, type MicroshareErrorCode } from './errors';
export { checkRecType, checkRecTypeTemplate, fillRecType, recTypeWarnings } from './rectype';
export { joinTags } from './tags';
export {
  recordPerReading,
  unpackedRecord,
  type IotMeta,
  type UnpackedRecord,
  type UnpackOptions,
} from './record';
export { makeRecords, type MadeRecord, type MakeOptions, type RecordShape, type RecordSource } from './make';
export { DEFAULT_NAMES, type ValuesFrom } from './names';
export { placeTable, type PlaceRow, type PlaceTable } from './places';
export { nameTable, type Measurement, type NameRow, type NameTable } from '../measurements';
