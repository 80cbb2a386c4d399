import assert from 'node:assert/strict';
import { saveSecret } from '../../../nodes/editor/secret-field';

describe('the field of a secret', () => {
  /** As Node-RED's typed input, of which no browser is needed. */
  const field = (type: string, value: string) => {
    const typedInput = (what: 'type' | 'value') => ({ type, value })[what];
    return { typedInput, val: () => undefined } as unknown as JQuery;
  };

  it('keeps the name of a variable, also where it is typed as ${NAME}', () => {
    for (const typed of ['TTN_KEY', ' TTN_KEY ', '${TTN_KEY}'])
      assert.equal(saveSecret(field('env', typed)), 'TTN_KEY');
    assert.equal(saveSecret(field('cred', '${TTN_KEY}')), '');
  });
});
