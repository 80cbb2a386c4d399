import assert from 'node:assert/strict';
import { unpackedRecord } from '../../../lib/microshare/record';
import { parseUplink, type Uplink } from '../../../lib/ttn';
import { EVENTS, eventMessage } from '../ttn/messages';

const UPLINK: Uplink = {
  key: 'key-of-the-uplink',
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
  gateways: [
    { id: 'roof', eui: '58A0CBFFFE000001', rssi: -79, snr: 9.5, channel: 7, antenna: 0 },
    { id: 'packet-broker-gateway', rssi: -110, snr: -3, channel: 2, antenna: 0 },
  ],
  rssi: -79,
  snr: 9.5,
  dataRate: { modulation: 'lora', spreadingFactor: 10, bandwidth: 125000 },
  frequency: 903700000,
  battery: 93,
  recovered: false,
};

describe('unpackedRecord', () => {
  it('has the form of Microshare Standards', () => {
    const record = unpackedRecord(UPLINK, [
      { channel: 3, type: 103, name: 'temperature', value: 27.2, unit: '°C' },
      { channel: 5, type: 103, name: 'temperature', value: 25.5, unit: '°C' },
      { channel: 4, type: 104, name: 'relative_humidity', value: 35, unit: '%RH' },
      { channel: 1, type: 0, name: 'digital_in', value: 1 },
      {
        channel: 9,
        type: 136,
        name: 'gps',
        value: { latitude: 51.5, longitude: -0.1, altitude: 12 },
        unit: '°',
      },
    ]);
    assert.deepEqual(record, {
      temperature: [
        { unit: '°C', value: 27.2, context_id: '3' },
        { unit: '°C', value: 25.5, context_id: '5' },
      ],
      humidity: [{ unit: '%RH', value: 35, context_id: '4' }],
      digital_in: [{ value: 1, context_id: '1' }],
      gps: [{ unit: '°', value: { lat: 51.5, lon: -0.1, alt: 12 }, context_id: '9' }],
      device_health: { id: '70-B3-D5-7E-D0-00-12-34', charge: [{ unit: '%', value: 93 }] },
      meta: {
        device: [],
        global: [],
        source: [],
        key: 'key-of-the-uplink',
        iot: {
          device_id: '70-B3-D5-7E-D0-00-12-34',
          type: 'uplink',
          time: '2023-10-02T13:28:32.556Z',
          iso_time: '2023-10-02T13:28:32.556Z',
          fcnt_up: 6,
          fport: 2,
          payload: '03670110',
          freq: 903.7,
          bw: 125,
          sf: 10,
          channel: 7,
          rssi: -79,
          snr: 9.5,
          gateways: [
            { id: '58A0CBFFFE000001', rssi: -79, snr: 9.5, channel: 7, sf: 10 },
            { id: 'packet-broker-gateway', rssi: -110, snr: -3, channel: 2, sf: 10 },
          ],
        },
      },
      time: '2023-10-02T13:28:32.556Z',
    });
  });

  it('tells values that somebody simulated from measured ones', () => {
    const { meta } = unpackedRecord({ ...UPLINK, simulated: true }, []);
    assert.equal(meta.simulated, true);
    assert.ok(!('simulated' in unpackedRecord(UPLINK, []).meta));
  });

  it('leaves out what is not known', () => {
    const { receivedAt, frequency, battery, dataRate, rssi, snr, devEui, ...rest } = UPLINK;
    const record = unpackedRecord({ ...rest, gateways: [] }, []);
    assert.deepEqual(record.device_health, { id: 'office-1' });
    assert.deepEqual(record.meta.iot, {
      device_id: 'office-1',
      type: 'uplink',
      fcnt_up: 6,
      fport: 2,
      payload: '03670110',
      gateways: [],
    });
    assert.ok(
      [receivedAt, frequency, battery, dataRate, rssi, snr, devEui].every((value) => value !== undefined),
    );
  });

  it('is the same after a trip through JSON, as between two Node-REDs', () => {
    const throughJson = JSON.parse(JSON.stringify(UPLINK)) as Uplink;
    assert.deepEqual(unpackedRecord(throughJson, []), unpackedRecord(UPLINK, []));
    const { bytes: _, gateways: __, ...without } = UPLINK;
    assert.equal('payload' in unpackedRecord(without, []).meta.iot, false);
  });

  it('says which node is missing', () => {
    assert.throws(() => unpackedRecord(undefined, []), { code: 'bad_record', message: /ttn-uplink/ });
    assert.throws(() => unpackedRecord({}, []), { code: 'bad_record', message: /an object is there/ });
    assert.throws(() => unpackedRecord(UPLINK, undefined), { code: 'bad_record', message: /lpp-decode/ });
  });

  it('takes nothing for measured that somebody wants of the device, and names what came', () => {
    for (const field of Object.keys(EVENTS) as (keyof typeof EVENTS)[]) {
      const uplink = { ...parseUplink(eventMessage(field))!, decoded: { temperature: 22 } };
      const record = () => unpackedRecord(uplink, [], { from: 'decoded' });
      if (field === 'uplink_normalized') assert.doesNotThrow(record);
      else {
        const message = new RegExp(`of the kind "${uplink.kind}".*"as received" or "TTN's message"`);
        assert.throws(record, { code: 'bad_record', message });
      }
    }
  });
});
