import assert from 'node:assert/strict';
import { findPayload, toBytes, toHex } from '../../../lib/lpp';
import { parseUplink } from '../../../lib/ttn';

const FRAME = '03670110056700ff';
const BASE64 = 'A2cBEAVnAP8=';

const THE_THINGS_STACK = {
  end_device_ids: { device_id: 'office-1', application_ids: { application_id: 'my-app' } },
  received_at: '2026-04-16T11:54:13.995136483Z',
  uplink_message: {
    f_port: 1,
    f_cnt: 14,
    frm_payload: BASE64,
    received_at: '2026-04-16T11:54:13.787593298Z',
  },
};
const TTN_V2 = {
  app_id: 'my-app',
  dev_id: 'office-1',
  hardware_serial: '70B3D5FFFE000001',
  port: 1,
  counter: 14,
  payload_raw: BASE64,
  metadata: { time: '2018-04-16T11:54:13.787593298Z' },
};
const CHIRPSTACK_V3 = {
  applicationID: '123',
  deviceName: 'office',
  devEUI: 'cLPV//4AAAE=',
  rxInfo: [{ gatewayID: 'AwMDAwMDAwM=', time: '2019-11-08T13:59:25.048445Z' }],
  fCnt: 14,
  fPort: 1,
  data: BASE64,
  publishedAt: '2019-11-08T13:59:25.1Z',
};
const CHIRPSTACK_V4 = {
  time: '2022-07-18T09:34:15.775023242+00:00',
  deviceInfo: { deviceName: 'office', devEui: '70b3d5fffe000001' },
  fCnt: 14,
  fPort: 1,
  data: BASE64,
};
const MICROSHARE = {
  temperature: [{ unit: '°C', value: 27.2 }],
  meta: {
    iot: {
      device_id: '70-B3-D5-FF-FE-00-00-01',
      time: '2023-10-02T13:28:32.556Z',
      fport: 1,
      payload: FRAME,
    },
  },
};

describe('findPayload', () => {
  const finds = (message: unknown, about: object) => {
    const { value, format, ...rest } = findPayload(message)!;
    assert.equal(toHex(toBytes(value, format)), FRAME);
    assert.deepEqual(rest, about);
  };

  it("in The Things Stack's uplink", () => {
    const about = { fPort: 1, receivedAt: '2026-04-16T11:54:13.787593298Z', deviceId: 'office-1' };
    finds(THE_THINGS_STACK, about);
    finds({ name: 'as.up.data.forward', data: { '@type': 'ApplicationUp', ...THE_THINGS_STACK } }, about);
    finds({ result: THE_THINGS_STACK }, about);
  });

  it("takes The Things Stack's left out fields for empty", () => {
    assert.deepEqual(findPayload({ uplink_message: {} }), { value: '', format: 'base64', fPort: 0 });
    const unset = { uplink_message: { received_at: '0001-01-01T00:00:00Z' }, received_at: 'now' };
    assert.deepEqual(findPayload(unset), { value: '', format: 'base64', fPort: 0 });
    const { received_at, ...early } = THE_THINGS_STACK.uplink_message;
    assert.equal(
      findPayload({ ...THE_THINGS_STACK, uplink_message: early })!.receivedAt,
      THE_THINGS_STACK.received_at,
    );
  });

  it('in an uplink of TTN v2', () => {
    finds(TTN_V2, { fPort: 1, receivedAt: '2018-04-16T11:54:13.787593298Z', deviceId: 'office-1' });
  });

  it('in an uplink of ChirpStack v3, in both of its JSON forms', () => {
    const about = { fPort: 1, deviceId: '70b3d5fffe000001' };
    finds(CHIRPSTACK_V3, { ...about, receivedAt: '2019-11-08T13:59:25.1Z' });
    const { publishedAt, ...older } = CHIRPSTACK_V3;
    finds({ ...older, devEUI: '70b3d5fffe000001' }, { ...about, receivedAt: '2019-11-08T13:59:25.048445Z' });
    finds({ ...older, devEUI: 'odd', rxInfo: [] }, { fPort: 1, deviceId: 'odd' });
  });

  it('in an uplink of ChirpStack v4', () => {
    finds(CHIRPSTACK_V4, {
      fPort: 1,
      receivedAt: '2022-07-18T09:34:15.775023242+00:00',
      deviceId: '70b3d5fffe000001',
    });
  });

  it("in Microshare's record, with or without its envelope", () => {
    const about = { fPort: 1, receivedAt: '2023-10-02T13:28:32.556Z', deviceId: '70-B3-D5-FF-FE-00-00-01' };
    finds(MICROSHARE, about);
    finds({ id: '5ed1', recType: 'my.rectype', data: MICROSHARE }, about);
    finds(
      { id: '5ed1', recType: 'my.packed', data: TTN_V2 },
      {
        fPort: 1,
        receivedAt: '2018-04-16T11:54:13.787593298Z',
        deviceId: 'office-1',
      },
    );
  });

  it('in msg.uplink, also after a trip through JSON', () => {
    const uplink = parseUplink(THE_THINGS_STACK);
    const about = { fPort: 1, receivedAt: '2026-04-16T11:54:13.787593298Z', deviceId: 'office-1' };
    finds(uplink, about);
    finds(JSON.parse(JSON.stringify(uplink)), about);
  });

  it('refuses a payload that is still encrypted', () => {
    const cure = 'Let the network server decrypt payloads, or decrypt it before this node.';
    const still = 'The payload of this message is still encrypted: it comes with';
    const stack = { uplink_message: { ...THE_THINGS_STACK.uplink_message, app_s_key: { key: 'SECRET' } } };
    assert.throws(() => findPayload(stack), {
      name: 'LppInputError',
      code: 'bad_input',
      message: `${still} "app_s_key". ${cure}`,
    });
    const chirpStack = { ...CHIRPSTACK_V4, joinServerContext: { sessionKeyId: '0102' } };
    assert.throws(() => findPayload(chirpStack), {
      code: 'bad_input',
      message: `${still} "joinServerContext". ${cure}`,
    });
    assert.ok(findPayload({ ...CHIRPSTACK_V4, joinServerContext: null }));
    assert.throws(() => findPayload(parseUplink({ ...THE_THINGS_STACK, ...stack })), {
      code: 'bad_input',
      message: `${still} "encrypted". ${cure}`,
    });
  });

  it('refuses msg.uplink of a downlink, whose bytes the device has not sent', () => {
    const { uplink_message, ...envelope } = THE_THINGS_STACK;
    const queued = parseUplink({ ...envelope, downlink_queued: { f_port: 1, frm_payload: BASE64 } });
    assert.throws(() => findPayload(queued), { code: 'bad_input', message: /of the kind "queued"/ });
    const normalized = parseUplink({ ...envelope, uplink_normalized: uplink_message });
    assert.ok(findPayload(normalized));
  });

  it('leaves alone what is no such message', () => {
    for (const value of [
      undefined,
      null,
      FRAME,
      7,
      [],
      {},
      Buffer.from(FRAME, 'hex'),
      { type: 'Buffer', data: [3] },
      { end_device_ids: { device_id: 'office-1' }, join_accept: {} },
      { deviceInfo: { devEui: '70b3d5fffe000001' }, devAddr: '01020304' },
      { data: FRAME },
      { key: 'k', bytes: 'x' },
      { meta: { iot: { payload: 7 } } },
      { uplink_message: [] },
    ]) {
      assert.equal(findPayload(value), undefined, JSON.stringify(value));
    }
  });
});
