import type { NodeMessageInFlow } from 'node-red';
import type { CodedError } from '../../lib/errors';
import { LppError, toHex, type Decoded, type Dialect, type LppWarning, type Reading } from '../../lib/lpp';
import type { Uplink } from '../../lib/ttn/uplink';

/** What this node reads and writes in a message, beside the chosen property. */
export interface LppMessage extends NodeMessageInFlow {
  uplink?: Partial<Uplink>;
  lpp?: LppResult;
}

/** `msg.lpp` */
export interface LppResult {
  hex: string;
  dialect: Dialect;
  readings: Reading[];
  /** What is doubtful but legal. */
  warnings?: LppWarning[];
  error?: FaultInfo;
}

/** What `msg.lpp.error` and `msg.error` of the second output tell of a fault. */
export interface FaultInfo {
  code: string;
  message: string;
  offset?: number;
  channel?: number;
  type?: number;
  /** The bytes from the fault on, in hexadecimal. */
  rest?: string;
}

export function lppResult(hex: string, dialect: Dialect, { readings, warnings, error }: Decoded): LppResult {
  return {
    hex,
    dialect,
    readings,
    ...(warnings.length > 0 && { warnings }),
    ...(error && { error: faultInfo(error) }),
  };
}

export function faultInfo(error: CodedError): FaultInfo {
  const { code, message } = error;
  if (!(error instanceof LppError)) return { code, message };
  const { offset, channel, type, rest } = error;
  return { code, message, offset, channel, type, rest: toHex(rest) };
}

/** What Node-RED's join node puts a list together from, and below it the message's own; its types lack some fields. */
export function partOf(
  { _msgid, parts }: LppMessage,
  property: string,
  count: number,
): (index: number) => LppMessage['parts'] {
  const where = property === 'payload' ? {} : { property };
  const common = { id: _msgid, count, type: 'array', ...where, ...(parts && { parts }) };
  return (index) => ({ ...common, index });
}
