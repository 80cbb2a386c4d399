import assert from 'node:assert/strict';
import { readUplink, receiveUplink } from '../../../lib/ttn/message';
import { COMPLETE, V2_UPLINK } from './messages';

const payload = (message: unknown) => Buffer.from(JSON.stringify(message));

describe('readUplink', () => {
  it('gives the uplink and the untouched message', () => {
    const topic = 'v3/my-app@ttn/devices/office-1/up';
    const { uplink, ...received } = readUplink(topic, payload(COMPLETE));
    assert.equal(uplink.deviceId, 'office-1');
    assert.deepEqual(received, { topic, message: COMPLETE });
  });

  it('makes the topic of a message that came without one', () => {
    assert.equal(readUplink('', payload(COMPLETE)).topic, 'v3/my-app@ttn/devices/office-1/up');
    assert.equal(readUplink('', payload(V2_UPLINK)).topic, 'my-app/devices/my_device/up');
    const stored = receiveUplink(COMPLETE, { recovered: true });
    assert.equal(stored.topic, 'v3/my-app@ttn/devices/office-1/up');
    assert.equal(stored.uplink.recovered, true);
  });

  it('gives an event of v2 without a body an empty message', () => {
    const { uplink, message } = readUplink('my-app/devices/my_device/events/down/acks', payload(null));
    assert.equal(uplink.kind, 'ack');
    assert.deepEqual(message, {});
  });

  it('names the topic of what it cannot read, and why', () => {
    assert.throws(() => readUplink('v3/a/devices/b/up', Buffer.from('<html>')), {
      code: 'not_json',
      message: /on v3\/a\/devices\/b\/up is not JSON/,
    });
    assert.throws(() => readUplink('a/b', payload(7)), {
      code: 'not_an_uplink',
      message: 'The message on a/b is no uplink: it is a number, not an object.',
    });
    assert.throws(() => readUplink('', payload({})), {
      message: /^The message is no uplink: it has neither/,
    });
  });
});
