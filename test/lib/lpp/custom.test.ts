import assert from 'node:assert/strict';
import { checkCustomTypes, decode, encode, type CustomType, type LppOptions } from '../../../lib/lpp';

const CUSTOM: CustomType[] = [
  { id: 200, name: 'dust', bytes: 2, divisor: 10, unit: 'µg/m³' },
  { id: 201, name: 'depth', bytes: 3, signed: true, divisor: 1000, unit: 'm' },
  { id: 202, name: 'counts', bytes: 4, fields: ['in', 'out'] },
  { id: 203, name: 'tilt', bytes: 1, signed: true, fields: ['2', '1', 'é'], unit: '' },
  { id: 104, name: 'soil_humidity', bytes: 2, divisor: 100, unit: '%' },
];

const FRAME = Buffer.from('01c8ffff02c9fffc1803caffffffff0000000104cb80ff7f0568271006670110', 'hex');

describe('custom types', () => {
  it('add to the types of the dialect, and take the place of one', () => {
    const options: LppOptions = { customTypes: CUSTOM };
    const { readings, error } = decode(FRAME, options);
    assert.equal(error, undefined);
    assert.deepEqual(readings, [
      { channel: 1, type: 200, name: 'dust', value: 6553.5, unit: 'µg/m³' },
      { channel: 2, type: 201, name: 'depth', value: -1, unit: 'm' },
      { channel: 3, type: 202, name: 'counts', value: { in: 4294967295, out: 1 } },
      { channel: 4, type: 203, name: 'tilt', value: { '2': -128, '1': -1, é: 127 } },
      { channel: 5, type: 104, name: 'soil_humidity', value: 100, unit: '%' },
      { channel: 6, type: 103, name: 'temperature', value: 27.2, unit: '°C' },
    ]);
    assert.deepEqual(encode(readings, options), FRAME);
  });

  it('are there in each dialect, whatever the switches, and for nobody else', () => {
    for (const dialect of ['lpp', 'rak', 'lpp2'] as const) {
      for (const twoByteHumidity of [false, true]) {
        const { readings } = decode(FRAME, { dialect, twoByteHumidity, customTypes: CUSTOM });
        assert.equal(readings[4]?.name, 'soil_humidity');
      }
    }
    assert.equal(decode(FRAME).error?.code, 'unknown_type');
    assert.equal(decode(FRAME, { customTypes: [] }).error?.code, 'unknown_type');
  });

  it("have the user's own name in errors, where the id is another object's at IPSO", () => {
    const { error } = decode(Buffer.from('0568', 'hex'), { customTypes: CUSTOM });
    assert.match(error!.message, /a record of type 104 \(0x68, soil_humidity\)/);
  });

  for (const [divisor, factor] of [
    [0.00001, 100_000],
    [0.001, 1_000],
    [0.1, 10],
    [0.25, 4],
  ] as const) {
    it(`give whole numbers where the divisor is ${divisor}`, () => {
      const customTypes = [{ id: 200, name: 'pulses', bytes: 2, divisor }];
      for (let raw = 0; raw <= 0xffff; raw++) {
        const { readings } = decode(Uint8Array.of(1, 200, raw >> 8, raw & 0xff), { customTypes });
        assert.equal(readings[0]?.value, raw * factor);
      }
      const encodeTooMuch = () => encode([{ channel: 1, type: 200, value: 1e12 }], { customTypes });
      assert.throws(encodeTooMuch, { message: new RegExp(`carries 0 to ${0xffff * factor}\\.$`) });
    });
  }

  it('refuse what their bytes cannot carry', () => {
    const reading = { channel: 3, type: 202, value: { in: 1, out: -1 } };
    assert.throws(() => encode([reading], { customTypes: CUSTOM }), {
      code: 'out_of_range',
      message: 'The out in counts of channel 3 is -1, but the type carries 0 to 4294967295.',
    });
  });
});

describe('checkCustomTypes', () => {
  it('gives a list that is right back', () => {
    assert.equal(checkCustomTypes(CUSTOM), CUSTOM);
    assert.deepEqual(checkCustomTypes([]), []);
  });

  const dust = { id: 200, name: 'dust', bytes: 2 };

  for (const [list, message] of [
    ['{}', 'Custom types must be a list, not a string.'],
    [{ 0: dust }, 'Custom types must be a list, not an object.'],
    [[dust, 5], /^Custom type 2 must be an object such as .*, not a number\.$/],
    [[[dust]], /^Custom type 1 must be an object such as .*, not a list\.$/],
    // A hole in the list.
    [new Array(1), /^Custom type 1 must be an object such as .*, not nothing\.$/],
    [[{ ...dust, id: 256 }], 'Custom type 1: "id" must be a whole number from 0 to 255, got 256.'],
    [[{ ...dust, id: '200' }], 'Custom type 1: "id" must be a whole number from 0 to 255, got "200".'],
    [[{ name: 'dust', bytes: 2 }], 'Custom type 1: "id" must be a whole number from 0 to 255, got nothing.'],
    [[{ ...dust, name: ' ' }], 'Custom type 1: "name" must be a name, got " ".'],
    [[{ ...dust, name: 'constructor' }], 'Custom type 1: "name" must be a name, got "constructor".'],
    [
      [dust, { ...dust, id: 201, bytes: 5 }],
      /^Custom type 2: "bytes" must be a whole number from 1 to 4, got 5/,
    ],
    [[{ ...dust, bytes: 0 }], /"bytes" must be/],
    [[{ ...dust, bytes: 1.5 }], /"bytes" must be/],
    [[{ ...dust, signed: 1 }], 'Custom type 1: "signed" must be true or false, got 1.'],
    [[{ ...dust, divisor: 0 }], /"divisor" must be a number from 0\.000001 to 1000000000, got 0\./],
    [[{ ...dust, divisor: -10 }], /"divisor" must be/],
    [[{ ...dust, divisor: NaN }], /"divisor" must be .*, got NaN\./],
    [[{ ...dust, divisor: Infinity }], /"divisor" must be/],
    [[{ ...dust, unit: null }], 'Custom type 1: "unit" must be a text, got null.'],
    [[{ ...dust, fields: [] }], 'Custom type 1: "fields" must be a list of names, each once, got a list.'],
    [[{ ...dust, fields: ['x', 'x'] }], /"fields" must be/],
    [[{ ...dust, fields: ['x', ''] }], /"fields" must be/],
    [[{ ...dust, fields: ['__proto__'] }], /"fields" must be/],
    [[{ ...dust, fields: new Array(1) }], /"fields" must be/],
    [[{ ...dust, fields: 'xyz' }], /"fields" must be .*, got "xyz"\./],
    [
      [{ ...dust, divider: 10 }],
      'Custom type 1 has a field "divider", which does not exist. ' +
        'There are id, name, bytes, signed, divisor, unit, fields.',
    ],
    [[dust, { ...dust, name: 'smoke' }], 'Custom types 1 and 2 have the same id 200: remove one.'],
  ] as const) {
    it(`refuses ${JSON.stringify(list)}, in decode and encode, too`, () => {
      const expected = { name: 'LppInputError', code: 'bad_option', message };
      assert.throws(() => checkCustomTypes(list), expected);
      assert.throws(() => decode(FRAME, { customTypes: list as never }), expected);
      assert.throws(() => encode([], { customTypes: list as never }), expected);
    });
  }
});
