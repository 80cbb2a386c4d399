/** One of several numbers of a value. */
export interface Part {
  field: string;
  /** Bytes of the value before it. */
  at: number;
  format: ValueFormat;
}

/** How a value stands in a frame. All have the same fields, since the decoder is twice as fast with that. */
export interface ValueFormat {
  /**
   * - `number`: big-endian, two's complement where signed, as value times divisor
   * - `xyz`, `location`: objects of three s16, of three s24; `fields`: an object of any numbers
   * - `float`: IEEE 754, single precision
   * - `polyline`: a list of points, of as many bytes as the first one says
   */
  kind: 'number' | 'xyz' | 'location' | 'fields' | 'float' | 'polyline';
  /** Bytes; of a polyline the least. */
  size: number;
  /** Of a number; of an object that of its first part. */
  divisor: number;
  /** Of a number: how many the bytes tell apart. */
  range: number;
  /** Of a number: the highest, before the divisor; what is above it in the frame is negative. */
  highest: number;
  /** Of an object: its numbers in the order of the frame. */
  parts: readonly Part[];
}

/**
 * What a number in a frame means. Dividing gives 27.2 where multiplying by 0.1 gives 27.200000000000003; with divisors
 * below 1 it is the other way round: 1 / 0.00001 is 99999.99999999999.
 */
export function valueOf(raw: number, divisor: number): number {
  if (divisor >= 1) return raw / divisor;
  const factor = Math.round(1 / divisor);
  return 1 / factor === divisor ? raw * factor : raw / divisor;
}

export function number(size: number, signed: boolean, divisor = 1): ValueFormat {
  const range = 2 ** (8 * size);
  return { kind: 'number', size, divisor, range, highest: (signed ? range / 2 : range) - 1, parts: [] };
}

export const u8 = (divisor?: number) => number(1, false, divisor);
export const u16 = (divisor?: number) => number(2, false, divisor);
export const u24 = (divisor?: number) => number(3, false, divisor);
export const u32 = (divisor?: number) => number(4, false, divisor);
export const s16 = (divisor?: number) => number(2, true, divisor);
export const s24 = (divisor?: number) => number(3, true, divisor);
export const s32 = (divisor?: number) => number(4, true, divisor);

export const xyz = (divisor: number) => object('xyz', same(['x', 'y', 'z'], s16(divisor)));

export const location = (degrees: number, metres: number) =>
  object('location', position(s24(degrees), s24(metres)));

/** A location with more digits, which each vendor packs otherwise. */
export const preciseLocation = (degrees: ValueFormat, metres: ValueFormat) =>
  object('fields', position(degrees, metres));

/** An object of numbers that are all of one format. */
export const fields = (names: readonly string[], part: ValueFormat) => object('fields', same(names, part));

export const float: ValueFormat = { kind: 'float', size: 4, divisor: 1, range: 0, highest: 0, parts: [] };
export const polyline: ValueFormat = {
  kind: 'polyline',
  size: 8,
  divisor: 1,
  range: 0,
  highest: 0,
  parts: [],
};

type NamedFormat = [field: string, format: ValueFormat];

const same = (names: readonly string[], format: ValueFormat) =>
  names.map((name): NamedFormat => [name, format]);

const position = (degrees: ValueFormat, metres: ValueFormat): NamedFormat[] => [
  ...same(['latitude', 'longitude'], degrees),
  ['altitude', metres],
];

function object(kind: ValueFormat['kind'], formats: readonly NamedFormat[]): ValueFormat {
  let size = 0;
  const parts = formats.map(([field, format]) => {
    const at = size;
    size += format.size;
    return { field, at, format };
  });
  const { divisor } = parts[0]!.format;
  return { kind, size, divisor, range: 0, highest: 0, parts };
}
