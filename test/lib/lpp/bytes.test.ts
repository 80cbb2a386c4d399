import assert from 'node:assert/strict';
import { toBytes, toHex, type InputFormat } from '../../../lib/lpp';

const hexOf = (value: unknown, format?: InputFormat) => toHex(toBytes(value, format));
const refused = (value: unknown, format?: InputFormat) =>
  assert.throws(() => toBytes(value, format), { name: 'LppInputError', code: 'bad_input' });

describe('toBytes', () => {
  it('takes a Buffer and a Uint8Array as they are', () => {
    const buffer = Buffer.from('03670110', 'hex');
    assert.equal(toBytes(buffer), buffer);
    assert.equal(hexOf(Uint8Array.from([3, 103, 1, 16]), 'buffer'), '03670110');
  });

  it('takes hexadecimal text of either case, with space around it', () => {
    for (const format of ['auto', 'hex'] as const) {
      assert.equal(hexOf('03670110056700ff', format), '03670110056700ff');
      assert.equal(hexOf('03670110056700FF', format), '03670110056700ff');
      assert.equal(hexOf(' 03670110\n', format), '03670110');
      assert.equal(hexOf('', format), '');
    }
  });

  it('takes base64 text', () => {
    for (const format of ['auto', 'base64'] as const) {
      assert.equal(hexOf('A2cBEAVnAP8=', format), '03670110056700ff');
      assert.equal(hexOf('A2cBEA==', format), '03670110');
      assert.equal(hexOf('A2cBEAVn', format), '036701100567');
    }
  });

  it('auto takes text that may be either as hexadecimal; the format decides where that is wrong', () => {
    assert.equal(hexOf('AAEC'), 'aaec');
    assert.equal(hexOf('AAEC', 'base64'), '000102');
  });

  it('refuses text that is not wholly of the format, and never cuts it', () => {
    const halfHex = ['0367011', '0367zz', '03 67 01 10', '0x03670110', 'hello world'];
    const halfBase64 = ['A2cBEAVnAP8', 'A2cBEA=', 'A2cBEB==', 'A2cB-_8=', 'A2cB\nEAVn', 'A2cBEA==A2cB'];
    for (const text of [...halfHex, ...halfBase64]) refused(text);
    refused('0367011', 'hex');
    refused('A2cBEAVnAP8=', 'hex');
    refused('0367011', 'base64');
    refused('03670110', 'buffer');
    refused(Buffer.from([3]), 'hex');
    refused(Buffer.from([3]), 'base64');
  });

  it('refuses all other kinds of values', () => {
    for (const value of [undefined, null, 42, true, {}, [3, 103, 1, 16], new Uint16Array(2), () => 1]) {
      refused(value);
    }
  });

  it('names what came and what to do', () => {
    const message = (value: unknown, format?: InputFormat) => {
      try {
        return hexOf(value, format);
      } catch (error) {
        return (error as Error).message;
      }
    };
    assert.equal(
      message('0367011'),
      'Expected a Buffer, a Uint8Array, or text in hexadecimal or base64, got the text "0367011" (7 characters). ' +
        'Choose the property that holds the payload, and the format in which it comes.',
    );
    assert.match(message('z'.repeat(501)), /got the text "z{40}\.\.\." \(501 characters\)\./);
    assert.match(message(undefined), /got nothing\./);
    assert.match(
      message({}, 'hex'),
      /^Expected text of hexadecimal digits, two for each byte, got an object\./,
    );
  });

  it('refuses a format that does not exist', () => {
    assert.throws(() => toBytes('00', 'toString' as never), { code: 'bad_option' });
  });
});
