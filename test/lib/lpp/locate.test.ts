import assert from 'node:assert/strict';
import { locate, type LppOptions } from '../../../lib/lpp';

const spans = (hex: string, options?: LppOptions) =>
  locate(Buffer.from(hex, 'hex'), options).map(({ offset, length }) => [offset, length]);

describe('locate', () => {
  it('says where the record of each reading stands', () => {
    assert.deepEqual(spans('0367011001' + '8806765ff2960a0003e8' + '056850'), [
      [0, 4],
      [4, 11],
      [15, 3],
    ]);
    assert.deepEqual(spans('01f00901000001000001' + '7805670011', { dialect: 'electroniccats' }), [
      [0, 11],
      [11, 4],
    ]);
  });

  it('ends where the readings end', () => {
    assert.deepEqual(spans('036701100567'), [[0, 4]]);
    assert.deepEqual(spans(''), []);
  });

  it('knows the frames of LPP 2.0', () => {
    assert.deepEqual(spans('670110680a', { dialect: 'lpp2', fPort: 2 }), [
      [0, 3],
      [3, 2],
    ]);
    assert.deepEqual(spans('0202863d30fac29bc80406', { dialect: 'lpp2', fPort: 3 }), [[0, 11]]);
    assert.deepEqual(spans('67003c01106800000a', { dialect: 'lpp2', fPort: 101 }), [
      [0, 5],
      [5, 4],
    ]);
    assert.deepEqual(spans('03670110', { dialect: 'lpp2', fPort: 10 }), []);
  });
});
