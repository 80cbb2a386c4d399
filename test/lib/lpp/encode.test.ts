import assert from 'node:assert/strict';
import { encode, type EncodableReading, type LppOptions, type LppValue } from '../../../lib/lpp';

const hex = (readings: EncodableReading[], options?: LppOptions) => encode(readings, options).toString('hex');
const one = (type: number, value: unknown, channel = 1): EncodableReading[] => [
  { channel, type, value: value as LppValue },
];

describe('encode', () => {
  it('writes readings in their order', () => {
    assert.equal(hex([...one(103, 27.2, 3), ...one(104, 40, 5)]), '03670110056850');
    assert.equal(hex([]), '');
  });

  it('rounds to the resolution, where others cut', () => {
    assert.equal(hex(one(103, 27.26)), '01670111');
    assert.equal(hex(one(103, -15.66)), '0167ff63');
    assert.equal(
      hex(one(136, { latitude: 42.35189, longitude: -87.90941, altitude: 9.996 })),
      '018806765ff2960a0003e8',
    );
    assert.equal(hex(one(116, -0.004)), '01740000');
  });

  it('refuses what is out of range, and says what the type carries', () => {
    assert.throws(() => encode(one(103, 3276.8, 7)), {
      name: 'LppEncodeError',
      code: 'out_of_range',
      message: 'The temperature of channel 7 is 3276.8, but the type carries -3276.8 to 3276.7.',
    });
    assert.throws(() => encode(one(113, { x: 0, y: -33, z: 0 })), {
      code: 'out_of_range',
      message: 'The y in accelerometer of channel 1 is -33, but the type carries -32.768 to 32.767.',
    });
    assert.throws(() => encode(one(128, -5)), { code: 'out_of_range' });
    assert.throws(() => encode(one(133, 2 ** 32)), { code: 'out_of_range' });
  });

  it('carries a negative voltage only where voltage is signed', () => {
    assert.equal(hex(one(116, -1.5), { signedVoltageCurrent: true }), '0174ff6a');
    assert.throws(() => encode(one(116, -1.5)), { code: 'out_of_range' });
    assert.throws(() => encode(one(116, 400), { signedVoltageCurrent: true }), { code: 'out_of_range' });
  });

  it('refuses a value that is not the number or the fields of the type', () => {
    for (const value of [NaN, Infinity, '27.2', null, undefined, { x: 1, y: 2, z: 3 }]) {
      assert.throws(() => encode(one(103, value)), { code: 'bad_value' });
    }
    for (const value of [5, null, undefined, { x: 1, y: 2 }, { x: 1, y: 2, z: NaN }]) {
      assert.throws(() => encode(one(113, value)), { code: 'bad_value' });
    }
    assert.throws(() => encode(one(103, NaN)), {
      message: 'The temperature of channel 1 must be a finite number, not NaN.',
    });
  });

  it('refuses a channel that is no byte', () => {
    for (const channel of [-1, 256, 1.5, NaN, '1', null, Object.create(null)] as never[]) {
      assert.throws(() => encode(one(0, 1, channel)), { code: 'bad_channel' });
    }
  });

  it('refuses what is no reading, and no list', () => {
    for (const reading of [null, undefined, 5, 'text']) {
      assert.throws(() => encode([...one(103, 20), reading as never]), { code: 'bad_value' });
    }
    assert.throws(() => encode([null as never]), {
      message: 'Reading 1 must be an object with channel, type and value, not null.',
    });
    // A hole in the list.
    assert.throws(() => encode(new Array<EncodableReading>(1)), { code: 'bad_value' });
    for (const list of [undefined, null, {}, 'text', one(103, 20)[0]]) {
      assert.throws(() => encode(list as never), { name: 'LppInputError', code: 'bad_input' });
    }
  });

  it('refuses a type that the dialect does not have', () => {
    assert.throws(() => encode(one(116, 3.3), { dialect: 'lpp' }), {
      code: 'unknown_type',
      message:
        'Dialect "lpp" has no type 116 (0x74, Voltage): ' +
        'use dialect "extended", which has it as voltage, or leave the reading out.',
    });
    for (const type of [114, 256, -1, 1.5, NaN, undefined, null, 'length', '103', {}] as never[]) {
      assert.throws(() => encode(one(type, 1)), { code: 'unknown_type' });
    }
  });

  it('rounds a float to what four bytes hold, and refuses what they cannot', () => {
    const rak: LppOptions = { dialect: 'rak' };
    assert.equal(hex(one(245, 27.2), rak), '01f541d9999a');
    assert.throws(() => encode(one(245, -1e39), rak), {
      code: 'out_of_range',
      message: 'The float of channel 1 is -1e+39, but the type carries -3.4028235e+38 to 3.4028235e+38.',
    });
    assert.throws(() => encode(one(245, NaN), rak), { code: 'bad_value' });
  });

  it('gives a Uint8Array where there is no Buffer, as in a browser', () => {
    const { Buffer: kept } = globalThis;
    Reflect.deleteProperty(globalThis, 'Buffer');
    try {
      const bytes = encode(one(103, 27.2, 3));
      assert.equal(Object.getPrototypeOf(bytes), Uint8Array.prototype);
      assert.deepEqual(Array.from(bytes), [3, 103, 1, 16]);
    } finally {
      globalThis.Buffer = kept;
    }
  });
});
