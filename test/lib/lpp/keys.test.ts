import assert from 'node:assert/strict';
import { decode } from '../../../lib/lpp';
import { flatFields } from '../../../lib/lpp/keys';

const fieldsOf = (hex: string, dialect?: 'rak') =>
  flatFields(decode(Buffer.from(hex, 'hex'), { dialect }).readings);

describe('flatFields', () => {
  it('has a key for each name and channel, the same at each call', () => {
    for (let call = 0; call < 2; call++) {
      assert.deepEqual(fieldsOf('03670110036850ff6700ff'), {
        temperature_3: 27.2,
        relative_humidity_3: 40,
        temperature_255: 25.5,
      });
    }
  });

  it('gives nothing where a value would be lost: two types can have one name', () => {
    assert.equal(fieldsOf('156601156600'), undefined);
    assert.equal(fieldsOf('0190000101be0002', 'rak'), undefined);
    assert.deepEqual(fieldsOf('0190000102be0002', 'rak'), { wind_speed_1: 0.01, wind_speed_2: 0.02 });
  });
});
