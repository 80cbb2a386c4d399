import assert from 'node:assert/strict';
import { KIND_GROUPS } from '../../../lib/ttn';
import { triedText } from '../../../nodes/editor/ttn-application/tried';
import { toggled } from '../../../nodes/editor/ttn-uplink/toggled';
import uplinkTexts from '../../../nodes/locales/en-US/ttn-uplink.json';

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
