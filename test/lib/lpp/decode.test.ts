import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import { decode, encode, LppError, LppInputError, type LppOptions, type Reading } from '../../../lib/lpp';
import { CORE_TYPES, EXTENSION_TYPES, SIGNED_TYPES, type GoldenType } from './golden';

const read = (hex: string, options?: LppOptions) => decode(Buffer.from(hex, 'hex'), options);

const DIALECTS: { title: string; options: LppOptions | undefined; types: readonly GoldenType[] }[] = [
  { title: 'dialect lpp', options: { dialect: 'lpp' }, types: CORE_TYPES },
  { title: 'dialect extended', options: { dialect: 'extended' }, types: [...CORE_TYPES, ...EXTENSION_TYPES] },
  { title: 'no options', options: undefined, types: [...CORE_TYPES, ...EXTENSION_TYPES] },
  {
    title: 'signed voltage and current',
    options: { signedVoltageCurrent: true },
    types: [
      ...CORE_TYPES,
      ...EXTENSION_TYPES.filter(({ type }) => type !== 116 && type !== 117),
      ...SIGNED_TYPES,
    ],
  },
];

for (const { title, options, types } of DIALECTS) {
  describe(`lpp with ${title}`, () => {
    for (const { type, name, unit, values } of types) {
      for (const [hex, value] of values) {
        it(`has ${name} ${JSON.stringify(value)} as ${hex}`, () => {
          const reading: Reading = { channel: 200, type, name, value };
          if (unit) reading.unit = unit;
          const frame = Buffer.from([200, type, ...Buffer.from(hex, 'hex')]);
          assert.deepEqual(decode(frame, options), { readings: [reading] });
          assert.deepEqual(encode([reading], options), frame);
        });
      }
    }
  });
}

describe('decode', () => {
  it('reads all records of a frame, in their order, of a Uint8Array too', () => {
    const { readings, error } = decode(Uint8Array.from([3, 103, 1, 16, 5, 103, 0, 255, 3, 104, 80]));
    assert.equal(error, undefined);
    assert.deepEqual(readings, [
      { channel: 3, type: 103, name: 'temperature', value: 27.2, unit: '°C' },
      { channel: 5, type: 103, name: 'temperature', value: 25.5, unit: '°C' },
      { channel: 3, type: 104, name: 'relative_humidity', value: 40, unit: '%RH' },
    ]);
  });

  it('reads the Uint8Array of another realm, as a function node makes one', () => {
    const bytes = runInNewContext('Uint8Array.from([3, 103, 1, 16])') as Uint8Array;
    assert.equal(decode(bytes).readings[0]?.value, 27.2);
  });

  it('keeps a Buffer within its bounds when that is a part of a larger one', () => {
    const part = Buffer.from('0367011005670011', 'hex').subarray(0, 6);
    assert.deepEqual(
      decode(part).readings.map(({ channel }) => channel),
      [3],
    );
  });

  it('has no voltage or current in dialect lpp, signed or not', () => {
    assert.equal(
      read('0174ff6a', { dialect: 'lpp', signedVoltageCurrent: true }).error?.code,
      'unknown_type',
    );
  });

  it('refuses what is no bytes, and a dialect that does not exist', () => {
    assert.throws(() => decode('03670110' as never), { name: 'LppInputError', code: 'bad_input' });
    assert.throws(() => decode([3, 103, 1, 16] as never), LppInputError);
    assert.throws(() => read('03670110', { dialect: 'constructor' as never }), {
      code: 'bad_option',
      message: 'There is no dialect "constructor": choose one of lpp, extended.',
    });
  });
});

describe('decode of a faulty frame', () => {
  const fault = (hex: string, options?: LppOptions) => {
    const { readings, error } = read(hex, options);
    assert.ok(error instanceof LppError);
    const { code, offset, channel, type, message } = error;
    const rest = Buffer.from(error.rest).toString('hex');
    return { before: readings.map(({ value }) => value), code, offset, channel, type, rest, message };
  };

  it('empty: says that there is nothing', () => {
    const { message, ...place } = fault('');
    assert.deepEqual(place, {
      before: [],
      code: 'empty',
      offset: 0,
      channel: undefined,
      type: undefined,
      rest: '',
    });
    assert.match(message, /^The payload is empty\./);
  });

  it('truncated before the type: keeps what stood before', () => {
    assert.deepEqual(fault('0367011005'), {
      before: [27.2],
      code: 'truncated',
      offset: 4,
      channel: 5,
      type: undefined,
      rest: '05',
      message:
        'The frame ends before the type at byte 4, channel 5 (rest: 05). ' +
        'The payload was cut off, or it is not Cayenne LPP.',
    });
  });

  it('truncated inside the value: invents nothing', () => {
    assert.deepEqual(fault('036701100567'), {
      before: [27.2],
      code: 'truncated',
      offset: 4,
      channel: 5,
      type: 103,
      rest: '0567',
      message:
        'The frame ends inside the 2 bytes of type 103 (0x67, Temperature) at byte 4, channel 5 (rest: 0567). ' +
        'The payload was cut off, or it is not Cayenne LPP.',
    });
  });

  it('truncated at every place of every type', () => {
    for (const { type, values } of [...CORE_TYPES, ...EXTENSION_TYPES]) {
      const value = Buffer.from(values[0]![0], 'hex');
      for (let length = 0; length < value.length; length++) {
        const frame = Buffer.from([1, 0, 7, 9, type, ...value.subarray(0, length)]);
        const { readings, error } = decode(frame);
        assert.deepEqual(readings, [{ channel: 1, type: 0, name: 'digital_in', value: 7 }]);
        assert.deepEqual([error?.code, error?.offset, error?.type], ['truncated', 3, type]);
      }
    }
  });

  it('unknown type: names it, and reads nothing behind it', () => {
    assert.deepEqual(fault('03670110017200010002000304670110'), {
      before: [27.2],
      code: 'unknown_type',
      offset: 4,
      channel: 1,
      type: 114,
      rest: '017200010002000304670110',
      message:
        'Unknown type 114 (0x72, Magnetometer) at byte 4, channel 1 (rest: 017200010002000304670110). ' +
        'Dialect "extended" does not have it: ' +
        'check that the payload is Cayenne LPP, and which types the sensor sends.',
    });
  });

  it('unknown type that another dialect has: names that dialect', () => {
    const { message } = fault('0174012c', { dialect: 'lpp' });
    assert.equal(
      message,
      'Unknown type 116 (0x74, Voltage) at byte 0, channel 1 (rest: 0174012c). ' +
        'Dialect "lpp" does not have it: use dialect "extended".',
    );
  });

  it('unknown type that IPSO does not know: gives its number', () => {
    assert.match(fault('03ff0110').message, /^Unknown type 255 \(0xff\) at byte 0/);
  });

  it('shows no more of the rest than a LoRaWAN payload can hold', () => {
    const { error } = decode(Buffer.alloc(100_000, 0xff));
    assert.equal(error?.rest.length, 100_000);
    assert.ok(error.message.length < 700);
  });

  it('unknown for every type outside the dialect', () => {
    for (const [dialect, types] of [
      ['lpp', CORE_TYPES],
      ['extended', [...CORE_TYPES, ...EXTENSION_TYPES]],
    ] as const) {
      const known = new Set(types.map(({ type }) => type));
      for (let type = 0; type < 256; type++) {
        const code = decode(Uint8Array.from([1, type]), { dialect }).error?.code;
        assert.equal(code, known.has(type) ? 'truncated' : 'unknown_type');
      }
    }
  });
});
