import assert from 'node:assert/strict';
import { decode } from '../../../lib/lpp';
import { nameTable } from '../../../lib/measurements';
import { makeRecords, type MakeOptions, type RecordSource } from '../../../lib/microshare/make';
import { DECODED_NAMES } from '../../../lib/microshare/names';
import { placeTable, type PlaceRow } from '../../../lib/microshare/places';
import type { Uplink } from '../../../lib/ttn';

const UPLINK: Uplink = {
  key: 'k',
  kind: 'up',
  applicationId: 'my-app',
  deviceId: 'office-1',
  devEui: '70B3D57ED0001234',
  fPort: 2,
  fCnt: 6,
  confirmed: false,
  simulated: false,
  receivedAt: '2023-10-02T13:28:32.556987654Z',
  bytes: Buffer.from('03670110', 'hex'),
  gateways: [],
  recovered: false,
};

/** An unpacked record, or a received value, as JSON gives it back. */
interface Loose {
  [name: string]: unknown;
  meta: Record<'key' | 'device' | 'global' | 'usecase', unknown>;
  device_health: Record<string, unknown>;
}

function make(
  shape: Parameters<typeof makeRecords>[0],
  source: Partial<RecordSource>,
  options?: MakeOptions,
) {
  return makeRecords(shape, { uplink: UPLINK, ...source }, options).map(({ json, ...rest }) => ({
    ...rest,
    data: JSON.parse(json) as Loose,
  }));
}

const decoded = (fields: Record<string, unknown>, names?: MakeOptions['names']) =>
  make('unpacked', { uplink: { ...UPLINK, decoded: fields } }, { from: 'decoded', names })[0]?.data as Loose;

describe('makeRecords', () => {
  it('takes a value as received: bytes as hexadecimal, other things wrapped or one by one if so chosen', () => {
    const [record] = make('received', {
      value: { bytes: Buffer.from('03ff', 'hex'), deep: [new Uint8Array([1])] },
    });
    assert.deepEqual(record, {
      key: 'k',
      data: { bytes: '03ff', deep: ['01'] },
      placeTags: [],
      warnings: [],
    });
    assert.throws(() => make('received', { value: 21.5 }), { code: 'bad_record' });
    assert.deepEqual(make('received', { value: 21.5 }, { notAnObject: 'wrap' })[0]?.data, { value: 21.5 });
    assert.deepEqual(
      make('received', { value: Buffer.from('03ff', 'hex') }, { notAnObject: 'wrap' })[0]?.data,
      {
        value: '03ff',
      },
    );
    assert.throws(() => make('received', { value: undefined }, { notAnObject: 'wrap' }), {
      code: 'bad_record',
    });
    const each = make('received', { value: [{ a: 1 }, { a: 2 }] }, { notAnObject: 'each' });
    assert.deepEqual(
      each.map(({ key, data }) => [key, data]),
      [
        ['k#0', { a: 1 }],
        ['k#1', { a: 2 }],
      ],
    );
    assert.throws(() => make('received', { value: [1] }, { notAnObject: 'each' }), { code: 'bad_record' });
    assert.equal(make('received', { value: {}, uplink: undefined })[0]?.key, undefined);
  });

  it('warns of what Microshare may take out of a record', () => {
    const [record] = make('received', { value: { name: 'x', desc: 'y', deep: { name: 'z' } } });
    assert.equal(record?.warnings.length, 2);
    assert.match(record?.warnings[0] ?? '', /"name" at the top/);
  });

  it("gives TTN's message to the letter", () => {
    const message = { end_device_ids: { device_id: 'office-1' }, uplink_message: { f_port: 2 } };
    assert.deepEqual(make('ttn', { message })[0]?.data, message);
    const ofV2 = { dev_id: 'office-1', downlink_url: 'https://eu.example/api?key=ttn-account-v2.secret' };
    assert.deepEqual(make('ttn', { message: ofV2 })[0]?.data, { dev_id: 'office-1' });
    assert.throws(() => make('ttn', { message: { other: 1 } }), { code: 'bad_record', message: /msg\.ttn/ });
  });

  it("calls RAK's precise humidity humidity, as dashboards do", () => {
    const { readings } = decode(Buffer.from('017001c8', 'hex'), { dialect: 'rak' });
    const [record] = make('unpacked', { readings });
    assert.deepEqual(record?.data.humidity, [{ unit: '%RH', value: 45.6, context_id: '1' }]);
  });

  it('unpacks what TTN decoded, with the names and units of the table', () => {
    const data = decoded({
      temperature: 21.5,
      relative_humidity_4: 40,
      temperature_3: 20,
      TempC_SHT: 19,
      pm2_5: 8,
      nothing: null,
      door: { open: true, 'times.total': 3 },
      gps_2: { latitude: 51.5, longitude: -0.1, altitude: 12 },
      probes: [1, 2],
      BatV: 3.6,
      battery: 93,
    });
    assert.deepEqual(data.temperature, [
      { unit: '°C', value: 21.5 },
      { unit: '°C', value: 20, context_id: '3' },
      { unit: '°C', value: 19, context_id: 'TempC_SHT' },
    ]);
    assert.deepEqual(data.humidity, [{ unit: '%RH', value: 40, context_id: '4' }]);
    assert.deepEqual(data.pm2_5, [{ value: 8 }]);
    assert.deepEqual(data.door_open, [{ value: true }]);
    assert.deepEqual(data.door_times_total, [{ value: 3 }]);
    assert.deepEqual(data.gps, [{ value: { lat: 51.5, lon: -0.1, alt: 12 }, context_id: '2' }]);
    assert.deepEqual(data.probes, [
      { value: 1, context_id: '0' },
      { value: 2, context_id: '1' },
    ]);
    assert.ok(!('nothing' in data));
    assert.deepEqual(data.device_health, {
      id: '70-B3-D5-7E-D0-00-12-34',
      voltage: [{ unit: 'V', value: 3.6, context_id: 'BatV' }],
      battery: [{ value: 93 }],
    });
  });

  it("takes x, y and z for one value, as TTN's own formatter for Cayenne LPP gives them", () => {
    const x_y_z = { x: 1.234, y: -1.234, z: 0 };
    const data = decoded({ accelerometer_6: x_y_z, gyrometer_2: x_y_z, more: { ...x_y_z, at: 7 } });
    assert.deepEqual(data.accelerometer, [{ value: x_y_z, context_id: '6' }]);
    assert.deepEqual(data.gyrometer, [{ value: x_y_z, context_id: '2' }]);
    assert.deepEqual([data.more_x, data.more_at], [[{ value: 1.234 }], [{ value: 7 }]]);
    assert.deepEqual(decoded({ tilt: { x: NaN, y: 0, z: 1 } }).tilt_z, [{ value: 1 }]);
  });

  it("lets a person's own names win, and leave out fields", () => {
    const own = [
      { field: 'analog_in_4', name: 'co2', unit: 'ppm' },
      { field: 'secret', name: '' },
      { field: 'Door.Open', name: 'open' },
    ];
    const data = decoded(
      { analog_in_4: 640, analog_in_5: 1, secret: 'x', door: { open: true } },
      nameTable(DECODED_NAMES, own),
    );
    assert.deepEqual(data.co2, [{ unit: 'ppm', value: 640, context_id: 'analog_in_4' }]);
    assert.deepEqual(data.analog_in, [{ value: 1, context_id: '5' }]);
    assert.deepEqual(data.open, [{ value: true, context_id: 'door.open' }]);
    assert.ok(!('secret' in data));
    const readings = [{ channel: 4, type: 2, name: 'analog_in', value: 640 }];
    const [fromLpp] = make('unpacked', { readings }, { names: nameTable(own) });
    assert.deepEqual(fromLpp?.data.co2, [{ unit: 'ppm', value: 640, context_id: '4' }]);
  });

  it('finds the row of a field by its name on TTN, and by the one that the preview shows', () => {
    const fields = { inside: { temp: 20, temp_3: 21 }, outside: { temp: 10 } };
    const shown = decoded(fields);
    assert.deepEqual([shown.inside_temp, shown.outside_temp], [[{ value: 20 }], [{ value: 10 }]]);
    for (const joint of ['.', '_']) {
      const rows = ['inside', 'outside'].map((side) => ({
        field: `${side}${joint}temp`,
        name: 'temperature',
      }));
      assert.deepEqual(decoded(fields, nameTable(rows)).temperature, [
        { value: 20, context_id: 'inside.temp' },
        { value: 21, context_id: '3' },
        { value: 10, context_id: 'outside.temp' },
      ]);
    }
    const withUnit = nameTable([{ field: 'inside_temp', name: 'inside_temp', unit: '°C' }]);
    assert.deepEqual(decoded({ inside: { temp: 20 } }, withUnit).inside_temp, [{ unit: '°C', value: 20 }]);
  });

  it('names a channel as lpp-decode does, and finds its row by number and by name', () => {
    const reading = { channel: 4, channelName: 'Boiler', type: 2, name: 'analog_in', value: 640 };
    const unpacked = (field: string) => {
      const names = nameTable([{ field, name: 'co2', unit: 'ppm' }]);
      return make('unpacked', { readings: [reading] }, { names })[0]?.data;
    };
    for (const field of ['analog_in_4', 'analog_in_boiler', 'analog_in']) {
      assert.deepEqual(unpacked(field)?.co2, [{ unit: 'ppm', value: 640, context_id: 'Boiler' }]);
    }
    assert.deepEqual(unpacked('analog_in_5')?.analog_in, [{ value: 640, context_id: 'Boiler' }]);
  });

  it('unpacks normalized measurements, each with its own time', () => {
    const normalized = [
      { time: '2023-10-02T13:20:00Z', air: { temperature: 20, relativeHumidity: 40, location: 'indoor' } },
      { air: { temperature: 21 }, battery: 3.1, soil: { pH: 7 } },
    ];
    const [record] = make('unpacked', { uplink: { ...UPLINK, normalized } }, { from: 'normalized' });
    const { temperature, humidity, soil_pH, device_health } = record?.data as Loose;
    const time = '2023-10-02T13:20:00Z';
    assert.deepEqual(temperature, [
      { unit: '°C', value: 20, context_id: 'air.temperature', time },
      { unit: '°C', value: 21, context_id: 'air.temperature' },
    ]);
    assert.deepEqual(humidity, [{ unit: '%RH', value: 40, context_id: 'air.relativeHumidity', time }]);
    assert.deepEqual(soil_pH, [{ value: 7 }]);
    assert.deepEqual(device_health.voltage, [{ unit: 'V', value: 3.1, context_id: 'battery' }]);
  });

  it('gives every normalized measurement the unit that its schema has', () => {
    const normalized = [
      {
        soil: { depth: 10, moisture: 20, temperature: 8, ec: 1.2, n: 40, p: 12, k: 90 },
        air: { temperature: 21, relativeHumidity: 40, pressure: 1013, co2: 600, lightIntensity: 300 },
        wind: { speed: 3, direction: 270 },
        water: { temperature: { min: 4, max: 6, avg: 5, current: 5.5 } },
        metering: { water: { total: 1234 } },
        battery: 3.1,
      },
    ];
    const [record] = make('unpacked', { uplink: { ...UPLINK, normalized } }, { from: 'normalized' });
    const { meta, time, device_health, ...measured } = record?.data as Loose;
    const { id, ...health } = device_health;
    const units = Object.entries({ ...measured, ...health } as Record<string, { unit?: string }[]>);
    assert.deepEqual(units.map(([name, [first]]) => `${name} ${first?.unit}`).sort(), [
      'co2 ppm',
      'humidity %RH',
      'illuminance lx',
      'metering_water_total L',
      'pressure hPa',
      'soil_depth cm',
      'soil_ec dS/m',
      'soil_k ppm',
      'soil_moisture %',
      'soil_n ppm',
      'soil_p ppm',
      'soil_temperature °C',
      'temperature °C',
      'voltage V',
      'water_temperature °C',
      'water_temperature_avg °C',
      'water_temperature_max °C',
      'water_temperature_min °C',
      'wind_direction °',
      'wind_speed m/s',
    ]);
  });

  it('tells the depths of a soil probe apart', () => {
    const normalized = [
      { soil: { depth: 10, moisture: 20, temperature: 8 } },
      { soil: { depth: 30, moisture: 25 } },
      { air: { temperature: 21 } },
    ];
    const [record] = make('unpacked', { uplink: { ...UPLINK, normalized } }, { from: 'normalized' });
    const { soil_depth, soil_moisture, soil_temperature, temperature } = record?.data as Loose;
    assert.deepEqual(soil_depth, [
      { unit: 'cm', value: 10, context_id: '0' },
      { unit: 'cm', value: 30, context_id: '1' },
    ]);
    assert.deepEqual(soil_moisture, [
      { unit: '%', value: 20, context_id: '0' },
      { unit: '%', value: 25, context_id: '1' },
    ]);
    assert.deepEqual(soil_temperature, [{ unit: '°C', value: 8, context_id: '0' }]);
    assert.deepEqual(temperature, [{ unit: '°C', value: 21, context_id: 'air.temperature' }]);
    const { nested_b } = decoded({ nested: [{ b: [1, 2] }, { b: [3] }] });
    assert.deepEqual(nested_b, [
      { value: 1, context_id: '0.0' },
      { value: 2, context_id: '0.1' },
      { value: 3, context_id: '1.0' },
    ]);
  });

  it('says where the values of the chosen kind come from', () => {
    assert.throws(() => make('unpacked', {}, { from: 'decoded' }), {
      code: 'bad_record',
      message: /msg\.uplink\.decoded.*payload formatter/,
    });
    assert.throws(() => make('unpacked', {}, { from: 'normalized' }), { message: /normalizer/ });
  });

  it('keeps its own fields, whatever a value is called, and loses none', () => {
    const named = (name: string) => ({ channel: 1, type: 200, name, value: 1 });
    const readings = ['meta', 'device_health', 'origin', 'time', 'name', 'desc'].map(named);
    const message = { end_device_ids: {} };
    const [record] = make('unpacked', { readings, message }, { withOrigin: true });
    const { meta, origin, time, ...rest } = record?.data as Loose;
    assert.equal(meta.key, 'k');
    assert.deepEqual(origin, message);
    assert.equal(time, '2023-10-02T13:28:32.556Z');
    assert.deepEqual(record?.warnings, []);
    assert.deepEqual(rest.meta_value, [{ value: 1, context_id: '1' }]);
    assert.equal(Object.keys(rest).filter((name) => name.endsWith('_value')).length, 6);
    assert.deepEqual(decoded({ time: 12, time_value: 13 }).time_value, [{ value: 12 }, { value: 13 }]);
  });

  it("leaves v2's access key out of TTN's message", () => {
    const message = { dev_id: 'office-1', downlink_url: 'https://example.com/?key=ttn-account-v2.secret' };
    const [unpacked] = make('unpacked', { readings: [], message }, { withOrigin: true });
    assert.deepEqual(unpacked?.data.origin, { dev_id: 'office-1' });
    assert.deepEqual(make('ttn', { message })[0]?.data, { dev_id: 'office-1' });
  });

  it('leaves the session key, which decrypts the payload, out of the record', () => {
    for (const field of ['uplink_message', 'join_accept']) {
      const withKey = (app_s_key: object) => ({ end_device_ids: {}, [field]: { f_port: 2, app_s_key } });
      const stored = (app_s_key: object) => {
        const message = withKey(app_s_key);
        const [unpacked] = make('unpacked', { readings: [], message }, { withOrigin: true });
        const [ttn] = make('ttn', { message });
        assert.deepEqual(ttn?.data, unpacked?.data.origin);
        assert.deepEqual(message, withKey(app_s_key));
        return ttn?.data;
      };
      assert.deepEqual(stored({ key: 'c2VjcmV0' }), withKey({}));
      const wrapped = { kek_label: 'mine', encrypted_key: 'AAECAw==' };
      assert.deepEqual(stored(wrapped), withKey(wrapped));
    }
  });

  it('places a device by its row, its attributes on TTN, or the row for all', () => {
    const rows = [
      { id: '70-b3-d5-7e-d0-00-12-34', device: 'Building 1, 1st Floor , Room' },
      { id: '*', global: 'Europe, London', usecase: 'SE09' },
    ];
    const message = {
      uplink_message: { attributes: { 'microshare-device': 'Elsewhere', 'microshare-usecase': 'XY01' } },
    };
    const [record] = make('unpacked', { readings: [], message }, { places: placeTable(rows) });
    const { device, global, usecase } = (record?.data as Loose).meta;
    assert.deepEqual(device, ['Building 1', '1st Floor', 'Room']);
    assert.deepEqual(global, ['Europe', 'London']);
    assert.equal(usecase, 'XY01');
    assert.deepEqual(record?.placeTags, ['Europe', 'London', 'Building 1', '1st Floor', 'Room']);
    const ofNormalized = { uplink_normalized: message.uplink_message };
    const [normalized] = make('unpacked', { readings: [], message: ofNormalized });
    assert.deepEqual((normalized?.data as Loose).meta.device, ['Elsewhere']);
    const ofV2 = { dev_id: 'office-1', attributes: message.uplink_message.attributes };
    const [v2] = make('unpacked', { readings: [], message: ofV2 });
    assert.deepEqual((v2?.data as Loose).meta.device, ['Elsewhere']);
    const byId = make(
      'unpacked',
      { readings: [] },
      { places: placeTable([{ id: 'Office-1', device: 'Hall' }]) },
    );
    assert.deepEqual(byId[0]?.data.meta.device, ['Hall']);
    const nowhere = (make('unpacked', { readings: [] })[0]?.data as Loose).meta;
    assert.deepEqual([nowhere.device, nowhere.global, 'usecase' in nowhere], [[], [], false]);
  });

  it('takes numbers for a place, which a variable may hold', () => {
    const rows = [{ id: 12, usecase: 7, device: 3 }] as unknown as PlaceRow[];
    const uplink = { ...UPLINK, deviceId: '12' };
    const [record] = make('unpacked', { uplink, readings: [] }, { places: placeTable(rows) });
    const { device, usecase } = (record?.data as Loose).meta;
    assert.deepEqual([device, usecase], [['3'], '7']);
  });

  it('makes one record for each value, with keys of their own', () => {
    const readings = [
      { channel: 3, type: 103, name: 'temperature', value: 27.2, unit: '°C' },
      { channel: 5, type: 103, name: 'temperature', value: 25.5, unit: '°C' },
    ];
    const records = make('per-reading', { readings });
    assert.deepEqual(
      records.map(({ key, data }) => [key, data.meta.key, data.temperature]),
      [
        ['k#0', 'k#0', [{ unit: '°C', value: 27.2, context_id: '3' }]],
        ['k#1', 'k#1', [{ unit: '°C', value: 25.5, context_id: '5' }]],
      ],
    );
  });

  it('makes one record for each value: where nothing was measured, one of the device alone', () => {
    const uplink = { ...UPLINK, decoded: { batV: 3.1 } };
    const [record, ...more] = make('per-reading', { uplink }, { from: 'decoded' });
    const { key, data } = record!;
    assert.deepEqual([key, more.length], ['k#0', 0]);
    assert.deepEqual(Object.keys(data), ['device_health', 'meta', 'time']);
  });

  it('leaves out a number that is none, and writes what was measured beside it', () => {
    const { readings } = decode(Buffer.from('016700c802f57fc00000', 'hex'), { dialect: 'rak' });
    const [unpacked] = make('unpacked', { readings });
    assert.deepEqual(unpacked?.data.temperature, [{ unit: '°C', value: 20, context_id: '1' }]);
    assert.ok(!('float' in unpacked.data));
    const ofFormatter = decoded({
      TempC_DS: 'NaN',
      hum: '-Infinity',
      TempC_SHT: '21.50',
      co2: NaN,
      note: 'NaN?',
    });
    assert.deepEqual(Object.keys(ofFormatter), ['temperature', 'note', 'device_health', 'meta', 'time']);
    assert.deepEqual(ofFormatter.temperature, [{ unit: '°C', value: '21.50', context_id: 'TempC_SHT' }]);
    const [only, ...more] = make('per-reading', { readings: readings.slice(1) });
    assert.deepEqual([Object.keys(only!.data), more], [['device_health', 'meta', 'time'], []]);
    assert.throws(() => make('received', { value: { readings } }), { code: 'bad_record' });
  });

  it('leaves out the parts of a value that were not measured, and a value of which nothing is left', () => {
    for (const altitude of [NaN, 'NaN', null]) {
      const gps = { latitude: 52.5, longitude: 13.4, altitude };
      const readings = [{ channel: 1, type: 136, name: 'gps', value: gps }] as never;
      for (const data of [decoded({ gps, hum: 48 }), make('unpacked', { readings })[0]!.data])
        assert.deepEqual((data.gps as { value: unknown }[])[0]?.value, { lat: 52.5, lon: 13.4 });
    }
    const values = [{ x: NaN, y: 'Infinity', z: null }, null, undefined, { r: 1, g: NaN, b: 0 }];
    const readings = values.map((value, channel) => ({ channel, type: 113, name: 'vector', value })) as never;
    const [record] = make('unpacked', { readings });
    assert.deepEqual(record?.data.vector, [{ value: { r: 1, b: 0 }, context_id: '3' }]);
  });

  it('says which records there are', () => {
    assert.throws(() => make('Unpacked' as 'unpacked', {}), {
      code: 'bad_configuration',
      message: 'There is no record "Unpacked": choose one of received, ttn, unpacked, per-reading.',
    });
  });

  it('gives no key where the uplink has none', () => {
    const readings = [{ channel: 3, type: 103, name: 'temperature', value: 27.2 }];
    for (const key of [undefined, ''] as string[]) {
      for (const shape of ['unpacked', 'per-reading'] as const) {
        const [record] = make(shape, { uplink: { ...UPLINK, key }, readings });
        assert.deepEqual([record?.key, 'key' in record!.data.meta], [undefined, false]);
      }
    }
  });
});
