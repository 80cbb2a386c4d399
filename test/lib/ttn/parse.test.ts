import assert from 'node:assert/strict';
import { explainNoUplink, parseUplink, type Uplink } from '../../../lib/ttn';
import { KINDS } from '../../../lib/ttn/kinds';
import { COMPLETE, eventMessage, EVENTS, withUplink } from './messages';

function parsed(message: unknown, options?: Parameters<typeof parseUplink>[1]) {
  const uplink = parseUplink(message, options);
  assert.ok(uplink, explainNoUplink(message, options));
  return uplink;
}

/** Checks the fields named; `undefined` means that the field must not be there. */
function has(uplink: Uplink, fields: Partial<Uplink>) {
  for (const [name, value] of Object.entries(fields)) {
    assert.deepEqual(uplink[name as keyof Uplink], value, name);
    assert.equal(name in uplink, value !== undefined, name);
  }
}

describe('parseUplink of v3', () => {
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
    has(uplink, {
      fPort: 0,
      fCnt: 0,
      confirmed: false,
      bytes: Buffer.alloc(0),
      gateways: [{ id: 'g', rssi: 0, snr: 0, channel: 0, antenna: 0 }],
      rssi: 0,
      decoded: undefined,
      battery: undefined,
      frequency: undefined,
      airtime: undefined,
      dataRate: undefined,
      devEui: undefined,
      receivedAt: undefined,
      tenantId: undefined,
      event: undefined,
    });
  });

  it('has neither rssi nor snr for a simulated uplink, which no gateway heard', () => {
    has(parsed(withUplink({ rx_metadata: undefined }, { simulated: true })), {
      simulated: true,
      gateways: [],
      rssi: undefined,
      snr: undefined,
    });
  });

  it('keeps an empty decoded object with its warning', () => {
    has(parsed(withUplink({ decoded_payload: {}, decoded_payload_warnings: ['Unsupported fPort'] })), {
      decoded: {},
      decodedWarnings: ['Unsupported fPort'],
    });
  });

  it('takes no battery report for 0 %: TTN sends a zero where it was measured', () => {
    const battery = (last_battery_percentage: object) =>
      parsed(withUplink({ last_battery_percentage })).battery;
    assert.equal(battery({ f_cnt: 2, value: 0 }), 0);
    assert.equal(battery({ f_cnt: 2 }), undefined);
  });

  it('takes the year 1 for no time, and the time of the Application Server where it is the only one', () => {
    const unset = '0001-01-01T00:00:00Z';
    has(parsed(withUplink({ received_at: unset })), { receivedAt: COMPLETE.received_at });
    has(parsed(withUplink({ received_at: unset }, { received_at: unset })), { receivedAt: undefined });
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
      { modulation: 'lrfhss', modulationType: 0, operatingChannelWidth: 137000, codingRate: '1/3' },
    );
    assert.equal(rate({ data_rate: {} }), undefined);
  });

  it('names the forwarding gateway behind Packet Broker, and keeps both antennas of one gateway', () => {
    const broker = { gateway_ids: { gateway_id: 'packetbroker' }, rssi: -90 };
    const { gateways } = parsed(
      withUplink({
        rx_metadata: [
          {
            ...broker,
            packet_broker: { forwarder_gateway_id: 'foreign', forwarder_net_id: '000013' },
            snr: 5,
          },
          { ...broker, packet_broker: { forwarder_gateway_eui: '58A0CBFFFE000009' }, snr: 4 },
          { ...broker, packet_broker: {}, snr: 3 },
          { gateway_ids: { gateway_id: 'g' }, rssi: -80, snr: 5 },
          { gateway_ids: { gateway_id: 'g' }, rssi: -85, snr: 5, antenna_index: 1 },
        ],
      }),
    );
    assert.deepEqual(
      gateways.map(({ id, eui, antenna, channel }) => [id, eui, antenna, channel]),
      [
        ['g', undefined, 0, 0],
        ['g', undefined, 1, 0],
        ['foreign', undefined, 0, undefined],
        ['58A0CBFFFE000009', '58A0CBFFFE000009', 0, undefined],
        ['packetbroker', undefined, 0, undefined],
      ],
    );
  });

  it('makes up no signal of a gateway whose network keeps it back, and puts it last', () => {
    const silent = {
      gateway_ids: { gateway_id: 'packetbroker' },
      packet_broker: { forwarder_gateway_id: 'foreign' },
    };
    const own = { gateway_ids: { gateway_id: 'own' }, rssi: -105, snr: -6 };
    const uplink = parsed(withUplink({ rx_metadata: [silent, own] }));
    assert.deepEqual(uplink.gateways[1], { id: 'foreign', antenna: 0 });
    assert.deepEqual([uplink.rssi, uplink.snr], [-105, -6]);
  });

  it('names the relay that heard the device, and makes up no channel for it', () => {
    const relay = {
      gateway_ids: { gateway_id: 'relay' },
      relay: { device_id: 'relay-cellar' },
      rssi: -64,
      snr: 7,
    };
    assert.deepEqual(parsed(withUplink({ rx_metadata: [relay] })).gateways, [
      { id: 'relay-cellar', rssi: -64, snr: 7, antenna: 0 },
    ]);
  });

  it('makes up no SNR where gateways measure none', () => {
    const heard = (data_rate: object, snr?: number) => {
      const rx_metadata = [{ gateway_ids: { gateway_id: 'g' }, rssi: -60, snr }];
      return parsed(withUplink({ rx_metadata, settings: { data_rate } }));
    };
    const fsk = heard({ fsk: { bit_rate: 50000 } });
    assert.deepEqual([fsk.rssi, 'snr' in fsk, 'snr' in fsk.gateways[0]!], [-60, false, false]);
    assert.equal(heard({ lrfhss: { operating_channel_width: 137000 } }, 3).snr, 3);
    assert.equal(heard({ lora: { bandwidth: 125000, spreading_factor: 12 } }).snr, 0);
  });

  it('restores a coordinate on the equator or the meridian, and gives no position without any', () => {
    const place = (user: object) => parsed(withUplink({ locations: { user } })).locations;
    assert.deepEqual(place({ longitude: 9.4 }), { user: { latitude: 0, longitude: 9.4 } });
    assert.equal(place({ altitude: 5, source: 'SOURCE_REGISTRY' }), undefined);
    assert.equal(place({ latitude: 'NaN', longitude: 9.4 }), undefined);
  });

  it('marks bytes that are still encrypted, and gives no key away', () => {
    const uplink = parsed(withUplink({ app_s_key: { key: 'c2VjcmV0' }, last_a_f_cnt_down: 3 }));
    assert.equal(uplink.encrypted, true);
    assert.ok(!JSON.stringify(uplink).includes('c2VjcmV0'));
  });

  it('takes no number for another one: what cannot be read is absent', () => {
    has(
      parsed(
        withUplink({ f_port: '7', f_cnt: 'NaN', consumed_airtime: '5', settings: { frequency: '1e9' } }),
      ),
      {
        fPort: undefined,
        fCnt: undefined,
        airtime: undefined,
        frequency: undefined,
      },
    );
    has(parsed(withUplink({ settings: { frequency: '9007199254740993' } })), { frequency: undefined });
    assert.equal(parseUplink(withUplink({ frm_payload: 'A2cB*EA=' })), undefined);
    assert.match(explainNoUplink(withUplink({ frm_payload: 12 })), /"frm_payload" is not base64/);
  });

  it('takes the tenant from the topic where the message has none', () => {
    const message = withUplink({ network_ids: undefined });
    const tenant = (topic: string) => parsed(message, { topic }).tenantId;
    assert.equal(tenant('v3/my-app@acme/devices/office-1/up'), 'acme');
    assert.equal(tenant('bridge/v3/my-app@acme/devices/office-1/up'), 'acme');
    assert.equal(tenant('v3/my-app/devices/office-1/up'), undefined);
  });

  it('takes the application from the topic where the Storage Integration leaves it out', () => {
    const message = { ...COMPLETE, end_device_ids: { device_id: 'office-1', application_ids: {} } };
    assert.equal(parsed(message, { topic: 'v3/my-app@ttn/devices/office-1/up' }).key, parsed(COMPLETE).key);
    assert.match(explainNoUplink(message), /application_id/);
  });

  it('reads a line of the Storage Integration and an event of the Console like the message in it', () => {
    const event = {
      name: 'as.up.data.forward',
      time: '2026-04-16T11:54:13.999Z',
      identifiers: [{ device_ids: COMPLETE.end_device_ids }],
      data: { '@type': 'type.googleapis.com/ttn.lorawan.v3.ApplicationUp', ...COMPLETE },
      unique_id: '01HERTJC5PZZ2EEDJ9TXJ78WK9',
    };
    assert.deepEqual(parsed(event), parsed(COMPLETE));
    assert.deepEqual(parsed({ result: COMPLETE }, { recovered: true }), {
      ...parsed(COMPLETE),
      recovered: true,
    });
  });

  describe('of the other kinds', () => {
    const common = {
      applicationId: 'my-app',
      deviceId: 'office-1',
      devEui: '70B3D5FFFE000001',
      simulated: false,
    };

    for (const [kind, { field }] of Object.entries(KINDS)) {
      if (field === undefined || kind === 'up') continue;
      it(`reads ${field} as ${kind}`, () => {
        const uplink = parsed(eventMessage(field as keyof typeof EVENTS));
        has(uplink, { ...common, kind: kind as Uplink['kind'] });
        if (kind === 'normalized') return;
        const { app_s_key: _, ...event } = EVENTS[field as keyof typeof EVENTS] as Record<string, unknown>;
        has(uplink, { event, gateways: [] });
      });
    }

    it('reads a normalized measurement like an uplink', () => {
      has(parsed(eventMessage('uplink_normalized')), {
        fPort: 1,
        fCnt: 14,
        normalized: [{ air: { temperature: 27.2 } }],
        decoded: undefined,
        event: undefined,
        rssi: -31,
        receivedAt: COMPLETE.uplink_message.received_at,
      });
    });

    it('gives a join the time of the Network Server, and its session, but not its key', () => {
      const join = parsed(eventMessage('join_accept'));
      has(join, {
        receivedAt: '2026-04-16T11:54:12.187593298Z',
        sessionKeyId: 'AXPoziFRvbcEguvZQoCCZw==',
        fPort: undefined,
        fCnt: undefined,
        encrypted: undefined,
      });
      assert.ok(!JSON.stringify(join).includes('AAAAAAAAAAAAAAAAAAAAAA'));
    });

    it('gives a downlink event the FPort, frame counter and bytes of its downlink', () => {
      const frame = { fPort: 15, fCnt: 7, bytes: Buffer.from('hi'), confirmed: true };
      has(parsed(eventMessage('downlink_nack')), frame);
      has(parsed(eventMessage('downlink_failed')), frame);
      has(parsed(eventMessage('downlink_queued')), { ...frame, fCnt: 0 });
      has(parsed(eventMessage('downlink_queue_invalidated')), {
        fPort: undefined,
        fCnt: undefined,
        sessionKeyId: 'AXPoziFRvbc=',
      });
    });
  });

  it('gives undefined for what is no message of TTN, and says why', () => {
    const cases: [unknown, RegExp][] = [
      [null, /null/],
      ['text', /a string, not an object/],
      [[COMPLETE], /a list/],
      [{ deviceInfo: {} }, /neither "end_device_ids".* nor "app_id"/],
      [{ end_device_ids: {} }, /device_id/],
      [{ end_device_ids: { device_id: 'x' } }, /application_id/],
      [
        { end_device_ids: COMPLETE.end_device_ids },
        /none of "uplink_message", "uplink_normalized", "join_accept"/,
      ],
      [{ error: { code: 8, message: 'rate limit exceeded' } }, /error that TTN reports: rate limit exceeded/],
      [{ name: 'ns.up.data.process', data: {} }, /Console's event "ns.up.data.process".*as.up.data.forward/],
    ];
    for (const [message, reason] of cases) {
      assert.equal(parseUplink(message), undefined);
      assert.match(explainNoUplink(message), reason);
    }
    assert.equal(explainNoUplink(COMPLETE), 'it can be read');
  });
});
