import { toHex } from './bytes';
import { DEFAULT_DIALECT, dialectWith, isStandard } from './dialects';
import { LppError, type LppFaultCode } from './errors';
import { channelAt, type Layout } from './framing';
import { describeType } from './ipso';
import { polylineProblem } from './polyline';
import { sizeAt } from './read';
import { show } from './show';

const CUT_OFF = 'The payload was cut off, or it is not Cayenne LPP of this dialect.';

/** Why the record at an offset, before which `index` others stand, cannot be read. */
export function faultAt(
  bytes: Uint8Array,
  offset: number,
  index: number,
  { types, framing }: Layout,
  dialect: string = DEFAULT_DIALECT,
): LppError {
  const rest = bytes.subarray(offset);
  const channel = channelAt(bytes, offset, index, framing);
  const id = framing.type?.id ?? bytes[offset + framing.typeAt!];
  const fault = (code: LppFaultCode, problem: string, advice: string) =>
    new LppError(
      code,
      `${problem} at byte ${offset}, channel ${channel} (rest: ${excerpt(rest)}). ${advice}`,
      { offset, rest, channel, ...(id !== undefined && { type: id }) },
    );

  if (id === undefined) return fault('truncated', 'The frame ends before the type', CUT_OFF);
  const type = framing.type ?? types[id];
  if (!type) return fault('unknown_type', `Unknown type ${describeType(id)}`, unknownAdvice(id, dialect));

  const label = isStandard(type) ? describeType(id) : describeType(id, type.name);
  const at = offset + framing.header;
  const problem = type.kind === 'polyline' && polylineProblem(bytes, at);
  if (problem) return fault('bad_input', `Type ${label} has ${problem},`, CUT_OFF);
  const length = framing.header + sizeAt(bytes, at, type);
  return fault(
    'truncated',
    `The frame ends inside the ${length} bytes of a record of type ${label}`,
    CUT_OFF,
  );
}

function unknownAdvice(id: number, dialect: string): string {
  const other = dialectWith(id);
  const advice = other
    ? `use dialect "${other.dialect}", which has it as ${other.name}, if that is what the sensor sends.`
    : 'check that the payload is Cayenne LPP, and which types the sensor sends; ' +
      'one of its own can be added as a custom type.';
  return `Dialect "${dialect}" does not have it: ${advice}`;
}

/** All of a LoRaWAN payload, which has 242 bytes at most; not all of a file that came here by mistake. */
function excerpt(bytes: Uint8Array): string {
  return bytes.length > 242 ? `${toHex(bytes.subarray(0, 242))}...` : toHex(bytes);
}

export function emptyFault(bytes: Uint8Array): LppError {
  return new LppError(
    'empty',
    'The payload is empty. An uplink that carries MAC commands only has none: keep it away from the decoder.',
    { offset: 0, rest: bytes },
  );
}

/** For an FPort on which LPP 2.0 sends no sensor data. */
export function portFault(bytes: Uint8Array, fPort: number | undefined): LppError {
  return new LppError('bad_input', `${noSensorData(fPort)} Keep other FPorts away from the decoder.`, {
    offset: 0,
    rest: bytes,
  });
}

export function noSensorData(fPort: number | undefined): string {
  return (
    `FPort ${show(fPort)} carries no sensor data in LPP 2.0, which sends it on 1 (dynamic), 2 (packed), ` +
    '3 (full-scale GPS) and 100 to 199 (history).'
  );
}
