import assert from 'node:assert/strict';
import { checkChannelNames } from '../../../lib/lpp';

describe('checkChannelNames', () => {
  it('gives the names by channel', () => {
    assert.deepEqual(checkChannelNames({ 3: 'boiler', '05': ' Kühlraum ' }), { 3: 'boiler', 5: 'Kühlraum' });
    assert.deepEqual(checkChannelNames({}), {});
  });

  it('refuses what would put two channels under one key, or is no name of a channel', () => {
    for (const [names, message] of [
      [
        { 3: 'boiler', 4: 'boiler ' },
        'Channels 3 and 4 have the same name "boiler": give one of them another.',
      ],
      [{ 3: 'a', '03': 'b' }, 'Channel 3 has two names, "a" and "b": remove one.'],
      [{ 3: '4' }, 'Channel 3 is named "4", which could be another channel: give it a name with a letter.'],
      [{ boiler: '3' }, 'There is no channel "boiler": channels are numbered from 0 to 255.'],
      [{ 256: 'a' }, 'There is no channel "256": channels are numbered from 0 to 255.'],
      [{ 3: ' ' }, 'Channel 3 has no name: give it one, or remove its line.'],
      [{ 3: 7 }, 'Channel 3 has no name: give it one, or remove its line.'],
      [['boiler'], 'The names of channels must be an object such as {"3": "boiler"}, not a list.'],
      [undefined, 'The names of channels must be an object such as {"3": "boiler"}, not nothing.'],
    ] as const) {
      assert.throws(() => checkChannelNames(names), { name: 'LppInputError', code: 'bad_option', message });
    }
  });
});
