import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import { decode, LppError, LppInputError, type LppOptions } from '../../../lib/lpp';

const read = (hex: string, options?: LppOptions) => decode(Buffer.from(hex, 'hex'), options);

describe('decode', () => {
  it('reads all records of a frame, in their order, of a Uint8Array too', () => {
    const { readings, error } = decode(Uint8Array.from([3, 103, 1, 16, 5, 103, 0, 255, 3, 104, 80]));
    assert.equal(error, undefined);
    assert.deepEqual(readings, [
      { channel: 3, type: 103, name: 'temperature', value: 27.2, unit: '°C' },
      { channel: 5, type: 103, name: 'temperature', value: 25.5, unit: '°C' },
      { channel: 3, type: 104, name: 'relative_humidity', value: 40, unit: '%RH' },
    ]);
  });

  it('reads the Uint8Array of another realm, as a function node makes one', () => {
    const bytes = runInNewContext('Uint8Array.from([3, 103, 1, 16])') as Uint8Array;
    assert.equal(decode(bytes).readings[0]?.value, 27.2);
  });

  it('keeps a Buffer within its bounds when that is a part of a larger one', () => {
    const part = Buffer.from('0367011005670011', 'hex').subarray(0, 6);
    assert.deepEqual(
      decode(part).readings.map(({ channel }) => channel),
      [3],
    );
  });

  it('has no voltage or current in dialect lpp, signed or not', () => {
    assert.equal(
      read('0174ff6a', { dialect: 'lpp', signedVoltageCurrent: true }).error?.code,
      'unknown_type',
    );
  });

  it('refuses what is no bytes, and a dialect that does not exist', () => {
    assert.throws(() => decode('03670110' as never), { name: 'LppInputError', code: 'bad_input' });
    assert.throws(() => decode([3, 103, 1, 16] as never), LppInputError);
    assert.throws(() => read('03670110', { dialect: 'constructor' as never }), {
      code: 'bad_option',
      message:
        'There is no dialect "constructor": ' +
        'choose one of lpp, extended, electroniccats, pycayennelpp, pni, rak, lpp2.',
    });
  });
});

describe('decode of a faulty frame', () => {
  const fault = (hex: string, options?: LppOptions) => {
    const { readings, error } = read(hex, options);
    assert.ok(error instanceof LppError);
    const { code, offset, channel, type, message } = error;
    const rest = Buffer.from(error.rest).toString('hex');
    return { before: readings.map(({ value }) => value), code, offset, channel, type, rest, message };
  };

  it('empty: says that there is nothing', () => {
    const { message, ...place } = fault('');
    assert.deepEqual(place, {
      before: [],
      code: 'empty',
      offset: 0,
      channel: undefined,
      type: undefined,
      rest: '',
    });
    assert.match(message, /^The payload is empty\./);
  });

  it('truncated before the type: keeps what stood before', () => {
    assert.deepEqual(fault('0367011005'), {
      before: [27.2],
      code: 'truncated',
      offset: 4,
      channel: 5,
      type: undefined,
      rest: '05',
      message:
        'The frame ends before the type at byte 4, channel 5 (rest: 05). ' +
        'The payload was cut off, or it is not Cayenne LPP of this dialect.',
    });
  });

  it('truncated inside the value: invents nothing', () => {
    assert.deepEqual(fault('036701100567'), {
      before: [27.2],
      code: 'truncated',
      offset: 4,
      channel: 5,
      type: 103,
      rest: '0567',
      message:
        'The frame ends inside the 4 bytes of a record of type 103 (0x67, Temperature) ' +
        'at byte 4, channel 5 (rest: 0567). ' +
        'The payload was cut off, or it is not Cayenne LPP of this dialect.',
    });
  });

  it("truncated: has the vendor's name for a type to which IPSO gives another meaning", () => {
    const { message } = fault('01700a', { dialect: 'rak' });
    assert.match(message, /of a record of type 112 \(0x70, humidity_prec\) at byte 0/);
  });

  it('unknown type: names it, and reads nothing behind it', () => {
    assert.deepEqual(fault('03670110016f00010002000304670110'), {
      before: [27.2],
      code: 'unknown_type',
      offset: 4,
      channel: 1,
      type: 111,
      rest: '016f00010002000304670110',
      message:
        'Unknown type 111 (0x6f, Light Control) at byte 4, channel 1 (rest: 016f00010002000304670110). ' +
        'Dialect "extended" does not have it: check that the payload is Cayenne LPP, ' +
        'and which types the sensor sends; one of its own can be added as a custom type.',
    });
  });

  it('unknown type that another dialect has: names that dialect, and what the type is there', () => {
    assert.equal(
      fault('0174012c', { dialect: 'lpp' }).message,
      'Unknown type 116 (0x74, Voltage) at byte 0, channel 1 (rest: 0174012c). ' +
        'Dialect "lpp" does not have it: ' +
        'use dialect "extended", which has it as voltage, if that is what the sensor sends.',
    );
    assert.match(fault('0170012c').message, /use dialect "rak", which has it as humidity_prec,/);
    assert.match(fault('017a000001').message, /use dialect "pycayennelpp", which has it as load,/);
    assert.match(fault('0172').message, /use dialect "pni", which has it as magnetometer,/);
    assert.match(fault('01f0').message, /use dialect "electroniccats", which has it as polyline,/);
  });

  it('unknown type that IPSO does not know: gives its number', () => {
    assert.match(fault('03ff0110').message, /^Unknown type 255 \(0xff\) at byte 0/);
  });

  it('shows no more of the rest than a LoRaWAN payload can hold', () => {
    const { error } = decode(Buffer.alloc(100_000, 0xff));
    assert.equal(error?.rest.length, 100_000);
    assert.ok(error.message.length < 700);
  });

  it('leaves what RAKwireless does not lay out unknown, in place of a wrong value', () => {
    for (const type of ['f1', 'f8']) {
      assert.equal(fault(`01${type}0203`, { dialect: 'rak' }).code, 'unknown_type');
    }
  });
});
