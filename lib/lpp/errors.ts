import { CodedError } from '../errors';

/** Why a frame could not be read to its end; `bad_input`: its bytes, or its FPort, mean nothing in the dialect. */
export type LppFaultCode = 'empty' | 'truncated' | 'unknown_type' | 'bad_input';

/** Where a frame could not be read any further. */
export interface LppFaultPlace {
  /** Offset of the faulty record's first byte. */
  offset: number;
  /** The bytes from there to the end of the frame, a view of the input. */
  rest: Uint8Array;
  /** Channel of the faulty record, where the frame holds it. */
  channel?: number;
  /** Type id of the faulty record, where the frame holds it. */
  type?: number;
}

/** A frame that cannot be read to its end. The readings before the fault stand beside it. */
export class LppError extends CodedError implements LppFaultPlace {
  declare readonly offset: number;
  declare readonly rest: Uint8Array;
  declare readonly channel?: number;
  declare readonly type?: number;

  constructor(
    override readonly code: LppFaultCode,
    message: string,
    place: LppFaultPlace,
  ) {
    super(code, message);
    Object.assign(this, place);
  }
}

/** What was given is no bytes in the expected form (`bad_input`), or an option does not exist (`bad_option`). */
export class LppInputError extends CodedError {
  constructor(
    override readonly code: 'bad_input' | 'bad_option',
    message: string,
    options?: ErrorOptions,
  ) {
    super(code, message, options);
  }
}

/** Why a reading cannot be encoded. */
export type LppEncodeErrorCode = 'unknown_type' | 'bad_channel' | 'bad_value' | 'out_of_range';

/** A reading that the dialect cannot carry. */
export class LppEncodeError extends CodedError {
  constructor(
    override readonly code: LppEncodeErrorCode,
    message: string,
  ) {
    super(code, message);
  }
}
