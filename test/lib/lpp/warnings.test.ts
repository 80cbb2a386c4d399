import assert from 'node:assert/strict';
import { decode, type LppOptions } from '../../../lib/lpp';

const warnings = (hex: string, options?: LppOptions) => decode(Buffer.from(hex, 'hex'), options).warnings;
const codes = (hex: string, options?: LppOptions) =>
  warnings(hex, options).map(({ code, offset }) => [code, offset]);

describe('warnings', () => {
  it('are none for what is sound', () => {
    assert.deepEqual(codes('0367011005670110'), []);
    // 100 %RH; the poles and the date line; one door, shut; the same type on two channels, and reversed.
    assert.deepEqual(codes('0168c8'), []);
    assert.deepEqual(codes('01880dbba0e488c0000000' + '0288f24460' + '1b7740000000'), []);
    assert.deepEqual(codes('000000'), []);
    assert.deepEqual(codes('0567011003670110'), []);
    assert.deepEqual(codes('0567011005680a'), []);
  });

  it('tell of a humidity over 100, and change nothing', () => {
    const { readings, warnings } = decode(Buffer.from('036701100168ff', 'hex'));
    assert.equal(readings[1]?.value, 127.5);
    assert.deepEqual(warnings, [
      {
        code: 'humidity',
        message: 'The relative_humidity of channel 1 at byte 4 is 127.5 %RH, over 100.',
        offset: 4,
        channel: 1,
        type: 104,
      },
    ]);
    assert.deepEqual(codes('016803e9', { twoByteHumidity: true }), [['humidity', 0]]);
    assert.deepEqual(codes('017003e9', { dialect: 'rak' }), [['humidity', 0]]);
  });

  it('tell of a position that is not on the earth', () => {
    assert.deepEqual(warnings('03883b554000000000e2b0'), [
      {
        code: 'latitude',
        message:
          'The gps of channel 3 at byte 0 has the latitude 388.8448, beyond 90°: ' +
          'a GPS without a fix sends such values.',
        offset: 0,
        channel: 3,
        type: 136,
      },
    ]);
    assert.deepEqual(codes('0388f2445f000000000000'), [['latitude', 0]]);
    assert.deepEqual(codes('03880000001b7741000000'), [['longitude', 0]]);
    assert.deepEqual(codes('0388000000e488bf000000'), [['longitude', 0]]);
    assert.deepEqual(codes('0a897fffffff073668bb000dac', { dialect: 'rak' }), [['latitude', 0]]);
    assert.deepEqual(codes('027fffffff000000000000', { dialect: 'lpp2', fPort: 3 }), [['latitude', 0]]);
    assert.deepEqual(codes('01f009ef00005a00000001', { dialect: 'electroniccats' }), [['latitude', 0]]);
    assert.deepEqual(codes('01f009ef00005900000010', { dialect: 'electroniccats' }), []);
  });

  it('tell of a float that is no number', () => {
    for (const hex of ['01f57fc00000', '01f57f800000', '01f5ff800000']) {
      assert.deepEqual(codes(hex, { dialect: 'rak' }), [['not_a_number', 0]]);
    }
    assert.deepEqual(codes('01f53fc00000', { dialect: 'rak' }), []);
  });

  it('tell once of the zeros in which a frame ends', () => {
    assert.deepEqual(warnings('03670110000000'), [
      {
        code: 'padding',
        message:
          'From byte 4 on there are only zeros, which read as digital_in of channel 0: the sender may pad its frames.',
        offset: 4,
        channel: 0,
        type: 0,
      },
    ]);
    assert.deepEqual(codes('03670110' + '000000'.repeat(9)), [['padding', 4]]);
    assert.deepEqual(codes('000000'.repeat(3)), [['padding', 3]]);
    // Cut off behind the last whole record.
    assert.deepEqual(codes('036701100000000000'), [['padding', 4]]);
    assert.deepEqual(codes('0000010367011000'), []);
    for (const last of ['050000', '000001', '00670000'])
      assert.deepEqual(codes('03670110' + last), [], `${last} is no padding`);
    // Where the channel is not sent, zeros are an input that is off.
    assert.deepEqual(codes('6701100000', { dialect: 'lpp2', fPort: 2 }), []);
  });

  it('tell of the same type on the same channel, each time', () => {
    assert.deepEqual(warnings('15660115670110156600'), [
      {
        code: 'duplicate',
        message: 'The presence of channel 21 comes twice: at byte 0 and at byte 7.',
        offset: 7,
        channel: 21,
        type: 102,
      },
    ]);
    assert.deepEqual(codes('156601156600156601'), [
      ['duplicate', 3],
      ['duplicate', 6],
    ]);
  });

  it('let the history have a value for each time', () => {
    const options: LppOptions = { dialect: 'lpp2', fPort: 101 };
    assert.deepEqual(codes('67003c0110670000011067001e0110', options), []);
    assert.deepEqual(codes('67003c011067003c0111', options), [['duplicate', 5]]);
  });

  it('stand in the order of the readings, and beside a fault', () => {
    const { warnings, error } = decode(Buffer.from('0168ff0168ff03883b554000000000e2b003ff', 'hex'));
    assert.deepEqual(
      warnings.map(({ code, offset }) => [code, offset]),
      [
        ['humidity', 0],
        ['humidity', 3],
        ['duplicate', 3],
        ['latitude', 6],
      ],
    );
    assert.equal(error?.code, 'unknown_type');
  });

  it('take no longer for a frame of a hundred thousand bytes', () => {
    assert.equal(decode(Buffer.alloc(99_999, Buffer.from('156601', 'hex'))).warnings.length, 33_332);
  });
});
