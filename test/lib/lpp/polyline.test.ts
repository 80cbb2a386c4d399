import assert from 'node:assert/strict';
import { decode, encode, type LppOptions, type LppValue, type Position } from '../../../lib/lpp';

const options: LppOptions = { dialect: 'electroniccats' };
const read = (hex: string) => decode(Buffer.from(hex, 'hex'), options);
const write = (value: unknown) => encode([{ channel: 1, type: 240, value: value as LppValue }], options);
const point = (latitude: number, longitude: number): Position => ({ latitude, longitude });

describe('polyline', () => {
  it('stands between other records, each as long as it says', () => {
    const { readings, error } = read('03670110' + '01f00901000001000001' + '78' + '05670011');
    assert.equal(error, undefined);
    assert.deepEqual(
      readings.map(({ channel, value }) => [channel, value]),
      [
        [3, 27.2],
        [1, [point(0.0001, 0.0001), point(-0.0007, 0.0008)]],
        [5, 1.7],
      ],
    );
  });

  it('has a size that no line has: says so, and reads nothing behind it', () => {
    for (const size of ['00', '01', '07']) {
      const { readings, error } = read(`0367011001f0${size}0100000100000178`);
      assert.equal(readings.length, 1);
      assert.deepEqual([error?.code, error?.offset, error?.channel, error?.type], ['bad_input', 4, 1, 240]);
    }
    assert.equal(
      read('01f0070100000100000178').error?.message,
      'Type 240 (0xf0, polyline) has a size of 7 bytes, where 8 are the least, at byte 0, channel 1 ' +
        '(rest: 01f0070100000100000178). The payload was cut off, or it is not Cayenne LPP of this dialect.',
    );
  });

  it('has a factor that stands for none: says so', () => {
    for (const code of ['00', 'c8', 'e2', 'f0', 'ff']) {
      const { readings, error } = read(`01f008${code}000001000001`);
      assert.deepEqual([readings.length, error?.code], [0, 'bad_input']);
    }
  });

  it('reads no point beyond the end of the frame', () => {
    const { readings, error } = read('01f0ff0100000100000111223344');
    assert.deepEqual([readings.length, error?.code, error?.offset], [0, 'truncated', 0]);
    assert.match(
      error!.message,
      /^The frame ends inside the 257 bytes of a record of type 240 \(0xf0, polyline\)/,
    );
  });

  it('is written in the finest unit that carries it without rounding', () => {
    assert.equal(write([point(42.3519, -87.9094)]).toString('hex'), '01f0080106765ff2960a');
    assert.equal(write([point(1, 1), point(1.0007, 0.9992)]).toString('hex'), '01f0090100271000271087');
    assert.equal(write([point(1, 1), point(8, -7)]).toString('hex'), '01f009ef00000100000187');
    assert.deepEqual(read('01f009ef00000100000187').readings[0]?.value, [point(1, 1), point(8, -7)]);
  });

  it('is rounded where no unit carries it exactly', () => {
    const [reading] = decode(write([point(0.0001, 0), point(0.0101, 0)]), options).readings;
    const [first, second] = reading!.value as Position[];
    assert.ok(Math.abs(first!.latitude - 0.0001) < 0.001);
    assert.ok(Math.abs(second!.latitude - 0.0101) < 0.001);
  });

  it('is refused where points are too many, or too far apart', () => {
    assert.equal(write(Array.from({ length: 248 }, () => point(1, 1))).length, 257);
    for (const points of [
      Array.from({ length: 249 }, () => point(1, 1)),
      [point(0, 0), point(0, 9)],
      [point(8_388_608, 0)],
    ]) {
      assert.throws(() => write(points), { name: 'LppEncodeError', code: 'out_of_range' });
    }
  });

  it('is refused where it is no list of points', () => {
    for (const value of [5, undefined, null, [], [5], [null], [{ latitude: 1 }], [point(NaN, 1)]]) {
      assert.throws(() => write(value), { code: 'bad_value' });
    }
    assert.throws(() => write([point(1, 1), { latitude: 1 }]), {
      message: 'The longitude of point 2 in polyline of channel 1 must be a finite number, not nothing.',
    });
  });
});
