import assert from 'node:assert/strict';
import { checkChannelNames, checkCustomTypes, DIALECTS, toHex, type InputFormat } from '../../../lib/lpp';
import {
  encodeTyped,
  explain,
  isNeither,
  readTyped,
  typedAs,
  valueText,
} from '../../../nodes/editor/lpp-decode/explain';
import { findProblems } from '../../../nodes/editor/lpp-decode/problems';
import {
  toChannelNames,
  toCustomType,
  toTypedType,
  type TypedName,
} from '../../../nodes/editor/lpp-decode/rows';
import catalogue from '../../../nodes/locales/en-US/lpp-decode.json';

const texts = catalogue['lpp-decode'];

describe('the dialog of lpp-decode', () => {
  it('has a text for every dialect', () => {
    assert.deepEqual(Object.keys(texts.dialects).sort(), [...DIALECTS].sort());
  });

  describe('a payload to try', () => {
    const explained = (hex: string, options = {}) =>
      explain(Buffer.from(hex, 'hex'), options).map(({ bytes, reading, warnings, error }) => ({
        hex: toHex(bytes),
        value: reading?.value,
        notes: [...warnings, ...(error ? [error] : [])],
      }));

    it('is cut into its records', () => {
      assert.deepEqual(explained('0167011002684b0302ff38'), [
        { hex: '01670110', value: 27.2, notes: [] },
        { hex: '02684b', value: 37.5, notes: [] },
        { hex: '0302ff38', value: -2, notes: [] },
      ]);
    });

    it('is read with the settings of the dialog', () => {
      const customTypes = [{ id: 200, name: 'dust', bytes: 2, divisor: 10 }];
      assert.equal(explained('01c800fb', { customTypes })[0]?.value, 25.1);
      const packed = { dialect: 'lpp2', fPort: 2, packedBase: 1 };
      assert.deepEqual(
        explained('6701106850', packed).map(({ hex }) => hex),
        ['670110', '6850'],
      );
      assert.throws(() => explained('01', { customTypes: [{ id: 300, name: 'dust', bytes: 2 }] }), {
        code: 'bad_option',
      });
    });

    it('is made of the readings that are typed in, where the node encodes', () => {
      const encoded = (typed: string, options = {}) => toHex(encodeTyped(typed, options).bytes);
      assert.equal(encoded('{ "temperature_3": 27.2 }'), '03670110');
      assert.equal(encoded('[{ "channel": 3, "name": "temperature", "value": 27.2 }]'), '03670110');
      const channelNames = { 3: 'boiler' };
      assert.equal(encoded('{ "boiler": { "temperature": 27.2 } }', { channelNames }), '03670110');
      assert.equal(encoded('03 67 01 10'), '03670110');
      assert.throws(() => encoded('{ "warmth_3": 27.2 }'), { code: 'unknown_type' });
      assert.throws(() => encoded('{ "temperature_3": '), { code: 'bad_input' });
    });

    for (const [what, hex, rest, note] of [
      ['was cut off', '016701100268', '0268', /ends inside the 3 bytes/],
      ['has an unknown type', '0167011003fe01', '03fe01', /Unknown type 254/],
    ] as const) {
      it(`shows the rest where it ${what}`, () => {
        const [first, last] = explained(hex);
        assert.equal(first?.value, 27.2);
        assert.equal(last?.hex, rest);
        assert.match(last.notes.join(), note);
      });
    }

    it('has each warning at its record', () => {
      const notes = explained('016701100268ff01670110').map((stretch) => stretch.notes.length);
      assert.deepEqual(notes, [0, 1, 1]);
    });

    const message = {
      end_device_ids: { device_id: 'a' },
      uplink_message: { f_port: 7, frm_payload: 'A2cBEA==' },
    };
    for (const [typed, format] of [
      ['03 67 01 10', 'auto'],
      ['A2cBEA==', 'auto'],
      ['A2cBEA', 'base64'],
      ['03670110', 'buffer'],
      ['"A2cBEA"', 'base64'],
      ['[3, 103, 1, 16]', 'hex'],
      [JSON.stringify(message, null, 2), 'base64'],
    ] as [string, InputFormat][]) {
      it(`is read as it is pasted, in the node's format ${format}: ${typed.slice(0, 20)}`, () => {
        assert.equal(toHex(readTyped(typed, format).bytes), '03670110');
      });
    }

    it('brings the FPort of a whole message with it', () => {
      assert.equal(readTyped(JSON.stringify(message), 'auto').fPort, 7);
    });

    it('is refused with the reason where it cannot be read', () => {
      assert.throws(() => readTyped('{"uplink_message": ', 'auto'), {
        code: 'bad_input',
        message: /^The text begins as JSON does, but cannot be read as such: /,
      });
      assert.throws(() => readTyped('A2cBEA', 'auto'), { code: 'bad_input' });
      assert.throws(() => readTyped('0367011', 'hex'), { code: 'bad_input' });
    });

    it('is told from a text that is no payload at all', () => {
      for (const typed of ['zz', 'hello world', 'A2cBE!']) assert.equal(isNeither(typed), true, typed);
      for (const typed of ['03 67', '0367011', 'A2cBEA', '{', '[1]'])
        assert.equal(isNeither(typed), false, typed);
    });

    it('is typed for the user in the format of the node', () => {
      for (const format of ['auto', 'hex', 'base64', 'buffer'] as const) {
        const typed = typedAs('0000ff3f', format);
        assert.equal(toHex(readTyped(typed, format).bytes), '0000ff3f', format);
      }
    });
  });

  it('shows values in words', () => {
    assert.equal(valueText(-0.2), '-0.2');
    assert.equal(valueText({ x: 1, y: -2.5, z: 0 }), 'x 1\ny -2.5\nz 0');
    const line = [
      { latitude: 1, longitude: 2 },
      { latitude: 3, longitude: 4 },
    ];
    assert.equal(valueText(line), 'latitude 1, longitude 2\nlatitude 3, longitude 4');
  });

  describe('a custom type', () => {
    const blank = toTypedType({});

    it('comes out of its row as it went in', () => {
      for (const type of [
        { id: 0, name: 'dust', bytes: 1 },
        { id: 200, name: 'tilt', bytes: 4, signed: true, divisor: 0.1, unit: '°', fields: ['x', 'y'] },
      ]) {
        assert.deepEqual(toCustomType(toTypedType(type)), type);
      }
    });

    it('is none while nothing is typed in', () => {
      assert.equal(toCustomType(blank), undefined);
    });

    it('has its problem in words at its row, that of two in one below', () => {
      const problems = (...typed: object[]) =>
        findProblems(
          typed.map((one) => toCustomType({ ...blank, ...one })),
          checkCustomTypes,
        );
      assert.deepEqual(problems({ id: '200', name: 'dust' }, {}, { id: '300', name: 'tilt' }, { id: '7' }), {
        entries: [
          undefined,
          undefined,
          '"id" must be a whole number from 0 to 255, got 300.',
          '"name" must be a name, got nothing.',
        ],
        whole: undefined,
      });
      const dust = { id: '200', name: 'dust' };
      const wrong = [
        { ...dust, divisor: '0,1' },
        { ...dust, id: 'two' },
        { ...dust, fields: 'x,,y' },
      ];
      assert.deepEqual(problems(...wrong).entries, [
        '"divisor" must be a number from 0.000001 to 1000000000, got "0,1".',
        '"id" must be a whole number from 0 to 255, got "two".',
        '"fields" must be a list of names, each once, got a list.',
      ]);
      assert.deepEqual(problems(dust, { ...dust, name: 'mud' }), {
        entries: [undefined, undefined],
        whole: 'Custom types 1 and 2 have the same id 200: remove one.',
      });
    });
  });

  describe('names of channels', () => {
    const problems = (...typed: TypedName[]) =>
      findProblems(typed, (names) => checkChannelNames(toChannelNames(names)));

    it('are kept by channel', () => {
      assert.deepEqual(
        toChannelNames([
          ['3', 'boiler'],
          ['12', 'hall'],
        ]),
        { 3: 'boiler', 12: 'hall' },
      );
    });

    it('are not lost where a channel has two', () => {
      assert.match(
        problems(['3', 'boiler'], ['3', 'hall']).whole!,
        /^Channel 3 has two names, "boiler" and "hall"/,
      );
    });

    it('have their problem at their row', () => {
      const { entries } = problems(['3', ''], ['', 'boiler'], ['300', 'hall'], ['4', 'cellar']);
      assert.match(entries[0]!, /^Channel 3 has no name/);
      assert.match(entries[1]!, /^There is no channel ""/);
      assert.match(entries[2]!, /^There is no channel "300"/);
      assert.equal(entries[3], undefined);
    });
  });
});
