import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode, encode, type LppOptions, type LppValue, type Reading } from '../../../lib/lpp';

/** Test vectors of other libraries, which are not ours to publish: they lie beside the repository, or not. */
const FILE = join(__dirname, '../../../../shared/facts/lpp-vectors.json');

interface Item {
  channel: number;
  type: number;
  name: string;
  /** A line's points are pairs: latitude, longitude. */
  value: LppValue | [number, number][];
  delta?: number;
}

interface Vector {
  dialect: string;
  hex: string;
  fport?: number;
  expected: Item[] | null;
  error_kind?: string;
  error_offset?: number;
  /** What stands before the fault. */
  partial?: Item[];
}

/** Our options for the file's dialects. */
const OPTIONS: Record<string, LppOptions> = {
  v1: { dialect: 'lpp' },
  // Its library scales the gyrometer otherwise; the file has what a decoder of the format makes of that.
  'v1-gyro-x1000': { dialect: 'lpp' },
  'ec-unsigned-va': { dialect: 'extended' },
  'ec-signed-va': { dialect: 'extended', signedVoltageCurrent: true },
  'ec-polyline': { dialect: 'electroniccats' },
  // An id that was given up before it was published.
  'ec-pre-merge': { customTypes: [{ id: 143, name: 'ppm', bytes: 2 }] },
  humidity16: { dialect: 'lpp', twoByteHumidity: true },
  'lpp2-fullgps': { dialect: 'lpp2' },
  'lpp2-history': { dialect: 'lpp2' },
  'lpp2-packed': { dialect: 'lpp2', packedBase: 0 },
  pni: { dialect: 'pni' },
  pycayennelpp: { dialect: 'pycayennelpp' },
  rak: { dialect: 'rak' },
};

/** What we mean to do otherwise, with the reason. */
const OTHERWISE: Record<string, (vector: Vector) => boolean> = {
  'an empty frame is a fault, though some decoders give no readings and no error': ({ hex, expected }) =>
    hex === '' && expected !== null,
  'a downlink is another format, without types': ({ dialect }) => dialect === 'ttn-downlink',
  'type before channel, little-endian: another format': ({ dialect }) => dialect === 'han-le-type-first',
};

function readVectors(): Vector[] {
  if (existsSync(FILE)) return JSON.parse(readFileSync(FILE, 'utf8')) as Vector[];
  console.log('The shared LPP vectors do not lie beside the repository: they are not checked.');
  return [];
}

/** Without the units, which the file does not have. */
function itemOf({ channel, type, name, value, delta }: Reading): Item {
  const points =
    Array.isArray(value) && value.map(({ latitude, longitude }): [number, number] => [latitude, longitude]);
  return { channel, type, name, value: points || value, ...(delta !== undefined && { delta }) };
}

for (const vector of readVectors()) {
  const { dialect, hex, fport, expected, error_kind, error_offset, partial } = vector;
  const [reason] = Object.entries(OTHERWISE).find(([, applies]) => applies(vector)) ?? [];
  if (reason) continue;

  it(`shared vector ${dialect} ${hex}`, () => {
    assert.ok(OPTIONS[dialect], `no options for dialect ${dialect}`);
    const options = { ...OPTIONS[dialect], ...(fport !== undefined && { fPort: fport }) };
    const frame = Buffer.from(hex, 'hex');
    const { readings, error } = decode(frame, options);
    assert.deepEqual(readings.map(itemOf), expected ?? partial ?? []);
    assert.equal(error?.code, error_kind);
    if (error_offset !== undefined) assert.equal(error?.offset, error_offset);
    // A line can be packed in several ways.
    const again = encode(readings, options);
    if (dialect === 'ec-polyline') assert.deepEqual(decode(again, options).readings, readings);
    else assert.deepEqual(again, frame.subarray(0, error?.offset));
  });
}
