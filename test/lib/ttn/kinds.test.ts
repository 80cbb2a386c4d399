import assert from 'node:assert/strict';
import { KIND_GROUPS, topicOf, topicsOf, v2TopicsOf } from '../../../lib/ttn/kinds';
import type { Uplink } from '../../../lib/ttn';

const ALL = [...KIND_GROUPS];

describe('topics of the kinds', () => {
  it('are those of The Things Stack, for whatever application and tenant', () => {
    assert.deepEqual(topicsOf(['up']), ['v3/+/devices/+/up']);
    assert.deepEqual(topicsOf(new Set(ALL)), [
      'v3/+/devices/+/up',
      'v3/+/devices/+/up/normalized',
      'v3/+/devices/+/join',
      'v3/+/devices/+/down/queued',
      'v3/+/devices/+/down/sent',
      'v3/+/devices/+/down/ack',
      'v3/+/devices/+/down/nack',
      'v3/+/devices/+/down/failed',
      'v3/+/devices/+/down/invalidated',
      'v3/+/devices/+/location/solved',
      'v3/+/devices/+/service/data',
    ]);
  });

  it('are those of v2', () => {
    assert.deepEqual(v2TopicsOf(['up', 'normalized', 'join'], 'my-app'), [
      'my-app/devices/+/up',
      'my-app/devices/+/events/activations',
    ]);
    assert.deepEqual(v2TopicsOf(['down'], 'my-app'), [
      'my-app/devices/+/events/down/scheduled',
      'my-app/devices/+/events/down/sent',
      'my-app/devices/+/events/down/acks',
      'my-app/devices/+/events/down/errors',
    ]);
  });

  it('are made for a message that came another way', () => {
    const uplink = { applicationId: 'my-app', deviceId: 'office-1', kind: 'join' } as Uplink;
    assert.equal(topicOf(uplink, 'v3'), 'v3/my-app/devices/office-1/join');
    assert.equal(topicOf({ ...uplink, tenantId: 'ttn' }, 'v3'), 'v3/my-app@ttn/devices/office-1/join');
    assert.equal(topicOf({ ...uplink, kind: 'up' }, 'v2'), 'my-app/devices/office-1/up');
  });
});
