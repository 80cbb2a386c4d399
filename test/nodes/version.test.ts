import assert from 'node:assert/strict';
import type { NodeInitializer } from 'node-red';
import lppDecode from '../../nodes/lpp-decode';
import microshareAccount from '../../nodes/microshare-account';
import microshareShare from '../../nodes/microshare-share';
import { VERSION } from '../../nodes/shared/version';
import ttnApplication from '../../nodes/ttn-application';
import ttnUplink from '../../nodes/ttn-uplink';
import { Flow } from './flow';

const TYPES: Record<string, NodeInitializer> = {
  'ttn-application': ttnApplication,
  'ttn-uplink': ttnUplink,
  'lpp-decode': lppDecode,
  'microshare-account': microshareAccount,
  'microshare-share': microshareShare,
};

describe('a flow that a newer version of the package has saved', () => {
  let flow: Flow;
  afterEach(() => flow.stop());

  const warningsOf = async (type: string, ...versions: (number | undefined)[]) => {
    const nodes = versions.map((version, index) => ({ id: `n${index}`, type, version, wires: [[], []] }));
    flow = await Flow.start([TYPES[type]!], nodes);
    // The helper counts those of all nodes together.
    return flow.warnings('n0').filter((text) => text.includes('newer version'));
  };

  Object.keys(TYPES).forEach((type, index) => {
    const newer = VERSION + 1 + index;

    it(`is told of once by ${type}`, async () => {
      const [warning = '', ...more] = await warningsOf(type, newer, newer);
      assert.match(warning, /newer version of this package.*: update it/);
      assert.deepEqual(more, []);
    });
  });

  it('is not taken for one of this version, or of none', async () => {
    assert.deepEqual(await warningsOf('lpp-decode', VERSION, undefined), []);
  });
});
