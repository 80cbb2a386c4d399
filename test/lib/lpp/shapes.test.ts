import assert from 'node:assert/strict';
import {
  decode,
  shape,
  toTtnFields,
  type OutputShape,
  type Reading,
  type ShapeContext,
} from '../../../lib/lpp';
import { RAK } from '../../../lib/lpp/rak';
import { CORE, EXTENSIONS, LOAD, MAGNETOMETER } from '../../../lib/lpp/types';

const readingsOf = (hex: string) => decode(Buffer.from(hex, 'hex')).readings;

/** Temperatures of two channels, humidity, a digital input, an accelerometer, a position, a time. */
const FRAME = readingsOf(
  '03670110' +
    '056700ff' +
    '046851' +
    '010001' +
    '067104d2fb2e0000' +
    '018806765ff2960a0003e8' +
    '09856048c840',
);
const CONTEXT: ShapeContext = { deviceId: 'office-1', time: '2023-10-02T13:28:32.556987654Z' };
const NAMES = { channelNames: { 3: 'boiler' } };

const location = { latitude: 42.3519, longitude: -87.9094, altitude: 10 };
const acceleration = { x: 1.234, y: -1.234, z: 0 };

/** What the library of types cannot show in one frame: the device's history, as LPP 2.0 sends it. */
const HISTORY: Reading[] = [
  { channel: 3, type: 103, name: 'temperature', value: 27.2, unit: '°C', delta: 0 },
  { channel: 3, type: 103, name: 'temperature', value: 26.9, unit: '°C', delta: 3600 },
];
const POLYLINE: Reading = {
  channel: 2,
  type: 240,
  name: 'polyline',
  value: [
    { latitude: -12, longitude: -13 },
    { latitude: -12.02, longitude: -13.02 },
  ],
};

describe('shape', () => {
  describe('readings', () => {
    it('is the list, in records of its own', () => {
      const readings = readingsOf('03670110056700ff');
      const list = shape(readings, 'readings', CONTEXT);
      assert.deepEqual(list, [
        { channel: 3, type: 103, name: 'temperature', value: 27.2, unit: '°C' },
        { channel: 5, type: 103, name: 'temperature', value: 25.5, unit: '°C' },
      ]);
      list[0]!.value = 99;
      assert.equal(readings[0]!.value, 27.2);
    });

    it('is the default', () => {
      assert.deepEqual(shape(FRAME), FRAME);
    });

    it('gets the name of the channel, and the time of what comes from the history', () => {
      assert.deepEqual(shape(HISTORY, 'readings', { ...CONTEXT, ...NAMES }), [
        { ...HISTORY[0], channelName: 'boiler', time: '2023-10-02T13:28:32.556Z' },
        { ...HISTORY[1], channelName: 'boiler', time: '2023-10-02T12:28:32.556Z' },
      ]);
      assert.deepEqual(shape(HISTORY, 'readings'), HISTORY);
      assert.deepEqual(shape(HISTORY, 'readings', { time: 'soon' }), HISTORY);
    });
  });

  it("ttn: flat fields with The Things Stack's names", () => {
    assert.deepEqual(shape(FRAME, 'ttn', CONTEXT), {
      temperature_3: 27.2,
      temperature_5: 25.5,
      relative_humidity_4: 40.5,
      digital_in_1: 1,
      accelerometer_6: acceleration,
      gps_1: location,
      unix_time_9: 1615382592,
    });
    assert.deepEqual(toTtnFields(FRAME.slice(0, 2), NAMES), {
      temperature_boiler: 27.2,
      temperature_5: 25.5,
    });
  });

  it("chirpstack: ChirpStack's names, by channel", () => {
    assert.deepEqual(shape(FRAME, 'chirpstack', CONTEXT), {
      temperatureSensor: { 3: 27.2, 5: 25.5 },
      humiditySensor: { 4: 40.5 },
      digitalInput: { 1: 1 },
      accelerometer: { 6: acceleration },
      gpsLocation: { 1: location },
      unix_time: { 9: 1615382592 },
    });
    assert.deepEqual(shape(FRAME.slice(0, 2), 'chirpstack', NAMES), {
      temperatureSensor: { boiler: 27.2, 5: 25.5 },
    });
  });

  it('chirpstack: has a name for each of its types', () => {
    const readings = [...CORE, ...EXTENSIONS].map(({ id, name }) => ({
      channel: 1,
      type: id,
      name,
      value: 0,
    }));
    const keys = Object.keys(shape(readings, 'chirpstack'));
    assert.deepEqual(keys, [
      ...[
        'digitalInput',
        'digitalOutput',
        'analogInput',
        'analogOutput',
        'illuminanceSensor',
        'presenceSensor',
      ],
      ...['temperatureSensor', 'humiditySensor', 'accelerometer', 'barometer', 'gyrometer', 'gpsLocation'],
      ...[
        'genericSensor',
        'voltage',
        'current',
        'frequency',
        'percentage',
        'altitude',
        'concentration',
        'power',
      ],
      ...['distance', 'energy', 'direction', 'unix_time', 'color', 'switch'],
    ]);
  });

  it('channels: what each channel measures', () => {
    assert.deepEqual(shape(FRAME, 'channels', CONTEXT), {
      1: { digital_in: 1, gps: location },
      3: { temperature: 27.2 },
      4: { relative_humidity: 40.5 },
      5: { temperature: 25.5 },
      6: { accelerometer: acceleration },
      9: { unix_time: 1615382592 },
    });
    assert.deepEqual(shape(FRAME.slice(0, 2), 'channels', NAMES), {
      boiler: { temperature: 27.2 },
      5: { temperature: 25.5 },
    });
  });

  it("robot: Microshare's own example", () => {
    assert.deepEqual(shape(readingsOf('0167ffd7067104d2fb2e0000'), 'robot'), [
      { channel: 1, type: 'Temperature Sensor', measure: -4.1, value: '-4.1°C' },
      {
        channel: 6,
        type: 'Accelerometer',
        measure: { X: 1.234, Y: -1.234, Z: 0 },
        value: { X: '1.234G', Y: '-1.234G', Z: '0.0G' },
      },
    ]);
  });

  it('robot: the other types, inferred', () => {
    assert.deepEqual(shape([...FRAME.slice(2, 4), ...FRAME.slice(5, 6), POLYLINE], 'robot', NAMES), [
      { channel: 4, type: 'Humidity Sensor', measure: 40.5, value: '40.5%RH' },
      { channel: 1, type: 'Digital Input', measure: 1, value: '1.0' },
      {
        channel: 1,
        type: 'GPS Location',
        measure: { Latitude: 42.3519, Longitude: -87.9094, Altitude: 10 },
        value: { Latitude: '42.3519°', Longitude: '-87.9094°', Altitude: '10.0m' },
      },
      {
        channel: 2,
        type: 'polyline',
        measure: [
          { Latitude: -12, Longitude: -13 },
          { Latitude: -12.02, Longitude: -13.02 },
        ],
        value: [
          { Latitude: '-12.0°', Longitude: '-13.0°' },
          { Latitude: '-12.02°', Longitude: '-13.02°' },
        ],
      },
    ]);
  });

  it("unpacked: the measurements of Microshare's unpacked record", () => {
    assert.deepEqual(shape(FRAME, 'unpacked', { ...CONTEXT, ...NAMES }), {
      temperature: [
        { unit: '°C', value: 27.2, context_id: 'boiler' },
        { unit: '°C', value: 25.5, context_id: '5' },
      ],
      humidity: [{ unit: '%RH', value: 40.5, context_id: '4' }],
      digital_in: [{ value: 1, context_id: '1' }],
      accelerometer: [{ unit: 'G', value: acceleration, context_id: '6' }],
      gps: [{ value: { lat: 42.3519, lon: -87.9094, alt: 10 }, context_id: '1' }],
      unix_time: [{ unit: 's', value: 1615382592, context_id: '9' }],
    });
    assert.deepEqual(shape([HISTORY[1]!, POLYLINE], 'unpacked', CONTEXT), {
      temperature: [{ unit: '°C', value: 26.9, context_id: '3', time: '2023-10-02T12:28:32.556Z' }],
      polyline: [
        {
          value: [
            { lat: -12, lon: -13 },
            { lat: -12.02, lon: -13.02 },
          ],
          context_id: '2',
        },
      ],
    });
  });

  describe('senml', () => {
    it('is a record for each number, after the base name and time', () => {
      assert.deepEqual(shape(FRAME, 'senml', { ...CONTEXT, ...NAMES }), [
        { bn: 'office-1:', bt: 1696253312.556, n: 'temperature_boiler', u: 'Cel', v: 27.2 },
        { n: 'temperature_5', u: 'Cel', v: 25.5 },
        { n: 'relative_humidity_4', u: '%RH', v: 40.5 },
        { n: 'digital_in_1', vb: true },
        { n: 'accelerometer_6_x', u: 'm/s2', v: 12.1014061 },
        { n: 'accelerometer_6_y', u: 'm/s2', v: -12.1014061 },
        { n: 'accelerometer_6_z', u: 'm/s2', v: 0 },
        { n: 'gps_1_latitude', u: 'lat', v: 42.3519 },
        { n: 'gps_1_longitude', u: 'lon', v: -87.9094 },
        { n: 'gps_1_altitude', u: 'm', v: 10 },
        { n: 'unix_time_9', u: 's', v: 1615382592 },
      ]);
    });

    it("converts to SenML's units, without noise", () => {
      const list = shape(
        readingsOf(
          '017327c1' + '027823' + '037d0190' + '048300000001' + '05840087' + '068600640000ff9c' + '0702007d',
        ),
        'senml',
      );
      assert.deepEqual(list, [
        { n: 'barometric_pressure_1', u: 'Pa', v: 101770 },
        { n: 'percentage_2', u: '/', v: 0.35 },
        { n: 'concentration_3', u: '/', v: 0.0004 },
        { n: 'energy_4', u: 'J', v: 3600 },
        { n: 'direction_5', u: 'rad', v: 2.35619449019234 },
        { n: 'gyrometer_6_x', v: 1 },
        { n: 'gyrometer_6_y', v: 0 },
        { n: 'gyrometer_6_z', v: -1 },
        { n: 'analog_in_7', v: 1.25 },
      ]);
    });

    it('knows the unit of every type; SenML has none for degrees per second', () => {
      const types = [...CORE, ...EXTENSIONS, ...RAK, LOAD, MAGNETOMETER].filter(({ unit }) => unit);
      const unknown = types.filter(({ id, name, unit }) => {
        const [record] = shape([{ channel: 1, type: id, name, unit, value: 1 }], 'senml');
        return record?.u === undefined;
      });
      assert.deepEqual(
        unknown.map(({ name }) => name),
        ['gyrometer'],
      );
    });

    it('knows how much each unit is in that of SenML, where that is another', () => {
      const units = [
        ...new Set([...CORE, ...EXTENSIONS, ...RAK, LOAD, MAGNETOMETER].map(({ unit }) => unit)),
      ];
      const ofOne = units.map((unit) => {
        const [record] = shape([{ channel: 1, type: 2, name: 'analog_in', unit, value: 1 }], 'senml');
        return [unit, record?.v];
      });
      assert.deepEqual(Object.fromEntries(ofOne.filter(([, value]) => value !== 1)), {
        G: 9.80665,
        mG: 9.80665e-3,
        hPa: 100,
        '%': 0.01,
        ppm: 1e-6,
        kWh: 3_600_000,
        '°': 0.0174532925199433,
        'mm/h': 2.77777777777778e-7,
        'mS/cm': 0.1,
        mV: 1e-3,
        Gauss: 1e-4,
        'mg/L': 1e-3,
        'mg/kg': 1e-6,
        'µg/m³': 1e-9,
      });
    });

    it('gives the history in seconds before the base time, or before now', () => {
      assert.deepEqual(shape(HISTORY, 'senml', CONTEXT), [
        { bn: 'office-1:', bt: 1696253312.556, n: 'temperature_3', u: 'Cel', v: 27.2 },
        { n: 'temperature_3', u: 'Cel', v: 26.9, t: -3600 },
      ]);
      assert.deepEqual(shape(HISTORY.slice(1), 'senml'), [
        { n: 'temperature_3', u: 'Cel', v: 26.9, t: -3600 },
      ]);
    });

    it('has a text for ISO time, a number for what is neither 0 nor 1, and legal names only', () => {
      const digital = readingsOf('0166ff' + '016600' + '098500000000');
      assert.deepEqual(shape(digital, 'senml', { channelNames: { 1: 'Tür 1' }, isoTime: true }), [
        { n: 'presence_T_r_1', v: 255 },
        { n: 'presence_T_r_1', vb: false },
        { n: 'unix_time_9', vs: '1970-01-01T00:00:00.000Z' },
      ]);
      assert.deepEqual(shape(digital.slice(0, 1), 'senml', { booleans: true }), [
        { n: 'presence_1', vb: true },
      ]);
    });

    it('has the number of a channel whose name SenML cannot tell from that of another', () => {
      const { readings } = decode(Buffer.from('036700c8056700d2076700dc', 'hex'));
      const channelNames = { 3: 'кухня', 5: 'ванна', 7: 'boiler' };
      assert.deepEqual(
        shape(readings, 'senml', { channelNames }).map(({ n, v }) => [n, v]),
        [
          ['temperature_3', 20],
          ['temperature_5', 21],
          ['temperature_boiler', 22],
        ],
      );
    });

    it('names each place of a polyline', () => {
      assert.deepEqual(shape([POLYLINE], 'senml'), [
        { n: 'polyline_2_latitude_1', u: 'lat', v: -12 },
        { n: 'polyline_2_longitude_1', u: 'lon', v: -13 },
        { n: 'polyline_2_latitude_2', u: 'lat', v: -12.02 },
        { n: 'polyline_2_longitude_2', u: 'lon', v: -13.02 },
      ]);
    });
  });

  describe('influx', () => {
    const timestamp = new Date('2023-10-02T13:28:32.556Z');

    it('is a point for each reading, with numbers only', () => {
      const tags = (channel: string, unit?: string) => ({
        device: 'office-1',
        channel,
        ...(unit && { unit }),
      });
      assert.deepEqual(shape(FRAME, 'influx', { ...CONTEXT, ...NAMES, booleans: true, isoTime: true }), [
        { measurement: 'temperature', fields: { value: 27.2 }, tags: tags('boiler', '°C'), timestamp },
        { measurement: 'temperature', fields: { value: 25.5 }, tags: tags('5', '°C'), timestamp },
        { measurement: 'relative_humidity', fields: { value: 40.5 }, tags: tags('4', '%RH'), timestamp },
        { measurement: 'digital_in', fields: { value: 1 }, tags: tags('1'), timestamp },
        { measurement: 'accelerometer', fields: acceleration, tags: tags('6', 'G'), timestamp },
        { measurement: 'gps', fields: location, tags: tags('1'), timestamp },
        { measurement: 'unix_time', fields: { value: 1615382592 }, tags: tags('9', 's'), timestamp },
      ]);
    });

    it('leaves out what is not known, and a number that is none', () => {
      const infinite = { ...FRAME[0]!, value: Infinity };
      assert.deepEqual(shape([infinite, ...FRAME.slice(3, 4), POLYLINE], 'influx'), [
        { measurement: 'digital_in', fields: { value: 1 }, tags: { channel: '1' } },
        {
          measurement: 'polyline',
          fields: { latitude_1: -12, longitude_1: -13, latitude_2: -12.02, longitude_2: -13.02 },
          tags: { channel: '2' },
        },
      ]);
    });

    it('puts the history at its own time', () => {
      const tags = { channel: '3', unit: '°C' };
      assert.deepEqual(shape(HISTORY, 'influx', { time: CONTEXT.time }), [
        { measurement: 'temperature', fields: { value: 27.2 }, tags, timestamp },
        {
          measurement: 'temperature',
          fields: { value: 26.9 },
          tags,
          timestamp: new Date('2023-10-02T12:28:32.556Z'),
        },
      ]);
    });
  });

  describe('what comes twice for one type and channel', () => {
    const THRICE = readingsOf('156601' + '156600' + '156601' + '020005');
    const point = { measurement: 'presence', tags: { channel: '21' } };
    const EXPECTED: Partial<Record<OutputShape, unknown>> = {
      readings: THRICE,
      ttn: { presence_21: [1, 0, 1], digital_in_2: 5 },
      chirpstack: { presenceSensor: { 21: [1, 0, 1] }, digitalInput: { 2: 5 } },
      channels: { 21: { presence: [1, 0, 1] }, 2: { digital_in: 5 } },
      robot: [
        { channel: 21, type: 'Presence Sensor', measure: 1, value: '1.0' },
        { channel: 21, type: 'Presence Sensor', measure: 0, value: '0.0' },
        { channel: 21, type: 'Presence Sensor', measure: 1, value: '1.0' },
        { channel: 2, type: 'Digital Input', measure: 5, value: '5.0' },
      ],
      unpacked: {
        presence: [
          { value: 1, context_id: '21' },
          { value: 0, context_id: '21' },
          { value: 1, context_id: '21' },
        ],
        digital_in: [{ value: 5, context_id: '2' }],
      },
      senml: [
        { n: 'presence_21', vb: true },
        { n: 'presence_21', vb: false },
        { n: 'presence_21', vb: true },
        { n: 'digital_in_2', v: 5 },
      ],
      influx: [
        { ...point, fields: { value: 1 } },
        { ...point, fields: { value: 0 }, tags: { channel: '21', occurrence: '2' } },
        { ...point, fields: { value: 1 }, tags: { channel: '21', occurrence: '3' } },
        { measurement: 'digital_in', fields: { value: 5 }, tags: { channel: '2' } },
      ],
    };
    for (const [output, expected] of Object.entries(EXPECTED)) {
      it(`stays in ${output}`, () => assert.deepEqual(shape(THRICE, output as OutputShape), expected));
    }

    it('stays apart where a value is a list itself', () => {
      const { value } = POLYLINE;
      for (const [count, expected] of [
        [1, value],
        [2, [value, value]],
        [3, [value, value, value]],
      ] as const) {
        const readings = new Array<Reading>(count).fill(POLYLINE);
        assert.deepEqual(shape(readings, 'ttn'), { polyline_2: expected });
        assert.deepEqual(shape(readings, 'chirpstack'), { polyline: { 2: expected } });
        assert.deepEqual(shape(readings, 'channels'), { 2: { polyline: expected } });
      }
    });

    it('leaves its list to one message', () => {
      const first = shape(THRICE, 'ttn');
      assert.deepEqual(shape(THRICE, 'ttn'), first);
      assert.notEqual(shape(THRICE, 'ttn').presence_21, first.presence_21);
    });
  });

  describe('on request', () => {
    const readings = readingsOf('010001' + '020100' + '036602' + '048e00' + '05856048c840' + '0602007d');
    const context = { booleans: true, isoTime: true };
    const iso = '2021-03-10T13:23:12.000Z';

    it('shows digital types as booleans and Unix time as ISO text, which has no unit', () => {
      assert.deepEqual(shape(readings, 'readings', context), [
        { channel: 1, type: 0, name: 'digital_in', value: true },
        { channel: 2, type: 1, name: 'digital_out', value: false },
        { channel: 3, type: 102, name: 'presence', value: true },
        { channel: 4, type: 142, name: 'switch', value: false },
        { channel: 5, type: 133, name: 'unix_time', value: iso },
        { channel: 6, type: 2, name: 'analog_in', value: 1.25 },
      ]);
      assert.deepEqual(shape(readings, 'ttn', context), {
        digital_in_1: true,
        digital_out_2: false,
        presence_3: true,
        switch_4: false,
        unix_time_5: iso,
        analog_in_6: 1.25,
      });
      assert.deepEqual(shape(readings.slice(3, 5), 'robot', context), [
        { channel: 4, type: 'On/Off switch', measure: false, value: 'false' },
        { channel: 5, type: 'Time', measure: iso, value: iso },
      ]);
      assert.deepEqual(shape(readings.slice(3, 5), 'unpacked', context), {
        switch: [{ value: false, context_id: '4' }],
        unix_time: [{ value: iso, context_id: '5' }],
      });
      assert.deepEqual(shape(readings.slice(3, 5), 'channels', context), {
        4: { switch: false },
        5: { unix_time: iso },
      });
    });

    it('either of the two alone', () => {
      assert.deepEqual(shape(readings.slice(3, 5), 'ttn', { booleans: true }), {
        switch_4: false,
        unix_time_5: 1615382592,
      });
      assert.deepEqual(shape(readings.slice(3, 5), 'ttn', { isoTime: true }), {
        switch_4: 0,
        unix_time_5: iso,
      });
    });

    it('leaves a custom type alone that has the id of a digital one, and a time that no date can hold', () => {
      const visitors: Reading = { channel: 1, type: 102, name: 'visitors', value: 12 };
      const late: Reading = { channel: 2, type: 133, name: 'unix_time', value: 1e15, unit: 's' };
      assert.deepEqual(shape([visitors, late], 'readings', context), [visitors, late]);
    });
  });

  it('keeps names apart that JavaScript uses itself', () => {
    const odd = ['constructor', '__proto__', 'toString'].map((name, channel): Reading => ({
      channel,
      type: 50,
      name,
      value: channel,
    }));
    for (const output of ['chirpstack', 'channels', 'unpacked'] as const) {
      assert.equal(Object.keys(shape(odd, output)).length, 3, output);
    }
    assert.deepEqual(shape(odd.slice(0, 1), 'chirpstack'), { constructor: { 0: 0 } });
    assert.deepEqual(shape(odd.slice(0, 1), 'robot'), [
      { channel: 0, type: 'constructor', measure: 0, value: '0.0' },
    ]);
  });

  it('a type that has another name in another dialect gets that name', () => {
    const reading: Reading = { channel: 1, type: 50, name: 'first', value: 1 };
    assert.deepEqual(shape([reading, { ...reading, name: 'second' }, reading], 'ttn'), {
      first_1: [1, 1],
      second_1: 1,
    });
  });

  it('of no readings: an empty list, an empty object', () => {
    for (const output of ['readings', 'robot', 'senml', 'influx'] as const) {
      assert.deepEqual(shape([], output, CONTEXT), []);
    }
    for (const output of ['ttn', 'chirpstack', 'channels', 'unpacked'] as const) {
      assert.deepEqual(shape([], output, CONTEXT), {});
    }
  });

  it('refuses a shape that does not exist', () => {
    assert.throws(() => shape([], 'constructor' as never), { code: 'bad_option' });
  });
});
