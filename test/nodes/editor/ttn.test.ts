import assert from 'node:assert/strict';
import { KIND_GROUPS } from '../../../lib/ttn';
import { triedLines } from '../../../nodes/editor/ttn-application/tried';
import type { Tried } from '../../../nodes/ttn-application/trial';
import { toggled } from '../../../nodes/editor/ttn-uplink/toggled';
import uplinkTexts from '../../../nodes/locales/en-US/ttn-uplink.json';

describe('the dialog of ttn-uplink', () => {
  it('has a text for every kind of message', () => {
    assert.deepEqual(Object.keys(uplinkTexts['ttn-uplink'].groups), KIND_GROUPS);
  });

  it('puts a device that is picked into the filter, and takes it out', () => {
    assert.equal(toggled('', 'office-1', true), 'office-1');
    assert.equal(toggled('lab-*; office-1', 'office-2', true), 'lab-*, office-1, office-2');
    assert.equal(toggled('lab-*, office-1', 'office-1', false), 'lab-*');
  });
});

describe('the test of ttn-application', () => {
  const textsOf = (tried: Tried[]) => triedLines(tried, (key) => key).map(({ text }) => text);

  it('is told with a tick, a cross or a question mark, and the reason', () => {
    const texts = textsOf([
      { what: 'connection', answer: 'yes' },
      { what: 'traffic', answer: 'no', reason: 'The key lacks it.' },
      { what: 'storage', answer: 'unknown', reason: 'No answer.' },
    ]);
    assert.deepEqual(texts, [
      '✓ test.connection',
      '✗ test.traffic: The key lacks it.',
      '? test.storage: No answer.',
    ]);
    assert.deepEqual(textsOf([]), ['test.nothing']);
  });

  it('makes nothing of a right that can be done without', () => {
    const lines = (answer: Tried['answer']) => triedLines([{ what: 'devices', answer }], (key) => key);
    assert.deepEqual(lines('no'), [{ text: '– test.devices', isMinor: true }]);
    assert.deepEqual(lines('yes'), [{ text: '✓ test.devices', isMinor: false }]);
  });
});
