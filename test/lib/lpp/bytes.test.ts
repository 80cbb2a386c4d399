import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import { toBytes, toHex, type InputFormat } from '../../../lib/lpp';

const FRAME = '03670110056700ff';
const hexOf = (value: unknown, format?: InputFormat) => toHex(toBytes(value, format));
const textIn = (text: string) => Buffer.from(text, 'latin1');
const refused = (value: unknown, format?: InputFormat, message?: string | RegExp) =>
  assert.throws(() => toBytes(value, format), {
    name: 'LppInputError',
    code: 'bad_input',
    ...(message && { message }),
  });

describe('toBytes', () => {
  describe('from bytes', () => {
    it('takes a Buffer and a Uint8Array as they are', () => {
      const buffer = Buffer.from(FRAME, 'hex');
      for (const format of ['auto', 'buffer'] as const) {
        assert.equal(toBytes(buffer, format), buffer);
        assert.equal(hexOf(Uint8Array.from(buffer), format), FRAME);
        assert.equal(hexOf(runInNewContext('Uint8Array.from([3, 103, 1, 16])'), format), '03670110');
      }
    });

    it('takes a list of numbers, and what JSON makes of a Buffer', () => {
      const buffer = Buffer.from(FRAME, 'hex');
      for (const format of ['auto', 'buffer'] as const) {
        assert.equal(hexOf([...buffer], format), FRAME);
        assert.equal(hexOf([], format), '');
        assert.equal(hexOf(JSON.parse(JSON.stringify(buffer)), format), FRAME);
      }
    });

    it('refuses a list that holds anything but bytes, and names the first such entry', () => {
      const entry = (value: string, index: number) =>
        `The list of bytes has ${value} at index ${index}: each entry must be a whole number from 0 to 255.`;
      refused([3, 103, 256], 'auto', entry('256', 2));
      refused([-1], 'buffer', entry('-1', 0));
      refused([0, 27.2], 'auto', entry('27.2', 1));
      refused([NaN], 'auto', entry('NaN', 0));
      refused(['03'], 'auto', entry('the text "03" (2 characters)', 0));
      refused(new Array(1), 'auto', entry('nothing', 0));
      refused({ type: 'Buffer', data: [3, {}] }, 'auto', entry('an object', 1));
    });
  });

  describe('from hexadecimal text', () => {
    it('takes either case, and what people put between bytes', () => {
      for (const format of ['auto', 'hex'] as const) {
        for (const text of [
          '03670110056700ff',
          '03670110056700FF',
          ' 03670110056700ff\r\n',
          '03 67 01 10 05 67 00 ff',
          '0367 0110\n0567\t00ff',
          '03:67:01:10:05:67:00:FF',
          '03-67-01-10-05-67-00-FF',
          '03 - 67-01:10 056700ff',
          '0x03670110056700FF',
          '0x03, 0x67,0x01,0x10,0x05,0x67,0x00,0xFF',
          '0X03 0x67 0x01 0x10 0x05 0x67 0x00 0xff',
        ]) {
          assert.equal(hexOf(text, format), FRAME, text);
        }
        assert.equal(hexOf('', format), '');
      }
    });

    it('refuses what is not two digits for each byte, though it may be base64', () => {
      const slips = [
        '0367011',
        '0367010',
        '03670',
        '0x03670',
        '03 67 1',
        '03-67-0',
        '03::67',
        '03:',
        '0x',
        '-',
      ];
      for (const text of slips) {
        refused(
          text,
          'auto',
          `Expected two hexadecimal digits for each byte, got the text "${text}" (${text.length} characters). ` +
            'If it was cut off, find out where; if it is base64, choose the format "base64".',
        );
        refused(text, 'hex', /^Expected text of hexadecimal digits, two for each byte, got the text "/);
      }
      assert.equal(hexOf('0367010', 'base64'), 'd37ebbd35d');
    });

    it('reads it in a Buffer, where the format says so', () => {
      assert.equal(hexOf(textIn(FRAME), 'hex'), FRAME);
      assert.equal(hexOf([...textIn('03 67\r\n')], 'hex'), '0367');
      refused(Buffer.from(FRAME, 'hex'), 'hex', /got a Buffer\./);
    });

    it('auto refuses a Buffer that holds it: some devices send such text in place of bytes', () => {
      refused(
        textIn('036701'),
        'auto',
        'Expected bytes, got the text "036701" (6 characters). That is hexadecimal text in a Buffer: ' +
          'choose the format "hex" to read it, or "buffer" if these are the bytes all the same.',
      );
      for (const text of ['0x036701', '03 67 01\n', '03-67-01'])
        refused(textIn(text), 'auto', /format "hex"/);
      refused([...textIn('036701')], 'auto', /format "hex"/);
      assert.equal(hexOf(textIn('036701'), 'buffer'), '303336373031');
    });

    it('auto takes bytes that look like text, but not like hexadecimal', () => {
      for (const hex of ['316631', '0a0a0a', '206720', '', '3031ff']) {
        assert.equal(hexOf(Buffer.from(hex, 'hex')), hex);
      }
    });
  });

  describe('from base64 text', () => {
    it('takes both alphabets, with padding or without', () => {
      for (const format of ['auto', 'base64'] as const) {
        for (const text of ['A2cBEAVnAP8=', 'A2cBEAVnAP8', ' A2cBEAVnAP8=\n']) {
          assert.equal(hexOf(text, format), FRAME, text);
        }
        assert.equal(hexOf('A2cBEA==', format), '03670110');
        assert.equal(hexOf('A2cBEAVnAPo', format), '03670110056700fa');
        assert.equal(hexOf('A2cBEAVn', format), '036701100567');
        assert.equal(hexOf('+/8=', format), 'fbff');
        assert.equal(hexOf('-_8=', format), 'fbff');
        assert.equal(hexOf('-_8', format), 'fbff');
      }
      assert.equal(hexOf('', 'base64'), '');
    });

    it('reads it in a Buffer, where the format says so', () => {
      assert.equal(hexOf(textIn('A2cBEAVnAP8='), 'base64'), FRAME);
      refused(Buffer.from(FRAME, 'hex'), 'base64', /^Expected base64 text, got a Buffer\./);
    });

    it('refuses what is not wholly base64, and never cuts it', () => {
      for (const text of [
        'A2cBEA=',
        'A2cBEA===',
        'A2cBEAVn=',
        'A2cBEAVnA',
        'A2cBEB==',
        'A2cB-/8=',
        'A2cB\nEAVn',
        'A2cBEA==A2cB',
        '=',
        'A2cB.AVn',
        'hello world',
        '0367zz',
      ]) {
        refused(text, 'base64', /^Expected base64 text, got the text "/);
        refused(text);
      }
    });

    it('auto takes text that may be either as hexadecimal; the format decides where that is wrong', () => {
      for (const [text, hex, base64] of [
        ['AAEC', 'aaec', '000102'],
        ['03670110', '03670110', 'd37ebbd35d74'],
        ['AB-CD-EF', 'abcdef', '001f820fe105'],
      ] as const) {
        assert.equal(hexOf(text), hex);
        assert.equal(hexOf(text, 'base64'), base64);
      }
    });
  });

  it('auto refuses digits in mixed case where they may be either: base64 without padding is often so', () => {
    refused(
      'A2cBEA',
      'auto',
      'Expected either hexadecimal or base64, got the text "A2cBEA" (6 characters). ' +
        'This can be both: choose the format "hex" or "base64".',
    );
    assert.equal(hexOf('A2cBEA', 'hex'), 'a2cbea');
    assert.equal(hexOf('A2cBEA', 'base64'), '03670110');
    for (const [text, hex] of [
      ['0367fF', '0367ff'],
      ['0xaBcD', 'abcd'],
      ['aB cD', 'abcd'],
      ['aB-cD-01', 'abcd01'],
    ] as const) {
      assert.equal(hexOf(text), hex, text);
    }
  });

  it('refuses all other kinds of values, and names what came and what to do', () => {
    refused(
      'z'.repeat(501),
      'auto',
      'Expected a Buffer, a Uint8Array, a list of bytes, or text in hexadecimal or base64, ' +
        `got the text "${'z'.repeat(40)}..." (501 characters). ` +
        'Choose the property that holds the payload, and the format in which it comes.',
    );
    for (const [value, got] of [
      [undefined, 'nothing'],
      [null, 'null'],
      [42, 'a number'],
      [true, 'a boolean'],
      [{}, 'an object'],
      [{ type: 'Buffer', data: FRAME }, 'an object'],
      [new Uint16Array(2), 'a Uint16Array'],
      [() => 1, 'a function'],
    ] as const) {
      for (const format of ['auto', 'buffer', 'hex', 'base64'] as const) {
        refused(value, format, new RegExp(`^Expected .*, got ${got}\\. Choose the property`));
      }
    }
    refused(FRAME, 'buffer', /^Expected a Buffer or a Uint8Array, got the text "03670110056700ff"/);
  });

  it('refuses a format that does not exist', () => {
    assert.throws(() => toBytes('00', 'toString' as never), { code: 'bad_option' });
  });

  it('takes no text for bytes that come from it again: all of base64 and hexadecimal', () => {
    for (let length = 0; length < 70; length++) {
      const bytes = Buffer.from(Array.from({ length }, (_, index) => (index * 151 + length) & 255));
      for (const encoding of ['base64', 'base64url', 'hex'] as const) {
        const format = encoding === 'hex' ? 'hex' : 'base64';
        assert.equal(hexOf(bytes.toString(encoding), format), bytes.toString('hex'));
      }
    }
  });
});
