import assert from 'node:assert/strict';
import { uplinkFilter, type FilterConfig } from '../../../lib/ttn/filter';
import type { Uplink } from '../../../lib/ttn';

const passes = (config: FilterConfig, uplink: Partial<Uplink>) =>
  uplinkFilter(config)({
    kind: 'up',
    deviceId: 'office-1',
    devEui: '70B3D5FFFE000001',
    fPort: 1,
    ...uplink,
  } as Uplink);

describe('uplinkFilter', () => {
  it('lets everything with an FPort through by default', () => {
    assert.ok(passes({}, {}));
    assert.ok(passes({ devices: ' ', fPorts: '' }, { fPort: 223 }));
    assert.ok(!passes({}, { fPort: 0 }));
    assert.ok(passes({ macOnly: true, fPorts: '7' }, { fPort: 0 }));
  });

  it('takes exact device ids, DevEUIs and prefixes', () => {
    assert.ok(passes({ devices: 'other, office-1' }, {}));
    assert.ok(!passes({ devices: 'office' }, {}));
    assert.ok(passes({ devices: 'office-*' }, {}));
    assert.ok(passes({ devices: '70b3d5fffe000001' }, {}));
    assert.ok(passes({ devices: '70B3D5*' }, {}));
    assert.ok(passes({ devices: '70-B3-D5-FF-FE-00-00-01' }, {}));
    assert.ok(passes({ devices: '70:b3:d5:ff:fe:00:00:01' }, {}));
    assert.ok(passes({ devices: '70-B3-D5-F*' }, {}));
    assert.ok(!passes({ devices: '70-B3-D5-FF-FE-00-00-02, 71-B3-D5*' }, {}));
    assert.ok(!passes({ devices: 'lab-*' }, {}));
  });

  it('takes what is too short for a DevEUI, or has its separators elsewhere, for a device id only', () => {
    for (const devices of ['7-*', '70*', '70b3d*', '70b-3d5*', '70b3d5f-f*']) {
      assert.ok(!passes({ devices }, {}), devices);
      assert.ok(passes({ devices }, { deviceId: devices.replace('*', '1') }), devices);
    }
  });

  it('takes FPorts and ranges', () => {
    for (const [fPort, expected] of [
      [1, true],
      [2, false],
      [10, true],
      [20, true],
      [21, false],
    ] as const) {
      assert.equal(passes({ fPorts: '1, 10-20' }, { fPort }), expected, String(fPort));
    }
  });

  it('takes uplinks without a known FPort only where every FPort will do', () => {
    assert.ok(passes({}, { fPort: undefined }));
    assert.ok(!passes({ fPorts: '1' }, { fPort: undefined }));
  });

  it('takes the chosen kinds, uplinks when none is', () => {
    assert.ok(passes({ kinds: [] }, {}));
    assert.ok(!passes({}, { kind: 'join' }));
    assert.ok(passes({ kinds: ['join', 'down'] }, { kind: 'join' }));
    assert.ok(passes({ kinds: ['join', 'down'] }, { kind: 'nack' }));
    assert.ok(!passes({ kinds: ['join', 'down'] }, {}));
    assert.ok(passes({ kinds: ['other'] }, { kind: 'event' }));
  });

  it('asks for the FPort of uplinks and their measurements, not of events', () => {
    const kinds = ['normalized', 'down', 'location'];
    assert.ok(!passes({ kinds, fPorts: '7' }, { kind: 'normalized' }));
    assert.ok(passes({ kinds, fPorts: '7' }, { kind: 'ack' }));
    assert.ok(passes({ kinds, fPorts: '7' }, { kind: 'sent', fPort: 0 }));
    assert.ok(passes({ kinds, fPorts: '7' }, { kind: 'location', fPort: undefined }));
    assert.ok(!passes({ kinds, devices: 'lab-*' }, { kind: 'location' }));
  });

  it('refuses what it cannot read', () => {
    assert.throws(() => uplinkFilter({ kinds: ['up', 'toString'] }), {
      code: 'bad_filter',
      message: /no kind of message "toString".*normalized/,
    });
    assert.throws(() => uplinkFilter({ devices: 'of*ce' }), { code: 'bad_filter', message: /of\*ce/ });
    for (const devices of ['bürö-1', 'office.1', 'a/b']) {
      assert.throws(() => uplinkFilter({ devices }), { code: 'bad_filter', message: /as the Console shows/ });
    }
    for (const fPorts of ['0', '256', 'x', '20-10', '1.5']) {
      assert.throws(() => uplinkFilter({ fPorts }), { code: 'bad_filter', message: /FPort filter/ });
    }
  });
});
