import { LppEncodeError } from './errors';
import { valueOf, type ValueFormat } from './formats';
import { bigEndian } from './integers';
import { packPolyline } from './polyline';
import type { Position } from './reading';
import { show } from './show';

/**
 * The bytes of a value, rounded to the resolution of its format.
 * @param label names the value in errors
 * @throws LppEncodeError `bad_value`, `out_of_range`
 */
export function writeValue(value: unknown, format: ValueFormat, label: string): number[] {
  if (format.kind === 'number') return writeNumber(value, format, label);
  if (format.kind === 'float') return writeFloat(value, label);
  if (format.kind === 'polyline') return writePolyline(value, label);
  return format.parts.flatMap((part) =>
    writeNumber(fieldOf(value, part.field), part.format, `${part.field} in ${label}`),
  );
}

function writeNumber(
  value: unknown,
  { size, divisor, range, highest }: ValueFormat,
  label: string,
): number[] {
  const raw = Math.round(finite(value, label) * divisor);
  const lowest = highest - range + 1;
  if (raw < lowest || raw > highest) {
    throw outOfRange(label, value, valueOf(lowest, divisor), valueOf(highest, divisor));
  }
  return bigEndian(raw, size);
}

function writeFloat(value: unknown, label: string): number[] {
  const bytes = new DataView(new ArrayBuffer(4));
  bytes.setFloat32(0, finite(value, label));
  if (!Number.isFinite(bytes.getFloat32(0))) throw outOfRange(label, value, -3.4028235e38, 3.4028235e38);
  return Array.from(new Uint8Array(bytes.buffer));
}

function writePolyline(value: unknown, label: string): number[] {
  if (!Array.isArray(value) || value.length === 0) {
    const got = Array.isArray(value) ? 'an empty one' : show(value);
    throw new LppEncodeError('bad_value', `The ${label} must be a list of points, not ${got}.`);
  }
  const points = value.map((point, index): Position => {
    const part = (field: string) =>
      finite(fieldOf(point, field), `${field} of point ${index + 1} in ${label}`);
    return { latitude: part('latitude'), longitude: part('longitude') };
  });
  const bytes = packPolyline(points);
  if (bytes) return bytes;
  throw new LppEncodeError(
    'out_of_range',
    `The ${label} has more than 248 points, or points too far apart: each must be within 7 units of the ` +
      'one before, and a unit is 1° at most.',
  );
}

function fieldOf(value: unknown, field: string): unknown {
  return (value as Partial<Record<string, unknown>> | null | undefined)?.[field];
}

function finite(value: unknown, label: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new LppEncodeError('bad_value', `The ${label} must be a finite number, not ${show(value)}.`);
}

function outOfRange(label: string, value: unknown, lowest: number, highest: number): LppEncodeError {
  return new LppEncodeError(
    'out_of_range',
    `The ${label} is ${show(value)}, but the type carries ${lowest} to ${highest}.`,
  );
}
