import assert from 'node:assert/strict';
import { parseUplink } from '../../../lib/ttn';
import { uplinkPayload, type PayloadChoice } from '../../../lib/ttn/payload';
import { COMPLETE, eventMessage, EVENTS, V2_ACTIVATION, withUplink } from './messages';

function payload(message: unknown, choice: PayloadChoice = 'bytes', topic?: string) {
  const uplink = parseUplink(message, { topic });
  assert.ok(uplink);
  return uplinkPayload(uplink, choice);
}

/** All that is in it, however deep. */
function wipe(value: object): void {
  for (const [name, inner] of Object.entries(value)) {
    if (typeof inner === 'object' && inner) wipe(inner as object);
    Object.assign(value, { [name]: 0 });
  }
}

describe('uplinkPayload', () => {
  it('gives of an uplink what the user chose', () => {
    assert.deepEqual(payload(COMPLETE), Buffer.from('03670110056700ff', 'hex'));
    assert.deepEqual(payload(COMPLETE, 'decoded'), { temperature_3: 27.2 });
    assert.deepEqual(payload(COMPLETE, 'normalized'), [{ air: { temperature: 27.2 } }]);
  });

  it('gives a copy that a flow may edit', () => {
    for (const [message, choice] of [
      [COMPLETE, 'bytes'],
      [COMPLETE, 'decoded'],
      [COMPLETE, 'normalized'],
      [eventMessage('uplink_normalized'), 'normalized'],
      [eventMessage('location_solved'), 'decoded'],
      [eventMessage('downlink_ack'), 'decoded'],
    ] as const) {
      const sent = structuredClone(message);
      const uplink = parseUplink(sent)!;
      const before = structuredClone(uplink);
      wipe(uplinkPayload(uplink, choice) as object);
      assert.deepEqual(structuredClone(uplink), before);
      assert.deepEqual(sent, message);
    }
  });

  it('says what an uplink lacks', () => {
    const bare = withUplink({ decoded_payload: undefined, normalized_payload: undefined });
    assert.throws(() => payload(bare, 'decoded'), {
      code: 'no_decoded_payload',
      message: /office-1 on FPort 1 /,
    });
    assert.throws(() => payload(bare, 'normalized'), { code: 'no_normalized_payload' });
    assert.throws(() => payload(withUplink({ app_s_key: { key: 'AA==' } })), { code: 'encrypted_payload' });
  });

  it('gives of the other kinds what they are about, whatever the choice', () => {
    assert.deepEqual(payload(eventMessage('uplink_normalized')), [{ air: { temperature: 27.2 } }]);
    assert.deepEqual(payload(eventMessage('location_solved')), {
      latitude: 0,
      longitude: -0.1,
      accuracy: 20,
      source: 'SOURCE_GPS',
    });
    assert.deepEqual(payload(eventMessage('downlink_ack'), 'decoded'), EVENTS.downlink_ack);
    assert.deepEqual(payload(eventMessage('service_data')), EVENTS.service_data);
    assert.deepEqual(payload(V2_ACTIVATION, 'bytes', 'a/devices/b/events/activations'), V2_ACTIVATION);
  });

  it('makes up no position', () => {
    const message = { ...eventMessage('location_solved'), location_solved: { service: 'x', location: {} } };
    assert.throws(() => payload(message), { code: 'no_position' });
  });
});
