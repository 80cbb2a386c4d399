import assert from 'node:assert/strict';
import {
  decode,
  encode,
  locate,
  LppEncodeError,
  LppError,
  LppInputError,
  type CustomType,
  type EncodableReading,
  type LppOptions,
  type LppValue,
} from '../../../lib/lpp';
import { RAK } from '../../../lib/lpp/rak';
import { CORE, EXTENSIONS, LOAD } from '../../../lib/lpp/types';
import { COMBINATIONS } from './dialect-types';
import { randomNumbers } from './random';

/** In the test command always the same; `npm run fuzz:lpp` tries more, and other numbers at each run. */
const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 200);
const SEED = Number(process.env.FUZZ_SEED ?? (process.env.FUZZ_ROUNDS ? Date.now() % 2 ** 32 : 20261122));

const random = randomNumbers(SEED);
const oneOf = <T>(list: readonly T[]): T => list[random(list.length)]!;
const randomBytes = (length: number) => Array.from({ length }, () => random(256));
const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, i) => make(i));

/** Every dialect, every switch, every frame of LPP 2.0. */
const OPTIONS = COMBINATIONS.flatMap(({ options, types }): { options: LppOptions; types: typeof types }[] =>
  options.dialect !== 'lpp2'
    ? [{ options, types }]
    : [
        {},
        { fPort: 2 },
        { fPort: 2, packedBase: 1 as const },
        { fPort: 3 },
        { fPort: 100 },
        { fPort: 163 },
      ].map((port) => ({ options: { ...options, ...port }, types })),
);

describe(`lpp with random numbers, seed ${SEED}, ${ROUNDS} rounds`, () => {
  for (const { options, types } of OPTIONS) {
    it(`gives the same bytes and readings back: ${JSON.stringify(options)}`, () => {
      for (let round = 0; round < ROUNDS; round++) {
        // A polyline can be packed in several ways, a float that is no number in none.
        const frame = Buffer.from(
          times(1 + random(6), () => {
            const { type, values } = oneOf(types.filter(({ type }) => type !== 240 && type !== 245));
            return record(options, type, values[0]![0].length / 2);
          }).flat(),
        );
        const { readings, error } = decode(frame, options);
        assert.equal(error, undefined);
        assert.deepEqual(encode(readings, options), frame);
        for (const number of readings.flatMap(({ value }) => numbersOf(value))) {
          // Not a digit more than the format carries.
          assert.match(String(number), /^-?\d+(\.\d{1,6})?$/);
        }
      }
    });
  }

  it('gives the same lines back', () => {
    const options: LppOptions = { dialect: 'electroniccats' };
    for (let round = 0; round < ROUNDS; round++) {
      const steps = randomBytes(random(248));
      const factor = oneOf([1 + random(199), 227 + random(13)]);
      const frame = Uint8Array.from([1, 240, 8 + steps.length, factor, ...randomBytes(6), ...steps]);
      const { readings, error } = decode(frame, options);
      assert.equal(error, undefined);
      assert.deepEqual(decode(encode(readings, options), options).readings, readings);
    }
  });

  it('gives the same floats back', () => {
    const options: LppOptions = { dialect: 'rak' };
    for (let round = 0; round < ROUNDS; round++) {
      const frame = Buffer.from([1, 245, ...randomBytes(4)]);
      const { readings } = decode(frame, options);
      if (Number.isFinite(readings[0]!.value)) assert.deepEqual(encode(readings, options), frame);
    }
  });

  it('rounds every number to the nearest that the type carries', () => {
    const numbers = [...CORE, ...EXTENSIONS, LOAD, ...RAK].filter(({ kind }) => kind === 'number');
    const options = (id: number): LppOptions => ({ dialect: id === LOAD.id ? 'pycayennelpp' : 'rak' });
    for (const { id, divisor, range, highest } of numbers) {
      for (let round = 0; round < ROUNDS; round++) {
        const wanted = (highest - random(range) + random(1000) / 1000 - 0.5) / divisor;
        const frame = encode([{ channel: 1, type: id, value: wanted }], options(id));
        const got = decode(frame, options(id)).readings[0]!.value as number;
        assert.ok(Math.abs(got - wanted) <= 0.500001 / divisor, `${wanted} came back as ${got}`);
      }
    }
  });

  it('answers any bytes under any options with readings or a typed fault, never with more than they hold', () => {
    for (let round = 0; round < ROUNDS * 20; round++) {
      const options = anyOptions();
      const frame = anyFrame();
      try {
        const { readings, error, warnings } = decode(frame, options);
        const shortest = options.dialect === 'lpp2' && options.fPort === 2 ? 2 : 3;
        assert.ok(readings.length <= frame.length / shortest);
        const spans = locate(frame, options);
        assert.equal(spans.length, readings.length);
        let end = 0;
        for (const { offset, length } of spans) {
          assert.equal(offset, end);
          end += length;
        }
        assert.equal(end, error ? error.offset : frame.length);
        if (readings.every(({ name }) => name !== 'float' && name !== 'polyline')) {
          assert.deepEqual(Uint8Array.from(encode(readings, options)), frame.subarray(0, end));
        }
        assert.ok(warnings.every(({ offset }) => spans.some((span) => span.offset === offset)));
        if (error) {
          assert.ok(error instanceof LppError);
          assert.match(error.code, /^(empty|truncated|unknown_type|bad_input)$/);
          assert.deepEqual(error.rest, frame.subarray(end));
        }
      } catch (error) {
        if (!(error instanceof LppInputError)) throw error;
        assert.equal(error.code, 'bad_option');
      }
    }
  });

  it('encodes any readings under any options to what decodes to them, or refuses them with a typed error', () => {
    let encoded = 0;
    for (let round = 0; round < ROUNDS * 20; round++) {
      const options = anyOptions();
      const readings = times(random(4), anyReading);
      try {
        const frame = encode(readings, options);
        const decoded = decode(frame, options);
        assert.deepEqual(
          decoded.readings.map(({ channel, type }) => [channel, type]),
          readings.map(({ channel, type }) => [channel, type]),
        );
        assert.equal(decoded.error?.code, readings.length === 0 ? 'empty' : undefined);
        encoded += readings.length;
      } catch (error) {
        assert.ok(error instanceof LppEncodeError || error instanceof LppInputError, String(error));
      }
    }
    assert.ok(encoded > 0);
  });
});

/** One record as the frame of the options wants it, with a value of random bytes. */
function record({ dialect, fPort }: LppOptions, type: number, size: number): number[] {
  if (dialect !== 'lpp2' || fPort === undefined) return [random(256), type, ...randomBytes(size)];
  if (fPort === 3) return randomBytes(11);
  return [type, ...randomBytes(fPort === 2 ? size : 2 + size)];
}

/** Types that exist are frequent, so that many frames go on behind the first record. */
function anyFrame(): Uint8Array {
  const bytes = Uint8Array.from(randomBytes(random(80)));
  for (let at = random(3); at < bytes.length; at += 1 + random(6)) {
    bytes[at] = oneOf(oneOf(COMBINATIONS).types).type;
  }
  return bytes;
}

function anyOptions(): LppOptions {
  const { options } = oneOf(OPTIONS);
  if (random(10) === 0) return oneOf(BAD_OPTIONS);
  if (options.dialect === 'lpp2' && random(4) === 0) return { ...options, fPort: random(256) };
  if (random(3) === 0) return { ...options, customTypes: times(random(4), anyCustomType) };
  return options;
}

const BAD_OPTIONS = [
  { dialect: 'toString' },
  { dialect: 5 },
  { dialect: 'lpp2', fPort: '2' },
  { dialect: 'lpp2', fPort: 2, packedBase: -1 },
  { customTypes: 'x' },
  { customTypes: [undefined] },
  { customTypes: [{ id: 1 }] },
  { customTypes: { length: 1 } },
] as unknown as LppOptions[];

/** Some are not right: two may have the same id. */
function anyCustomType(): CustomType {
  const fields = times(1 + random(4), (index) => `f${index}`);
  return {
    id: oneOf([random(256), 103, 136]),
    name: oneOf(['a', 'b', 'temperature', 'ü', 'valueOf']),
    bytes: random(16) === 0 ? random(9) : 1 + random(4),
    signed: random(2) === 0,
    divisor: oneOf([undefined, 1, 2, 3, 10, 1000, 1e-6, 1e9, 0.1]),
    ...(random(2) === 0 && { unit: oneOf(['', '%RH', 'V']) }),
    ...(random(3) === 0 && { fields }),
  };
}

const NO_READINGS = [null, undefined, 5, 'text', {}, []] as unknown as EncodableReading[];

function anyReading(index: number): EncodableReading {
  if (random(50) === 0) return oneOf(NO_READINGS);
  return {
    channel: oneOf([index, index + 1, random(256), 0, 63, -1, 256, 0.5]),
    type: oneOf([oneOf(oneOf(COMBINATIONS).types).type, 136, 240, random(300)]),
    value: anyValue(),
    ...(random(3) === 0 && { delta: oneOf([0, random(65536), 65536, -1, NaN]) }),
  };
}

function anyValue(): LppValue {
  const number = oneOf([0, random(100), -random(100), random(2 ** 32), Math.PI, 1e300, NaN, -Infinity]);
  const point = { latitude: random(180) - 90, longitude: random(360) - 180, altitude: number };
  const odd = [
    undefined,
    null,
    'text',
    [],
    [5],
    [null],
    {},
    { x: 1 },
    { latitude: '1' },
  ] as unknown as LppValue[];
  return oneOf<LppValue>([
    number,
    number,
    point,
    [point],
    [point, point],
    { x: 1, y: -1, z: number },
    oneOf(odd),
  ]);
}

function numbersOf(value: LppValue): number[] {
  return typeof value === 'number' ? [value] : Object.values(value as Record<string, number>);
}
