import assert from 'node:assert/strict';
import { fakeApiKey } from '../../../demo/things-stack/applications';
import { doubtAboutKey } from '../../../lib/ttn/api-key';

describe('doubtAboutKey', () => {
  it('has none about a key in the form of The Things Stack', () => {
    assert.equal(doubtAboutKey(fakeApiKey('any')), '');
  });

  it('says what looks wrong, and never shows the key', () => {
    const key = fakeApiKey('secret');
    const cases: [string, RegExp][] = [
      [key.slice(0, -1), /copied whole/],
      [`${key}X`, /copied whole/],
      [key.replaceAll('SECRET', 'SEC RET'), /blank inside/],
      [key.replace('NNSXS.', ''), /begin with NNSXS\.; this one does not/],
      ['ttn-account-v2.SECRET', /begins with ttn-account-/],
    ];
    for (const [given, says] of cases) {
      const doubt = doubtAboutKey(given);
      assert.match(doubt, says);
      assert.doesNotMatch(doubt, /SEC/);
    }
  });
});
