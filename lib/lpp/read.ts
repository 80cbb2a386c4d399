import { valueOf, type ValueFormat } from './formats';
import { s16At, s24At } from './integers';
import { polylineProblem, readPolyline } from './polyline';
import type { LppValue } from './reading';

/** How many bytes the value at an offset takes; Infinity where they make no value. The frame may hold fewer. */
export function sizeAt(bytes: Uint8Array, offset: number, { kind, size }: ValueFormat): number {
  if (kind !== 'polyline') return size;
  return polylineProblem(bytes, offset) ? Infinity : Math.max(size, bytes[offset] ?? 0);
}

/** Reads a `number`. The caller sees to it that the frame holds all of it. */
export function readNumber(bytes: Uint8Array, offset: number, format: ValueFormat): number {
  const { size, divisor } = format;
  let raw = bytes[offset]!;
  for (let next = 1; next < size; next++) raw = raw * 256 + bytes[offset + next]!;
  return valueOf(raw > format.highest ? raw - format.range : raw, divisor);
}

/** Reads what is no `number`. The caller sees to it that the frame holds all of it. */
export function readOther(bytes: Uint8Array, offset: number, format: ValueFormat): LppValue {
  const { kind, divisor, parts } = format;
  // The two of nearly all frames by hand, which is several times as fast.
  if (kind === 'location') {
    return {
      latitude: s24At(bytes, offset) / divisor,
      longitude: s24At(bytes, offset + 3) / divisor,
      altitude: s24At(bytes, offset + 6) / parts[2]!.format.divisor,
    };
  }
  if (kind === 'xyz') {
    return {
      x: s16At(bytes, offset) / divisor,
      y: s16At(bytes, offset + 2) / divisor,
      z: s16At(bytes, offset + 4) / divisor,
    };
  }
  if (kind === 'float') return readFloat(bytes, offset);
  if (kind === 'polyline') return readPolyline(bytes, offset);
  return Object.fromEntries(
    parts.map((part) => [part.field, readNumber(bytes, offset + part.at, part.format)]),
  );
}

/** The shortest number that these four bytes stand for: 27.2 where a double shows 27.200000762939453. */
function readFloat(bytes: Uint8Array, offset: number): number {
  const value = new DataView(bytes.buffer, bytes.byteOffset).getFloat32(offset);
  const rounded = [6, 7, 8, 9].map((digits) => Number(value.toPrecision(digits)));
  return rounded.find((short) => Math.fround(short) === value) ?? value;
}
