import assert from 'node:assert/strict';
import { explainNoUplink, parseUplink } from '../../../lib/ttn';

const COMPLETE = {
  end_device_ids: {
    device_id: 'office-1',
    application_ids: { application_id: 'my-app' },
    dev_eui: '70B3D5FFFE000001',
    join_eui: '0000000000000000',
    dev_addr: '260B0001',
  },
  correlation_ids: ['gs:uplink:01HERTJC5PZZ2EEDJ9TXJ78WK7'],
  received_at: '2026-04-16T11:54:13.995136483Z',
  uplink_message: {
    session_key_id: 'AXPoziFRvbcEguvZQoCCZw==',
    f_port: 1,
    f_cnt: 14,
    frm_payload: 'A2cBEAVnAP8=',
    decoded_payload: { temperature_3: 27.2 },
    decoded_payload_warnings: ['old firmware'],
    normalized_payload: [{ air: { temperature: 27.2 } }],
    rx_metadata: [
      { gateway_ids: { gateway_id: 'far', eui: '58A0CBFFFE000002' }, rssi: -110, snr: -7, channel_index: 3 },
      {
        gateway_ids: { gateway_id: 'near', eui: '58A0CBFFFE000001' },
        time: '2026-04-16T11:54:13.697237014Z',
        rssi: -31,
        snr: 9.5,
        location: { latitude: 51.5, longitude: -0.1, altitude: 12, source: 'SOURCE_REGISTRY' },
      },
    ],
    settings: {
      data_rate: { lora: { bandwidth: 125000, spreading_factor: 7, coding_rate: '4/5' } },
      frequency: '867700000',
    },
    received_at: '2026-04-16T11:54:13.787593298Z',
    confirmed: true,
    consumed_airtime: '0.061696s',
    locations: { user: { latitude: 51.5, longitude: -0.1 } },
    network_ids: { net_id: '000013', tenant_id: 'ttn', cluster_id: 'eu1' },
    last_battery_percentage: { f_cnt: 3, value: 90.118576, received_at: '2026-04-16T00:00:00Z' },
  },
};

/** A copy of the complete message with other fields in its uplink. */
function withUplink(fields: object, envelope: object = {}) {
  return { ...COMPLETE, ...envelope, uplink_message: { ...COMPLETE.uplink_message, ...fields } };
}

function parsed(message: unknown, options?: Parameters<typeof parseUplink>[1]) {
  const uplink = parseUplink(message, options);
  assert.ok(uplink);
  return uplink;
}

describe('parseUplink', () => {
  it('reads every field of the contract', () => {
    const { key, ...uplink } = parsed(COMPLETE);
    assert.match(key, /^[\w-]{22}$/);
    assert.deepEqual(uplink, {
      kind: 'up',
      applicationId: 'my-app',
      tenantId: 'ttn',
      deviceId: 'office-1',
      devEui: '70B3D5FFFE000001',
      joinEui: '0000000000000000',
      devAddr: '260B0001',
      fPort: 1,
      fCnt: 14,
      confirmed: true,
      simulated: false,
      receivedAt: '2026-04-16T11:54:13.787593298Z',
      bytes: Buffer.from('03670110056700ff', 'hex'),
      decoded: { temperature_3: 27.2 },
      decodedWarnings: ['old firmware'],
      normalized: [{ air: { temperature: 27.2 } }],
      gateways: [
        {
          id: 'near',
          eui: '58A0CBFFFE000001',
          rssi: -31,
          snr: 9.5,
          channel: 0,
          antenna: 0,
          time: '2026-04-16T11:54:13.697237014Z',
          location: { latitude: 51.5, longitude: -0.1, altitude: 12, source: 'SOURCE_REGISTRY' },
        },
        { id: 'far', eui: '58A0CBFFFE000002', rssi: -110, snr: -7, channel: 3, antenna: 0 },
      ],
      rssi: -31,
      snr: 9.5,
      dataRate: { modulation: 'lora', spreadingFactor: 7, bandwidth: 125000, codingRate: '4/5' },
      frequency: 867700000,
      airtime: 0.061696,
      locations: { user: { latitude: 51.5, longitude: -0.1 } },
      battery: 90.118576,
      sessionKeyId: 'AXPoziFRvbcEguvZQoCCZw==',
      correlationIds: ['gs:uplink:01HERTJC5PZZ2EEDJ9TXJ78WK7'],
      recovered: false,
    });
  });

  it('restores the zeros that protobuf left out, and leaves absent what is unknown', () => {
    const uplink = parsed({
      end_device_ids: { device_id: 'office-1', application_ids: { application_id: 'my-app' } },
      uplink_message: { rx_metadata: [{ gateway_ids: { gateway_id: 'g' } }] },
    });
    assert.equal(uplink.fPort, 0);
    assert.equal(uplink.fCnt, 0);
    assert.equal(uplink.confirmed, false);
    assert.deepEqual(uplink.bytes, Buffer.alloc(0));
    assert.equal(uplink.rssi, 0);
    for (const name of [
      'decoded',
      'battery',
      'frequency',
      'airtime',
      'dataRate',
      'devEui',
      'receivedAt',
      'tenantId',
    ]) {
      assert.ok(!(name in uplink), name);
    }
  });

  it('has neither rssi nor snr for a simulated uplink, which no gateway heard', () => {
    const uplink = parsed(withUplink({ rx_metadata: undefined }, { simulated: true }));
    assert.equal(uplink.simulated, true);
    assert.deepEqual(uplink.gateways, []);
    assert.ok(!('rssi' in uplink) && !('snr' in uplink));
  });

  it('keeps an empty decoded object and 0 % of battery', () => {
    const uplink = parsed(withUplink({ decoded_payload: {}, last_battery_percentage: { f_cnt: 2 } }));
    assert.deepEqual(uplink.decoded, {});
    assert.equal(uplink.battery, 0);
  });

  it('reads the coding rate at its old place, FSK and LR-FHSS', () => {
    const rate = (settings: object) => parsed(withUplink({ settings })).dataRate;
    assert.deepEqual(
      rate({
        data_rate: { lora: { bandwidth: 125000, spreading_factor: 12 } },
        coding_rate: '4/5',
        data_rate_index: 0,
      }),
      { modulation: 'lora', spreadingFactor: 12, bandwidth: 125000, codingRate: '4/5' },
    );
    assert.deepEqual(rate({ data_rate: { fsk: { bit_rate: 50000 } } }), {
      modulation: 'fsk',
      bitRate: 50000,
    });
    assert.deepEqual(
      rate({ data_rate: { lrfhss: { operating_channel_width: 137000, coding_rate: '1/3' } } }),
      {
        modulation: 'lrfhss',
        modulationType: 0,
        operatingChannelWidth: 137000,
        codingRate: '1/3',
      },
    );
  });

  it('names the forwarding gateway behind Packet Broker, and keeps both antennas of one gateway', () => {
    const { gateways } = parsed(
      withUplink({
        rx_metadata: [
          {
            gateway_ids: { gateway_id: 'packetbroker' },
            packet_broker: { forwarder_gateway_id: 'foreign', forwarder_net_id: '000013' },
            rssi: -90,
            snr: 5,
          },
          { gateway_ids: { gateway_id: 'g' }, rssi: -80, snr: 5 },
          { gateway_ids: { gateway_id: 'g' }, rssi: -85, snr: 5, antenna_index: 1 },
        ],
      }),
    );
    assert.deepEqual(
      gateways.map(({ id, antenna }) => [id, antenna]),
      [
        ['g', 0],
        ['g', 1],
        ['foreign', 0],
      ],
    );
  });

  it('takes the tenant from the topic where the message has none', () => {
    const message = withUplink({ network_ids: undefined });
    assert.equal(parsed(message, { topic: 'v3/my-app@acme/devices/office-1/up' }).tenantId, 'acme');
    assert.ok(!('tenantId' in parsed(message, { topic: 'v3/my-app/devices/office-1/up' })));
  });

  describe('key', () => {
    const key = (message: unknown) => parsed(message).key;

    it('is the same by whichever way the uplink came', () => {
      assert.equal(
        key(COMPLETE),
        key({ ...COMPLETE, received_at: '2026-04-16T12:30:00Z', correlation_ids: undefined }),
      );
      assert.equal(
        key(COMPLETE),
        key(withUplink({ received_at: '2026-04-16T11:54:13.787Z', rx_metadata: [] })),
      );
    });

    it('differs for another device, session, frame counter or time of reception', () => {
      const keys = [
        COMPLETE,
        withUplink({ f_cnt: 15 }),
        withUplink({ f_cnt: undefined }),
        withUplink({ session_key_id: 'B' }),
        withUplink({ received_at: '2026-04-16T11:54:13.788593298Z' }),
        { ...COMPLETE, end_device_ids: { ...COMPLETE.end_device_ids, device_id: 'office-2' } },
      ].map(key);
      assert.equal(new Set(keys).size, keys.length);
    });

    it('tells uplinks without a network time apart by the server time and the bytes', () => {
      const old = (fields: object, envelope = {}) =>
        key(withUplink({ received_at: '0001-01-01T00:00:00Z', ...fields }, envelope));
      const keys = [old({}), old({ frm_payload: 'AA==' }), old({}, { received_at: '2026-04-16T11:54:14Z' })];
      assert.equal(new Set(keys).size, 3);
    });
  });

  it('gives undefined for what is no uplink, and says why', () => {
    const cases: [unknown, RegExp][] = [
      [null, /null/],
      ['text', /a string, not an object/],
      [[COMPLETE], /a list/],
      [{ app_id: 'a', dev_id: 'b' }, /no "end_device_ids"/],
      [{ end_device_ids: {} }, /device_id/],
      [{ end_device_ids: { device_id: 'x' } }, /application_id/],
      [{ ...COMPLETE, uplink_message: undefined, join_accept: {} }, /it is a "join_accept"/],
      [{ end_device_ids: COMPLETE.end_device_ids }, /no "uplink_message"/],
    ];
    for (const [message, reason] of cases) {
      assert.equal(parseUplink(message), undefined);
      assert.match(explainNoUplink(message), reason);
    }
  });

  it('never throws on fields of wrong types', () => {
    const wrong = [null, 0, 'x', [], {}, true, [null], [1]];
    for (const name of [...Object.keys(COMPLETE.uplink_message), 'settings', 'locations']) {
      for (const value of wrong) assert.doesNotThrow(() => parseUplink(withUplink({ [name]: value })));
    }
  });
});
