import { bigEndian, s24At } from './integers';
import type { Position } from './reading';

/*
 * A line on the map as Electronic Cats' library packs it (its source; its README has the first point in
 * units of 0.0001° always): [size][factor][latitude][longitude] and a byte for each further point. The size
 * counts itself. The first point has 3 bytes for each, signed. A further point is a step from the one before:
 * latitude in the low four bits, longitude in the high four, signed. The unit of all is 0.0001° times the
 * factor.
 */
const HEADER = 8;
const UNITS = 10000;

/** By the code that stands for them in the frame. */
const FACTORS = new Map<number, number>();
for (let factor = 1; factor < 200; factor++) FACTORS.set(factor, factor);
[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000].forEach((factor, i) =>
  FACTORS.set(227 + i, factor),
);

/** What makes the polyline at an offset unreadable, if anything in its first bytes does. */
export function polylineProblem(bytes: Uint8Array, offset: number): string | undefined {
  const size = bytes[offset];
  const code = bytes[offset + 1];
  if (size !== undefined && size < HEADER) return `a size of ${size} bytes, where ${HEADER} are the least`;
  if (code !== undefined && !FACTORS.has(code)) return `the factor code ${code}, which stands for no factor`;
  return undefined;
}

export function readPolyline(bytes: Uint8Array, offset: number): Position[] {
  const factor = FACTORS.get(bytes[offset + 1]!)!;
  let latitude = s24At(bytes, offset + 2);
  let longitude = s24At(bytes, offset + 5);
  const points: Position[] = [];
  const add = () =>
    points.push({ latitude: (latitude * factor) / UNITS, longitude: (longitude * factor) / UNITS });
  add();
  for (const step of bytes.subarray(offset + HEADER, offset + bytes[offset]!)) {
    latitude += (step << 28) >> 28;
    longitude += (step << 24) >> 28;
    add();
  }
  return points;
}

/**
 * The bytes of a line, in the finest unit that carries all of its points without rounding; where there is
 * none, in the finest that carries them at all.
 * @returns undefined where no unit does, because a step is too long or there are more than 248 points
 */
export function packPolyline(points: readonly Position[]): number[] | undefined {
  if (points.length > 256 - HEADER) return undefined;
  const line = points.map((point) => both(point, (degrees) => Math.round(degrees * UNITS)));
  const factors = [...FACTORS];
  const exact = factors.filter(([, factor]) =>
    line.every(({ latitude, longitude }) => latitude % factor === 0 && longitude % factor === 0),
  );
  for (const [code, factor] of [...exact, ...factors]) {
    const bytes = packSteps(line.map((point) => both(point, (units) => Math.round(units / factor))));
    if (bytes) return [2 + bytes.length, code, ...bytes];
  }
  return undefined;
}

function packSteps(line: readonly Position[]): number[] | undefined {
  const { latitude, longitude } = line[0]!;
  const steps = line.slice(1).map((point, index) => ({
    latitude: point.latitude - line[index]!.latitude,
    longitude: point.longitude - line[index]!.longitude,
  }));
  if (!fits(line[0]!, 24) || !steps.every((step) => fits(step, 4))) return undefined;
  return [
    ...bigEndian(latitude, 3),
    ...bigEndian(longitude, 3),
    ...steps.map((step) => ((step.longitude & 15) << 4) | (step.latitude & 15)),
  ];
}

function fits({ latitude, longitude }: Position, bits: number): boolean {
  const limit = 2 ** (bits - 1);
  return Math.min(latitude, longitude) >= -limit && Math.max(latitude, longitude) < limit;
}

function both({ latitude, longitude }: Position, change: (part: number) => number): Position {
  return { latitude: change(latitude), longitude: change(longitude) };
}
