import type { LppValue } from './reading';

/** How one number stands in a frame: big-endian, two's complement where signed, as value times divisor. */
export interface NumberFormat {
  /** Bytes, 1 to 4. */
  size: number;
  signed: boolean;
  divisor: number;
  fields?: undefined;
}

/** How a value of several numbers stands in a frame. */
export interface ObjectFormat {
  /** Bytes, all fields together. */
  size: number;
  /** The fields in the order of the frame. */
  fields: readonly (readonly [name: string, format: NumberFormat])[];
  read(bytes: Uint8Array, offset: number): LppValue;
}

export type ValueFormat = NumberFormat | ObjectFormat;

const number =
  (size: number, signed: boolean) =>
  (divisor = 1): NumberFormat => ({ size, signed, divisor });

export const u8 = number(1, false);
export const u16 = number(2, false);
export const u32 = number(4, false);
export const s16 = number(2, true);
export const s24 = number(3, true);

/** The caller sees to it that the frame holds the number. */
function readNumber(bytes: Uint8Array, offset: number, { size, signed, divisor }: NumberFormat): number {
  let raw = 0;
  for (let i = offset; i < offset + size; i++) raw = (raw << 8) | bytes[i]!;
  const unused = 32 - 8 * size;
  // Dividing gives 27.2 where multiplying by 0.1 gives 27.200000000000003.
  return (signed ? (raw << unused) >> unused : raw >>> 0) / divisor;
}

/** Reads the value at an offset. The caller sees to it that the frame holds `format.size` bytes there. */
export function readValue(bytes: Uint8Array, offset: number, format: ValueFormat): LppValue {
  return format.fields ? format.read(bytes, offset) : readNumber(bytes, offset, format);
}

// The object is built from a literal, which is twice as fast as setting fields by name.
function threeNumbers(
  fields: Record<string, NumberFormat>,
  build: (first: number, second: number, third: number) => LppValue,
): ObjectFormat {
  const entries = Object.entries(fields);
  const [first, second, third] = Object.values(fields) as [NumberFormat, NumberFormat, NumberFormat];
  const secondAt = first.size;
  const thirdAt = secondAt + second.size;
  return {
    size: thirdAt + third.size,
    fields: entries,
    read: (bytes, offset) =>
      build(
        readNumber(bytes, offset, first),
        readNumber(bytes, offset + secondAt, second),
        readNumber(bytes, offset + thirdAt, third),
      ),
  };
}

export const xyz = (axis: NumberFormat) =>
  threeNumbers({ x: axis, y: axis, z: axis }, (x, y, z) => ({ x, y, z }));

export const location = (degrees: NumberFormat, metres: NumberFormat) =>
  threeNumbers(
    { latitude: degrees, longitude: degrees, altitude: metres },
    (latitude, longitude, altitude) => ({ latitude, longitude, altitude }),
  );

export const rgb = (part: NumberFormat) =>
  threeNumbers({ r: part, g: part, b: part }, (r, g, b) => ({ r, g, b }));
