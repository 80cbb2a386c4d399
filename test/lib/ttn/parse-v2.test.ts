import assert from 'node:assert/strict';
import { explainNoUplink, parseUplink } from '../../../lib/ttn';
import { V2_ACTIVATION, V2_UPLINK } from './messages';

const withMetadata = (fields: object) => ({ ...V2_UPLINK, metadata: { ...V2_UPLINK.metadata, ...fields } });

describe('parseUplink of v2', () => {
  it('reads every field of the contract that v2 has, and leaves the key in downlink_url where it is', () => {
    const uplink = parseUplink(V2_UPLINK);
    assert.ok(uplink);
    const { key, ...fields } = uplink;
    assert.match(key, /^[\w-]{22}$/);
    assert.deepEqual(fields, {
      kind: 'up',
      applicationId: 'my-app',
      deviceId: 'my_device',
      devEui: '70B3D5FFFE000002',
      fPort: 1,
      fCnt: 0,
      confirmed: false,
      simulated: false,
      receivedAt: '2019-03-05T10:11:12.12345678Z',
      bytes: Buffer.from('03670110', 'hex'),
      decoded: { temperature_3: 27.2 },
      gateways: [
        {
          id: 'eui-58a0cbfffe000001',
          eui: '58A0CBFFFE000001',
          rssi: 0,
          snr: 9.25,
          channel: 0,
          antenna: 1,
          time: '2019-03-05T10:11:12.1Z',
          location: { latitude: 52.3, longitude: 4.8, altitude: 7, source: 'registry' },
        },
        { id: 'far', rssi: -120, snr: -3, channel: 2, antenna: 0 },
      ],
      rssi: 0,
      snr: 9.25,
      dataRate: { modulation: 'lora', spreadingFactor: 7, bandwidth: 125000, codingRate: '4/5' },
      frequency: 868100000,
      airtime: 0.046336,
      locations: { user: { latitude: 52.37, longitude: 4.88, source: 'registry' } },
      recovered: false,
    });
    assert.ok(!JSON.stringify(uplink).includes('secret'));
  });

  it('reads FSK', () => {
    const message = withMetadata({ modulation: 'FSK', data_rate: undefined, bit_rate: 50000 });
    assert.deepEqual(parseUplink(message)?.dataRate, { modulation: 'fsk', bitRate: 50000 });
  });

  it('marks a frame that the device sent again', () => {
    assert.equal(parseUplink({ ...V2_UPLINK, is_retry: true })?.retry, true);
  });

  it('reads an uplink without payload', () => {
    const uplink = parseUplink({ ...V2_UPLINK, port: 0, payload_raw: null, payload_fields: undefined });
    assert.equal(uplink?.fPort, 0);
    assert.deepEqual(uplink.bytes, Buffer.alloc(0));
    assert.ok(!('decoded' in uplink));
  });

  it('invents no FPort and no frame counter, which v2 sends also when they are 0', () => {
    const uplink = parseUplink({ ...V2_UPLINK, port: undefined, counter: undefined });
    assert.ok(uplink && !('fPort' in uplink) && !('fCnt' in uplink));
  });

  it('has a key without a session: the same for the same uplink, another for another', () => {
    const key = (message: object) => parseUplink(message)?.key;
    const { downlink_url: _, ...mqtt } = V2_UPLINK;
    assert.equal(key(mqtt), key(V2_UPLINK));
    assert.equal(key(withMetadata({ time: '2019-03-05T10:11:12.123Z' })), key(V2_UPLINK));
    assert.notEqual(key({ ...V2_UPLINK, counter: 1 }), key(V2_UPLINK));
    assert.notEqual(key(withMetadata({ time: '2019-03-06T10:11:12Z' })), key(V2_UPLINK));
    assert.notEqual(
      key(withMetadata({ time: '' })),
      key({ ...withMetadata({ time: '' }), payload_raw: 'A2cBEQ==' }),
    );
  });

  describe('events', () => {
    const event = (name: string, body: unknown) =>
      parseUplink(body, { topic: `my-app/devices/my_device/events/${name}` });

    it('reads an activation as a join', () => {
      const join = event('activations', V2_ACTIVATION);
      assert.ok(join);
      const { key, ...fields } = join;
      assert.match(key, /^[\w-]{22}$/);
      assert.deepEqual(fields, {
        kind: 'join',
        applicationId: 'my-app',
        deviceId: 'my_device',
        devEui: '70B3D5FFFE000002',
        joinEui: '70B3D57ED0000001',
        devAddr: '26011234',
        confirmed: false,
        simulated: false,
        receivedAt: '2019-03-05T10:11:12.5Z',
        bytes: Buffer.alloc(0),
        gateways: [],
        event: V2_ACTIVATION,
        recovered: false,
      });
    });

    it('reads downlink events, errors and changes of the registry; some have no body', () => {
      const sent = { payload: 'YA==', gateway_id: 'g', config: { counter: 123, frequency: 868300000 } };
      assert.equal(event('down/sent', sent)?.fCnt, 123);
      const kinds: [string, unknown, string][] = [
        ['down/scheduled', null, 'queued'],
        ['down/sent', sent, 'sent'],
        ['down/acks', null, 'ack'],
        ['down/errors', { error: 'no gateway' }, 'failed'],
        ['up/errors', { error: 'bad MIC' }, 'event'],
        ['activations/errors', { error: 'DevNonce already used' }, 'event'],
        ['create', null, 'event'],
        ['something-new', {}, 'event'],
      ];
      const keys = kinds.map(([name, body, kind]) => {
        const uplink = event(name, body);
        assert.equal(uplink?.kind, kind, name);
        assert.deepEqual(uplink.event, body ?? {});
        return uplink.key;
      });
      assert.equal(new Set(keys).size, keys.length);
    });
  });

  it('says what a message of v2 lacks', () => {
    assert.match(explainNoUplink({ app_id: 'my-app' }), /only one/);
    assert.match(explainNoUplink({ app_id: 'my-app', dev_id: 'd' }), /no uplink of v2/);
    assert.match(explainNoUplink({ ...V2_UPLINK, payload_raw: '%' }), /"payload_raw" is not base64/);
  });
});
