import type { Layout } from './framing';
import { sizeAt } from './read';
import type { Reading } from './reading';

/** Where a record stands in its frame. */
export interface Span {
  offset: number;
  length: number;
}

/** Where the records of a frame's readings stand. */
export function spansOf(bytes: Uint8Array, readings: readonly Reading[], { types, framing }: Layout): Span[] {
  let end = 0;
  return readings.map((reading) => {
    const offset = end;
    const type = framing.type ?? types[reading.type]!;
    end += framing.header + sizeAt(bytes, offset + framing.header, type);
    return { offset, length: end - offset };
  });
}
