import assert from 'node:assert/strict';
import { parseFPorts } from '../../lib/fports';

describe('parseFPorts', () => {
  it('takes numbers and ranges, separated by commas or blanks', () => {
    const takes = parseFPorts('1, 10-20 223');
    for (const fPort of [1, 10, 15, 20, 223]) assert.ok(takes(fPort), String(fPort));
    for (const fPort of [0, 2, 9, 21, 224]) assert.ok(!takes(fPort), String(fPort));
  });

  it('takes a number, which a variable of a tab may hold', () => {
    assert.ok(parseFPorts(7 as unknown as string)(7));
  });

  it('takes every FPort where there is no list', () => {
    for (const list of [undefined, '', ' , ']) {
      assert.ok(parseFPorts(list)(0));
      assert.ok(parseFPorts(list)(255));
    }
  });

  it('refuses what it cannot read, and says how to write it', () => {
    for (const word of ['0', '256', 'x', '20-10', '1.5', '-', '1-2-3']) {
      assert.throws(() => parseFPorts(`1, ${word}`), {
        code: 'bad_filter',
        message:
          `The FPort filter "${word}" cannot be read. ` +
          'Write numbers from 1 to 255 or ranges such as 10-20, separated by commas.',
      });
    }
  });
});
