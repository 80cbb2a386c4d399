import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KIND_GROUPS } from '../../../lib/ttn';
import { triedText } from '../../../nodes/editor/ttn-application/tried';
import { toggled } from '../../../nodes/editor/ttn-uplink/toggled';
import applicationTexts from '../../../nodes/locales/en-US/ttn-application.json';
import uplinkTexts from '../../../nodes/locales/en-US/ttn-uplink.json';

const nodes = join(__dirname, '../../../nodes');

for (const [type, catalogue] of [
  ['ttn-application', applicationTexts],
  ['ttn-uplink', uplinkTexts],
] as [string, object][]) {
  describe(`the dialog of ${type}`, () => {
    const page = readFileSync(join(nodes, `${type}.html`), 'utf8');
    const help = readFileSync(join(nodes, `locales/en-US/${type}.html`), 'utf8');
    const textOf = (key: string) =>
      key
        .split('.')
        .reduce<unknown>((one, name) => (one as Record<string, unknown> | undefined)?.[name], catalogue);

    it('has a text for every label', () => {
      const keys = [...page.matchAll(/data-i18n="(?:\[placeholder\])?([^"]+)"/g)].map(([, key]) => key!);
      assert.ok(keys.length > 10);
      for (const key of keys) assert.equal(typeof textOf(key), 'string', key);
    });

    it('has every field and button explained in the help', () => {
      const explained = [...help.matchAll(/\*\*([^*]+)\*\*/g)].map(([, term]) =>
        term!.replace(/\s+/g, ' ').toLowerCase(),
      );
      const labels = [...page.matchAll(/<label[^>]*>(?:(?!<\/label>).)*?data-i18n="([^"[]+)"/gs)];
      const buttons = [...page.matchAll(/<button(?:(?!<\/button>).)*?data-i18n="([^"]+)"/gs)];
      const keys = [...labels, ...buttons].map(([, key]) => key!);
      const known = [
        `${type}.name`,
        `${type}.cluster`,
        `${type}.copy`,
        `${type}.direct.plan`,
        `${type}.direct.set`,
      ];
      for (const key of keys.filter((one) => !known.includes(one))) {
        const label = String(textOf(key)).toLowerCase();
        assert.ok(
          explained.some((term) => label.startsWith(term)),
          label,
        );
      }
    });
  });
}

describe('the dialog of ttn-uplink', () => {
  it('has a text for every kind of message', () => {
    assert.deepEqual(Object.keys(uplinkTexts['ttn-uplink'].groups), Object.keys(KIND_GROUPS));
  });

  it('puts a device that is picked into the filter, and takes it out', () => {
    assert.equal(toggled('', 'office-1', true), 'office-1');
    assert.equal(toggled('lab-*; office-1', 'office-2', true), 'lab-*, office-1, office-2');
    assert.equal(toggled('lab-*, office-1', 'office-1', false), 'lab-*');
  });
});

describe('the test of ttn-application', () => {
  it('is told with a tick, a cross or a question mark, and the reason', () => {
    const text = triedText(
      [
        { what: 'connection', answer: 'yes' },
        { what: 'traffic', answer: 'no', reason: 'The key lacks it.' },
        { what: 'storage', answer: 'unknown', reason: 'No answer.' },
      ],
      (key) => key,
    );
    assert.equal(text, '✓ test.connection\n✗ test.traffic: The key lacks it.\n? test.storage: No answer.');
    assert.equal(
      triedText([], (key) => key),
      'test.nothing',
    );
  });
});
