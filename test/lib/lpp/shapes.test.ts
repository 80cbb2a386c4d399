import assert from 'node:assert/strict';
import { decode, shape, toTtnFields } from '../../../lib/lpp';

const readingsOf = (hex: string) => decode(Buffer.from(hex, 'hex')).readings;

describe('shape', () => {
  it('readings: the list, in records of its own', () => {
    const readings = readingsOf('03670110');
    const list = shape(readings, 'readings');
    assert.deepEqual(list, readings);
    list[0]!.value = 99;
    assert.equal(readings[0]!.value, 27.2);
  });

  it("ttn: flat fields with The Things Stack's names", () => {
    assert.deepEqual(shape(readingsOf('03670110056700ff018806765ff2960a0003e8'), 'ttn'), {
      temperature_3: 27.2,
      temperature_5: 25.5,
      gps_1: { latitude: 42.3519, longitude: -87.9094, altitude: 10 },
    });
  });

  it('ttn: a type that comes again on its channel loses no value', () => {
    assert.deepEqual(toTtnFields(readingsOf('156601156600156601')), { presence_21: [1, 0, 1] });
    assert.deepEqual(toTtnFields(readingsOf('018700000101870203040066ff')), {
      colour_1: [
        { r: 0, g: 0, b: 1 },
        { r: 2, g: 3, b: 4 },
      ],
      presence_0: 255,
    });
  });

  it('of no readings: an empty list, an empty object', () => {
    assert.deepEqual(shape([], 'readings'), []);
    assert.deepEqual(shape([], 'ttn'), {});
  });

  it('refuses a shape that does not exist', () => {
    assert.throws(() => shape([], 'constructor' as never), { code: 'bad_option' });
  });
});
