import assert from 'node:assert/strict';
import { decode, encode, type Reading } from '../../../lib/lpp';
import { COMBINATIONS } from './dialect-types';

for (const { options, types } of COMBINATIONS) {
  describe(`the types of ${JSON.stringify(options)}`, () => {
    it('have the value, the name and the unit of every golden vector, both ways', () => {
      for (const { type, name, unit, values } of types) {
        for (const [hex, value] of values) {
          const reading: Reading = { channel: 200, type, name, value, ...(unit && { unit }) };
          const frame = Buffer.from([200, type, ...Buffer.from(hex, 'hex')]);
          const { readings, error } = decode(frame, options);
          assert.deepEqual(readings, [reading]);
          assert.equal(error, undefined);
          assert.deepEqual(decode(encode([reading], options), options).readings, [reading]);
          if (name !== 'polyline') assert.deepEqual(encode([reading], options), frame);
        }
      }
    });

    it('give no value of a frame that is cut off inside, at any place', () => {
      for (const { type, values } of types) {
        const value = Buffer.from(values[0]![0], 'hex');
        for (let length = 0; length < value.length; length++) {
          const frame = Buffer.from([1, 0, 7, 9, type, ...value.subarray(0, length)]);
          const { readings, error } = decode(frame, options);
          assert.deepEqual(readings, [{ channel: 1, type: 0, name: 'digital_in', value: 7 }]);
          assert.deepEqual([error?.code, error?.offset, error?.type], ['truncated', 3, type]);
        }
      }
    });

    it('are all that there are', () => {
      const known = new Set(types.map(({ type }) => type));
      for (let type = 0; type < 256; type++) {
        const { error } = decode(Uint8Array.from([1, type]), options);
        assert.equal(error?.code, known.has(type) ? 'truncated' : 'unknown_type', `type ${type}`);
      }
    });
  });
}
