import assert from 'node:assert/strict';
import { decode, encode, type LppOptions, type Reading } from '../../../lib/lpp';

const lpp2 = (fPort?: number, more: LppOptions = {}): LppOptions => ({ dialect: 'lpp2', fPort, ...more });

const temperature = (channel: number, value: number, more: Partial<Reading> = {}): Reading => ({
  channel,
  type: 103,
  name: 'temperature',
  value,
  unit: '°C',
  ...more,
});

const FRAMES: { title: string; hex: string; options: LppOptions; readings: Reading[] }[] = [
  {
    title: 'FPort 1: the dynamic frame',
    hex: '03670110056700ff',
    options: lpp2(1),
    readings: [temperature(3, 27.2), temperature(5, 25.5)],
  },
  {
    title: 'no FPort: the dynamic frame',
    hex: '03670110',
    options: lpp2(),
    readings: [temperature(3, 27.2)],
  },
  {
    title: 'FPort 2: the packed frame, channels counted from 0',
    hex: '6701106700ff',
    options: lpp2(2),
    readings: [temperature(0, 27.2), temperature(1, 25.5)],
  },
  {
    title: 'FPort 2: the packed frame, channels counted from 1',
    hex: '6701106700ff',
    options: lpp2(2, { packedBase: 1 }),
    readings: [temperature(1, 27.2), temperature(2, 25.5)],
  },
  {
    title: 'FPort 3: full-scale GPS, both signs, the limits',
    hex: '0202863d30fac29bc80406fe7fffffff800000008000',
    options: lpp2(3),
    readings: [
      {
        channel: 2,
        type: 136,
        name: 'gps',
        value: { latitude: 42.35192, longitude: -87.909432, altitude: 10.3 },
      },
      {
        channel: 254,
        type: 136,
        name: 'gps',
        value: { latitude: 2147.483647, longitude: -2147.483648, altitude: -327.68 },
      },
    ],
  },
  {
    title: 'FPort 100: the history of channel 0',
    hex: '670000fffe',
    options: lpp2(100),
    readings: [temperature(0, -0.2, { delta: 0 })],
  },
  {
    title: 'FPort 199: the history of channel 99, with all that a value may be',
    hex: '67003c0110880001' + '06765ff2960a0003e8' + '74ffff8001',
    options: lpp2(199, { signedVoltageCurrent: true }),
    readings: [
      temperature(99, 27.2, { delta: 60 }),
      {
        channel: 99,
        type: 136,
        name: 'gps',
        value: { latitude: 42.3519, longitude: -87.9094, altitude: 10 },
        delta: 1,
      },
      { channel: 99, type: 116, name: 'voltage', value: -327.67, unit: 'V', delta: 65535 },
    ],
  },
];

describe('LPP 2.0', () => {
  for (const { title, hex, options, readings } of FRAMES) {
    it(`reads and writes on ${title}`, () => {
      const frame = Buffer.from(hex, 'hex');
      const decoded = decode(frame, options);
      assert.deepEqual(decoded.readings, readings);
      assert.equal(decoded.error, undefined);
      assert.deepEqual(encode(readings, options), frame);
    });
  }

  it('never takes what comes on another FPort for sensor data', () => {
    for (const fPort of [0, 4, 9, 10, 11, 12, 13, 14, 15, 99, 200, 223, 255, -1, 1.5, 100.5, NaN]) {
      const { readings, error } = decode(Buffer.from('03670110', 'hex'), lpp2(fPort));
      assert.deepEqual(readings, []);
      assert.deepEqual([error?.code, error?.offset, error?.channel], ['bad_input', 0, undefined]);
      assert.deepEqual(error?.rest, Buffer.from('03670110', 'hex'));
      assert.throws(() => encode([temperature(3, 27.2)], lpp2(fPort)), { code: 'bad_option' });
    }
    assert.equal(
      decode(Buffer.from('00', 'hex'), lpp2(11)).error?.message,
      'FPort 11 carries no sensor data in LPP 2.0, which sends it on 1 (dynamic), 2 (packed), ' +
        '3 (full-scale GPS) and 100 to 199 (history). Keep other FPorts away from the decoder.',
    );
  });

  it('pays no heed to the FPort in other dialects', () => {
    const options: LppOptions = { dialect: 'extended', fPort: 2 };
    assert.deepEqual(decode(Buffer.from('03670110', 'hex'), options).readings, [temperature(3, 27.2)]);
  });

  it('names the place of a fault with the channel that the frame implies', () => {
    const fault = (hex: string, options: LppOptions) => {
      const { readings, error } = decode(Buffer.from(hex, 'hex'), options);
      return [readings.length, error?.code, error?.offset, error?.channel, error?.type];
    };
    assert.deepEqual(fault('67011067', lpp2(2)), [1, 'truncated', 3, 1, 103]);
    assert.deepEqual(fault('670110ff00', lpp2(2, { packedBase: 1 })), [1, 'unknown_type', 3, 2, 255]);
    assert.deepEqual(fault('0202863d30fac29bc804', lpp2(3)), [0, 'truncated', 0, 2, 136]);
    assert.deepEqual(fault('67', lpp2(107)), [0, 'truncated', 0, 7, 103]);
    assert.deepEqual(fault('6700', lpp2(107)), [0, 'truncated', 0, 7, 103]);
    assert.deepEqual(fault('67003c01', lpp2(107)), [0, 'truncated', 0, 7, 103]);
    assert.deepEqual(fault('ff003c01', lpp2(107)), [0, 'unknown_type', 0, 7, 255]);
    assert.deepEqual(fault('', lpp2(10)), [0, 'empty', 0, undefined, undefined]);
  });

  it('refuses to encode a channel that the frame would change', () => {
    assert.throws(() => encode([temperature(1, 20), temperature(1, 21)], lpp2(2, { packedBase: 1 })), {
      name: 'LppEncodeError',
      code: 'bad_channel',
      message: 'On this FPort the channel is not sent: reading 2 must have channel 2, not 1.',
    });
    assert.throws(() => encode([temperature(5, 20, { delta: 1 })], lpp2(106)), { code: 'bad_channel' });
  });

  it('refuses to encode a history without age, and an age anywhere else', () => {
    for (const delta of [undefined, -1, 65536, 1.5, NaN]) {
      assert.throws(() => encode([temperature(5, 20, { delta })], lpp2(105)), { code: 'bad_value' });
    }
    assert.throws(() => encode([temperature(5, 20, { delta: 60 })], lpp2(1)), {
      code: 'bad_value',
      message:
        'The temperature of channel 5 has a delta, an age of 60 s, ' +
        'which only the history of LPP 2.0 carries (FPort 100 to 199).',
    });
  });

  it('has nothing but GPS on FPort 3', () => {
    assert.throws(() => encode([temperature(5, 20)], lpp2(3)), {
      code: 'unknown_type',
      message: 'FPort 3 of LPP 2.0 carries type 136 only, not 103.',
    });
  });

  it('refuses another packed base', () => {
    assert.throws(() => decode(Buffer.from('670110', 'hex'), lpp2(2, { packedBase: 2 as never })), {
      code: 'bad_option',
      message: 'There is no packed base "2": choose one of 0, 1.',
    });
  });
});
