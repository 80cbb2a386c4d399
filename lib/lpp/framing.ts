import { choose } from './choose';
import { FULL_SCALE_GPS, type LppType, type TypeTable } from './types';

/** What stands before each value of a frame, and where. What has no place is not sent. */
export interface Framing {
  /** Bytes before the value. */
  header: number;
  channelAt?: number;
  typeAt?: number;
  /** Two bytes: seconds before the uplink. */
  deltaAt?: number;
  /** Where the channel is not sent: that of the first record, and by how much it grows with each. */
  channel: number;
  step: number;
  /** Where the type is not sent. */
  type?: LppType;
}

/** How to read a frame. */
export interface Layout {
  types: TypeTable;
  framing: Framing;
}

/** What counts in dialect `lpp2` only. */
export interface Lpp2Options {
  /** The uplink's FPort, default 1: 1 dynamic, 2 packed, 3 full-scale GPS, 100 to 199 history. */
  fPort?: number;
  /** Channel of a packed frame's first record, default 0: libraries disagree. */
  packedBase?: 0 | 1;
}

/** `[channel][type][value]` */
export const DYNAMIC: Framing = { header: 2, channelAt: 0, typeAt: 1, channel: 0, step: 0 };

/**
 * How LPP 2.0 frames what it sends on an FPort (Xose Pérez' branch `lppv2`, its README and source).
 * @returns undefined where it sends no sensor data: 10 to 14 carry commands and settings, others nothing
 * @throws LppInputError `bad_option`: no such packed base
 */
export function lpp2Framing({ fPort = 1, packedBase = 0 }: Lpp2Options): Framing | undefined {
  if (fPort === 1) return DYNAMIC;
  if (fPort === 2) return packed(packedBase);
  if (fPort === 3) return { header: 1, channelAt: 0, channel: 0, step: 0, type: FULL_SCALE_GPS };
  if (Number.isInteger(fPort) && fPort >= 100 && fPort < 200) {
    return { header: 3, typeAt: 0, deltaAt: 1, channel: fPort - 100, step: 0 };
  }
  return undefined;
}

function packed(base: number): Framing {
  return { header: 1, typeAt: 0, channel: choose('packed base', { 0: 0, 1: 1 }, String(base)), step: 1 };
}

/** Channel of the record at an offset, before which `index` others stand. */
export function channelAt(bytes: Uint8Array, offset: number, index: number, framing: Framing): number {
  return framing.channelAt === undefined
    ? impliedChannel(index, framing)
    : bytes[offset + framing.channelAt]!;
}

/** Channel of a record where the frame does not carry it. */
export function impliedChannel(index: number, { channel, step }: Framing): number {
  return channel + index * step;
}
