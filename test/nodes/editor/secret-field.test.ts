import assert from 'node:assert/strict';
import { saveSecret, STORED_SECRET } from '../../../nodes/editor/secret-field';

describe('the field of a secret', () => {
  /** As Node-RED's typed input, of which no browser is needed. */
  const field = (type: string, value: string, secret = '', variable = '') => {
    const typedInput = (what: 'type' | 'value') => ({ type, value })[what];
    const input = {
      credential: value,
      typedInput,
      data: (what: 'secret' | 'variable') => ({ secret, variable })[what],
      val: (given: string) => void (input.credential = given),
    };
    return input as typeof input & JQuery;
  };

  it('keeps the name of a variable, also where it is typed as ${NAME}', () => {
    for (const typed of ['TTN_KEY', ' TTN_KEY ', '${TTN_KEY}'])
      assert.equal(saveSecret(field('env', typed)), 'TTN_KEY');
    assert.equal(saveSecret(field('cred', '${TTN_KEY}')), '');
  });

  it('keeps the name that stands there, whatever Node-RED lets a variable be called', () => {
    for (const name of ['TTN Key', 'ttn-key-2', 'Schlüssel', '2ND_KEY']) {
      const input = field('env', name, STORED_SECRET, name);
      assert.equal(saveSecret(input), name);
      assert.equal(input.credential, '');
    }
  });

  it('takes a secret that is pasted over the name of a variable for what it is', () => {
    for (const secret of [
      `NNSXS.${'K'.repeat(39)}.${'L'.repeat(52)}`,
      'fa4e'.repeat(16),
      'fa4efa4e-fa4e-fa4e-fa4e-fa4efa4efa4e',
      `ttn-account-v2.${'K'.repeat(43)}`,
      `eyJhbGciOiJIUzI1NiJ9.eyJpZCI6MX0.${'K'.repeat(43)}`,
      `key.${'fa4e'.repeat(8)}`,
      'hapfoz-2gykni-zyzKyx',
      'correct-horse-battery-staple',
      'glpat-aBcDeF123456',
      'aB3dE_fGh-Jk1LmN0pQr',
    ]) {
      const input = field('env', ` ${secret}\n`);
      assert.equal(saveSecret(input), '');
      assert.equal(input.credential, secret);
    }
    for (const name of [
      ...['$parent.TTN_KEY', '$parent.TTN-KEY', 'TTN_KEY_2', 'ttn-app-access-key'],
      ...['my.app.token', 'spring.ttn.access-key'],
    ]) {
      assert.equal(saveSecret(field('env', name)), name);
    }
  });

  it('loses no stored secret as long as no variable is named in its place', () => {
    for (const [variable, credential] of [
      ['', STORED_SECRET],
      ['TTN_KEY', ''],
    ] as const) {
      const input = field('env', variable, STORED_SECRET);
      assert.equal(saveSecret(input), variable);
      assert.equal(input.credential, credential);
    }
  });
});
