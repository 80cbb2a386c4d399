import assert from 'node:assert/strict';
import { airtime } from '../../../demo/things-stack/airtime';
import { DEMO_APPLICATION, fakeApiKey } from '../../../demo/things-stack/applications';
import { decodeCayenneLpp } from '../../../demo/things-stack/formatter';
import { GATEWAYS } from '../../../demo/things-stack/gateways';
import { joinMessage, uplinkMessage } from '../../../demo/things-stack/messages';
import { duration, omitZeros } from '../../../demo/things-stack/protobuf-json';

const NANOSECONDS = /^2026-04-16T11:54:1\d\.\d{3,9}Z$/;
const RECEIVED_AT = Date.parse('2026-04-16T11:54:13.787Z');

const hex = (text: string) => Buffer.from(text, 'hex');

/** What a client finds in the JSON. */
const received = <T>(message: T) => JSON.parse(JSON.stringify(message)) as T;

describe("messages of the stand-in's Application Server", () => {
  it('sends an uplink with every field that The Things Stack gives it', () => {
    const message = received(
      uplinkMessage(DEMO_APPLICATION, {
        deviceId: 'dev1',
        joinEui: '70B3D57ED0000001',
        devAddr: '260B0001',
        sessionKeyId: 'AXPoziFRvbcEguvZQoCCZw==',
        fPort: 1,
        fCnt: 14,
        bytes: hex('03670110056700ff'),
        confirmed: true,
        channel: 6,
        receptions: [{ gateway: GATEWAYS[1], rssi: -31, snr: 9.5 }],
        receivedAt: RECEIVED_AT,
        position: { latitude: 52.37, longitude: 4.89, altitude: 0 },
        battery: { fCnt: 3, value: 90.118576, receivedAt: RECEIVED_AT },
      }),
    );
    const uplink = message.uplink_message!;
    const [gateway] = uplink.rx_metadata!;

    assert.deepEqual(message.end_device_ids, {
      device_id: 'dev1',
      application_ids: { application_id: 'demo-sensors' },
      dev_eui: message.end_device_ids?.dev_eui,
      join_eui: '70B3D57ED0000001',
      dev_addr: '260B0001',
    });
    assert.match(message.end_device_ids?.dev_eui ?? '', /^[0-9A-F]{16}$/);
    assert.match(message.correlation_ids?.[0] ?? '', /^gs:uplink:01[0-9A-HJKMNP-TV-Z]{24}$/);
    assert.match(message.received_at ?? '', NANOSECONDS);
    assert.match(uplink.received_at ?? '', /^2026-04-16T11:54:13\.787\d*Z$/);
    assert.equal(uplink.session_key_id, 'AXPoziFRvbcEguvZQoCCZw==');
    assert.equal(uplink.f_port, 1);
    assert.equal(uplink.f_cnt, 14);
    assert.equal(uplink.frm_payload, 'A2cBEAVnAP8=');
    assert.deepEqual(uplink.decoded_payload, { temperature_3: 27.2, temperature_5: 25.5 });
    assert.equal(uplink.confirmed, true);
    assert.equal(uplink.consumed_airtime, '0.056576s');
    assert.deepEqual(gateway, {
      gateway_ids: { gateway_id: 'harbour-mast', eui: GATEWAYS[1].eui },
      timestamp: uplink.settings?.timestamp,
      channel_index: 6,
      time: gateway?.time,
      rssi: -31,
      channel_rssi: -31,
      snr: 9.5,
      location: { latitude: 52.379, longitude: 4.914, altitude: 18, source: 'SOURCE_REGISTRY' },
      uplink_token: gateway?.uplink_token,
      received_at: gateway?.received_at,
    });
    assert.match(gateway?.time ?? '', NANOSECONDS);
    assert.match(gateway?.received_at ?? '', NANOSECONDS);
    assert.deepEqual(uplink.settings?.data_rate, {
      lora: { bandwidth: 125000, spreading_factor: 7, coding_rate: '4/5' },
    });
    assert.equal(uplink.settings?.frequency, '867700000');
    assert.deepEqual(uplink.locations, {
      user: { latitude: 52.37, longitude: 4.89, source: 'SOURCE_REGISTRY' },
    });
    assert.equal(uplink.version_ids?.band_id, 'EU_863_870');
    assert.equal(uplink.network_ids?.tenant_id, 'ttn');
    assert.equal(uplink.last_battery_percentage?.value, 90.118576);
    assert.match(uplink.last_battery_percentage?.received_at ?? '', NANOSECONDS);
  });

  it('leaves out every zero, as protobuf does', () => {
    const message = received(
      uplinkMessage(DEMO_APPLICATION, {
        deviceId: 'dev1',
        sessionKeyId: '',
        fPort: 0,
        fCnt: 0,
        bytes: Buffer.alloc(0),
        confirmed: false,
        channel: 0,
        receptions: [{ gateway: GATEWAYS[0], rssi: 0, snr: 0 }],
      }),
    );
    const [gateway] = message.uplink_message!.rx_metadata!;
    for (const name of ['f_port', 'f_cnt', 'frm_payload', 'decoded_payload', 'confirmed', 'session_key_id']) {
      assert.ok(!(name in message.uplink_message!), name);
    }
    for (const name of ['rssi', 'channel_rssi', 'snr', 'channel_index']) assert.ok(!(name in gateway!), name);
    assert.ok(!('simulated' in message));
    assert.equal(message.uplink_message?.settings?.frequency, '868100000');
  });

  it('keeps the zeros of a decoded payload, and a message that is there but empty', () => {
    const zeros = { digital_in_1: 0, nested: { zero: 0, text: '', no: false, list: [] } };
    assert.deepEqual(
      omitZeros({ decoded_payload: zeros, ids: { id: '', list: [] }, count: 0, list: [{ rssi: 0, snr: 1 }] }),
      { decoded_payload: zeros, ids: {}, list: [{ snr: 1 }] },
    );
  });

  it('names the gateway of another network as Packet Broker does', () => {
    const message = received(
      uplinkMessage(DEMO_APPLICATION, {
        deviceId: 'dev1',
        receptions: [{ gateway: GATEWAYS[3], rssi: -113, snr: -5.5 }],
      }),
    );
    const [gateway] = message.uplink_message!.rx_metadata!;
    assert.deepEqual(gateway?.gateway_ids, { gateway_id: 'packetbroker' });
    assert.ok('packet_broker' in gateway);
    assert.equal(gateway.packet_broker?.forwarder_gateway_id, 'neighbour-city');
    assert.ok(!('timestamp' in gateway));
  });

  it('adds the place that it finds in the payload', () => {
    const message = uplinkMessage(DEMO_APPLICATION, {
      deviceId: 'dev1',
      bytes: hex('018806765ff2960a0003e8'),
    });
    assert.deepEqual(received(message.uplink_message!.locations), {
      'frm-payload': { latitude: 42.3519, longitude: -87.9094, altitude: 10, source: 'SOURCE_GPS' },
    });
  });

  it('sends a join', () => {
    const message = received(
      joinMessage(DEMO_APPLICATION, { deviceId: 'dev1', devAddr: '260B0001', sessionKeyId: 'AAEC' }),
    );
    assert.equal(message.end_device_ids?.dev_addr, '260B0001');
    assert.deepEqual(message.join_accept, {
      session_key_id: 'AAEC',
      received_at: message.join_accept?.received_at,
    });
  });

  it('writes 0, 3, 6 or 9 digits of a second', () => {
    assert.deepEqual([2, 0.1, 0.061696, 1.0000001].map(duration), [
      '2s',
      '0.100s',
      '0.061696s',
      '1.000000100s',
    ]);
  });

  it('makes keys of the right form', () => {
    assert.match(fakeApiKey('any'), /^NNSXS\.[A-Z0-9]{39}\.[A-Z0-9]{52}$/);
  });
});

describe('airtime', () => {
  it('equals what The Things Stack and published calculators give', () => {
    const milliseconds = (length: number, spreadingFactor: number, bandwidth?: number) =>
      Number((airtime(length, spreadingFactor, bandwidth) * 1000).toFixed(3));
    assert.equal(milliseconds(21, 7), 56.576);
    assert.equal(milliseconds(23, 7), 61.696);
    assert.equal(milliseconds(13, 7), 46.336);
    assert.equal(milliseconds(13, 12), 1155.072);
    assert.equal(milliseconds(23, 12), 1482.752);
    assert.equal(milliseconds(23, 7, 250_000), 30.848);
  });
});

describe("The Things Stack's CayenneLPP formatter", () => {
  it('names values by type and channel', () => {
    assert.deepEqual(decodeCayenneLpp(hex('018806765ff2960a0003e8')), {
      gps_1: { latitude: 42.3519, longitude: -87.9094, altitude: 10 },
    });
    assert.deepEqual(decodeCayenneLpp(hex('000001020101026500640366010468a005732789')), {
      digital_in_0: 1,
      digital_out_2: 1,
      luminosity_2: 100,
      presence_3: 1,
      relative_humidity_4: 80,
      barometric_pressure_5: 1012.1,
    });
  });

  it('keeps the last of two values with the same name', () => {
    assert.deepEqual(decodeCayenneLpp(hex('156601156600')), { presence_21: 0 });
  });

  it('takes padding of three zeros for a digital input, and gives an empty object for no bytes', () => {
    assert.deepEqual(decodeCayenneLpp(hex('03670110000000')), { temperature_3: 27.2, digital_in_0: 0 });
    assert.deepEqual(decodeCayenneLpp(hex('')), {});
  });

  it('gives nothing at all when one type is unknown or the frame is cut', () => {
    assert.equal(decodeCayenneLpp(hex('03670110017459c0')), undefined);
    assert.equal(decodeCayenneLpp(hex('036701100567')), undefined);
  });
});
