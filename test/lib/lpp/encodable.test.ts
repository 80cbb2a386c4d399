import assert from 'node:assert/strict';
import { decode, encode, shape, toEncodable, type EncodableOptions } from '../../../lib/lpp';
import { COMBINATIONS } from './dialect-types';

const hex = (value: unknown, options?: EncodableOptions) =>
  Buffer.from(encode(toEncodable(value, options), options)).toString('hex');

describe('toEncodable', () => {
  it('takes lists of readings, with the id or the name of the type', () => {
    const byName = [
      { channel: 3, name: 'temperature', value: 27.2 },
      { channel: 5, type: 104, name: 'whatever', value: 40 },
    ];
    assert.deepEqual(toEncodable(byName), [
      { channel: 3, type: 103, value: 27.2 },
      { channel: 5, type: 104, value: 40 },
    ]);
  });

  it('takes flat names and names by channel', () => {
    const location = { latitude: 42.3519, longitude: -87.9094, altitude: 10 };
    assert.equal(hex({ temperature_3: 27.2, gps_1: location }), '03670110018806765ff2960a0003e8');
    assert.equal(hex({ 3: { temperature: 27.2, relative_humidity: 40 } }), '03670110036850');
    assert.equal(hex({ 'accel-x_2': -1, pm2_5_1: 7 }, { dialect: 'rak' }), '021bffff01e40007');
  });

  it('takes several values of one name and channel as a list', () => {
    assert.equal(hex({ temperature_3: [27.2, 1.7] }), '0367011003670011');
    assert.equal(hex({ 3: { temperature: [27.2, 1.7] } }), '0367011003670011');
  });

  it('takes a line on the map as one value, a list of lines as several', () => {
    const dialect = 'electroniccats';
    const line = [{ latitude: 1, longitude: 2 }];
    assert.deepEqual(toEncodable({ polyline_1: line }, { dialect }), [
      { channel: 1, type: 240, value: line },
    ]);
    assert.equal(toEncodable({ polyline_1: [line, line] }, { dialect }).length, 2);
  });

  it('takes names of channels in place of their numbers', () => {
    const channelNames = { 3: 'boiler', 4: 'hot_water' };
    assert.equal(
      hex({ temperature_boiler: 27.2, temperature_hot_water: 1.7 }, { channelNames }),
      '0367011004670011',
    );
    assert.equal(hex({ boiler: { temperature: 27.2 } }, { channelNames }), '03670110');
    assert.equal(
      hex([{ channel: 'boiler', name: 'temperature', value: 27.2 }], { channelNames }),
      '03670110',
    );
  });

  it('takes types of the user by their names', () => {
    const customTypes = [{ id: 200, name: 'dust', bytes: 2, divisor: 10 }];
    assert.equal(hex({ dust_1: 25.1 }, { customTypes }), '01c800fb');
  });

  it('keeps the age of a value in the history of LPP 2.0', () => {
    const options = { dialect: 'lpp2', fPort: 105 } as const;
    assert.equal(hex([{ channel: 5, name: 'temperature', value: 27.2, delta: 60 }], options), '67003c0110');
  });

  it('makes numbers again of what the output shapes make true, false or text', () => {
    const readings = [
      { channel: 1, type: 0, name: 'digital_in', value: 1 },
      { channel: 2, type: 142, name: 'switch', value: 0 },
      { channel: 3, type: 133, name: 'unix_time', value: 1696253312 },
    ];
    const wanted = readings.map(({ channel, type, value }) => ({ channel, type, value }));
    for (const output of ['readings', 'ttn', 'channels'] as const) {
      assert.deepEqual(toEncodable(shape(readings, output, { booleans: true, isoTime: true })), wanted);
    }
    assert.throws(() => hex({ temperature_1: true }), { code: 'bad_value' });
    assert.throws(() => hex({ unix_time_1: 'soon' }), { code: 'bad_value', message: /not "soon"/ });
  });

  it('gives every value of every dialect back, whatever the shape', () => {
    for (const { options, types } of COMBINATIONS) {
      const once = types.filter(({ name }) => types.filter((other) => other.name === name).length === 1);
      for (const { values, ...type } of once) {
        const readings = values.map(([, value], channel) => ({ channel, ...type, value }));
        for (const output of ['readings', 'ttn', 'channels'] as const) {
          const bytes = encode(toEncodable(shape(readings, output), options), options);
          assert.deepEqual(decode(bytes, options).readings, readings);
        }
      }
    }
  });

  for (const [value, options, code, message] of [
    [
      { temprature_3: 1 },
      {},
      'unknown_type',
      /^The field "temprature_3": .* no type named "temprature"\. Did you mean temperature\?$/,
    ],
    [
      { 3: { humidity: 1 } },
      {},
      'unknown_type',
      /^The field "humidity" of channel 3: .* Did you mean relative_humidity\?$/,
    ],
    [
      [{ channel: 1, name: 'wind', value: 1 }],
      { dialect: 'lpp' },
      'unknown_type',
      /^Reading 1: .* Its names are digital_in, .*, gps\.$/,
    ],
    [{ voltage_1: 3 }, { dialect: 'lpp' }, 'unknown_type', /Use dialect "extended", which has it/],
    [
      { wind_speed_1: 3 },
      { dialect: 'rak' },
      'unknown_type',
      /several types named "wind_speed": 144, 158, 190\./,
    ],
    [
      [{ channel: 1, value: 3 }],
      {},
      'unknown_type',
      /^Reading 1 has neither a type, which is a number, nor a name\.$/,
    ],
    [
      { temperature: 3 },
      {},
      'bad_channel',
      /^The field "temperature" names no channel: .* "temperature_1"\.$/,
    ],
    [{ __proto__: null, constructor_1: 3 }, {}, 'unknown_type', /no type named "constructor"/],
    [Buffer.of(1), {}, 'bad_input', /got a Buffer\.$/],
    ['temperature_3', {}, 'bad_input', /got a string\.$/],
    [{}, {}, 'bad_input', /got an object that is empty\.$/],
    [undefined, {}, 'bad_input', /got nothing\.$/],
  ] as [unknown, EncodableOptions, string, RegExp][]) {
    it(`says what is wrong with ${JSON.stringify(value)}: ${code}`, () => {
      assert.throws(() => toEncodable(value, options), { code, message });
    });
  }

  it('leaves to encode what encode refuses', () => {
    for (const [value, code] of [
      [{ temperature_300: 1 }, 'bad_channel'],
      [{ temperature_3: 9999 }, 'out_of_range'],
      [[7], 'bad_value'],
      [{ temperature_3: [] }, 'bad_value'],
      [[{ channel: 1, type: null, value: 1 }], 'unknown_type'],
      [[{ channel: 1, type: { toString: 1 }, value: 1 }], 'unknown_type'],
      [[{ name: 'temperature', value: 1 }], 'bad_channel'],
    ] as const) {
      assert.throws(() => hex(value), { code });
    }
    assert.throws(() => hex({ temperature_1: 1 }, { dialect: 'lpp2', fPort: 10 }), { code: 'bad_option' });
  });
});
