import assert from 'node:assert/strict';
import { decode, encode, type LppOptions, type LppValue } from '../../../lib/lpp';
import { CORE_TYPES, EXTENSION_TYPES } from './golden';

/** Whole numbers from 0 to 2^32 - 1, the same at every run (mulberry32). */
function generator(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

const OPTIONS: LppOptions[] = (['lpp', 'extended'] as const).flatMap((dialect) =>
  [false, true].map((signedVoltageCurrent) => ({ dialect, signedVoltageCurrent })),
);

for (const options of OPTIONS) {
  const types = options.dialect === 'lpp' ? CORE_TYPES : [...CORE_TYPES, ...EXTENSION_TYPES];

  describe(`lpp with random frames, ${JSON.stringify(options)}`, () => {
    const random = generator(20261122);
    const randomBytes = (length: number) => Array.from({ length }, () => random() & 255);

    it('gives the same bytes and readings back, without a digit more than the format carries', () => {
      for (let round = 0; round < 2000; round++) {
        const frame = Buffer.from(
          Array.from({ length: 1 + (random() % 6) }, () => {
            const { type, values } = types[random() % types.length]!;
            return [random() & 255, type, ...randomBytes(values[0]![0].length / 2)];
          }).flat(),
        );
        const { readings, error } = decode(frame, options);
        assert.equal(error, undefined);
        assert.deepEqual(encode(readings, options), frame);
        for (const number of readings.flatMap(({ value }) => numbersOf(value))) {
          assert.match(String(number), /^-?\d+(\.\d{1,4})?$/);
        }
      }
    });

    it('answers any bytes with readings or a typed fault, never with more than they hold', () => {
      for (let round = 0; round < 5000; round++) {
        // Types of the dialect are frequent, so that many frames go on behind the first record.
        const frame = Buffer.from(randomBytes(random() % 60));
        for (let at = 1; at < frame.length; at += 1 + (random() % 6)) {
          frame[at] = types[random() % types.length]!.type;
        }
        const { readings, error } = decode(frame, options);
        assert.ok(readings.length <= frame.length / 3);
        assert.deepEqual(Buffer.concat([encode(readings, options), error?.rest ?? Buffer.alloc(0)]), frame);
        if (error) {
          assert.match(error.code, /^(empty|truncated|unknown_type)$/);
          assert.equal(error.offset, frame.length - error.rest.length);
        }
      }
    });
  });
}

function numbersOf(value: LppValue): number[] {
  return typeof value === 'number' ? [value] : (Object.values(value) as number[]);
}
