import assert from 'node:assert/strict';
import { parseUplink } from '../../../lib/ttn';
import { COMPLETE, eventMessage, EVENTS, withUplink } from './messages';

function key(message: unknown): string {
  const uplink = parseUplink(message);
  assert.ok(uplink);
  return uplink.key;
}

const allDiffer = (keys: string[]) => assert.equal(new Set(keys).size, keys.length);

describe('the key of an uplink', () => {
  it('never changes: stored keys must be found again', () => {
    assert.equal(key(COMPLETE), 'rPJZ30y5E_7vKqvaUq22e0');
    const timeless = { received_at: undefined };
    assert.equal(key(withUplink(timeless)), 'r_g4DG_KqaH8-K21EGfDNm');
    assert.equal(
      key(withUplink({ ...timeless, session_key_id: undefined }, timeless)),
      'd9ZNVUuAiy5qUZmin36LcS',
    );
    assert.equal(key(eventMessage('join_accept')), '_CzjNdJcfF9mgyVXwaUxo1');
    assert.equal(key(eventMessage('uplink_normalized')), 'QU8y2NR0NmNt6H_rwEkliU');
    assert.equal(key(eventMessage('downlink_failed')), 'dfPwj6SLBmsLtsrXLIYR0q');
  });

  it('is the same by MQTT, webhook and Storage Integration', () => {
    // Published answers of the Storage Integration lack these.
    const stored = withUplink(
      { session_key_id: undefined },
      { received_at: '2026-04-16T12:30:00Z', correlation_ids: undefined },
    );
    assert.equal(key({ result: stored }), key(COMPLETE));
    const cut = withUplink({
      received_at: '2026-04-16T11:54:13.787Z',
      rx_metadata: [],
      network_ids: undefined,
    });
    assert.equal(key(cut), key(COMPLETE));
  });

  it('differs for another device, frame counter or time of reception', () => {
    allDiffer(
      [
        COMPLETE,
        withUplink({ f_cnt: 15 }),
        withUplink({ f_cnt: undefined }),
        withUplink({ received_at: '2026-04-16T11:54:13.788593298Z' }),
        { ...COMPLETE, end_device_ids: { ...COMPLETE.end_device_ids, device_id: 'office-2' } },
      ].map(key),
    );
  });

  it('tells uplinks without a network time apart by the server time and the bytes', () => {
    const old = (fields: object, envelope = {}) =>
      key(withUplink({ received_at: '0001-01-01T00:00:00Z', ...fields }, envelope));
    allDiffer([
      old({}),
      old({ frm_payload: 'AA==' }),
      old({ session_key_id: 'B' }),
      old({}, { received_at: '2026-04-16T11:54:14Z' }),
    ]);
    assert.equal(old({}), old({}, { received_at: '2026-04-16T11:54:13.995Z' }));
  });

  it('differs for every kind', () => {
    allDiffer([
      key(COMPLETE),
      ...(Object.keys(EVENTS) as (keyof typeof EVENTS)[]).map((field) => key(eventMessage(field))),
    ]);
  });

  it('tells the measurements of one uplink apart, whatever the order of their fields', () => {
    const measured = (normalized_payload: object) =>
      key({
        ...COMPLETE,
        uplink_message: undefined,
        uplink_normalized: { ...EVENTS.uplink_normalized, normalized_payload },
      });
    assert.notEqual(measured({ soil: { depth: 1 } }), measured({ soil: { depth: 2 } }));
    assert.equal(measured({ air: { co2: 1, pressure: 2 } }), measured({ air: { pressure: 2, co2: 1 } }));
  });

  it('tells two events of one moment apart by what they say', () => {
    const data = (count: number) =>
      key({ ...eventMessage('service_data'), service_data: { service: 's', data: { count } } });
    assert.notEqual(data(1), data(2));
    assert.equal(data(1), data(1));
  });
});
