import assert from 'node:assert/strict';
import { uplinkFilter, type FilterConfig } from '../../../lib/ttn/filter';
import type { Uplink } from '../../../lib/ttn';

const passes = (config: FilterConfig, uplink: Partial<Uplink>) =>
  uplinkFilter(config)({ deviceId: 'office-1', devEui: '70B3D5FFFE000001', fPort: 1, ...uplink } as Uplink);

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
    assert.ok(!passes({ devices: 'lab-*' }, {}));
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

  it('refuses what it cannot read', () => {
    assert.throws(() => uplinkFilter({ devices: 'of*ce' }), { code: 'bad_filter', message: /of\*ce/ });
    for (const fPorts of ['0', '256', 'x', '20-10', '1.5']) {
      assert.throws(() => uplinkFilter({ fPorts }), { code: 'bad_filter', message: /FPort filter/ });
    }
  });
});
