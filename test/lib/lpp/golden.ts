import type { LppValue } from '../../../lib/lpp';

/** What a type's value bytes mean, at both limits and between; worked out by hand from the type tables. */
export interface GoldenType {
  type: number;
  name: string;
  unit?: string;
  values: readonly (readonly [hex: string, value: LppValue])[];
}

export type Values = GoldenType['values'];

const xyz = (x: number, y: number, z: number) => ({ x, y, z });
const gps = (latitude: number, longitude: number, altitude: number) => ({ latitude, longitude, altitude });
const rgb = (r: number, g: number, b: number) => ({ r, g, b });

export const byte: Values = [
  ['00', 0],
  ['01', 1],
  ['ff', 255],
];
export const word: Values = [
  ['0000', 0],
  ['7fff', 32767],
  ['8000', 32768],
  ['ffff', 65535],
];
const hundredths: Values = [
  ['8000', -327.68],
  ['ffff', -0.01],
  ['0000', 0],
  ['0ac7', 27.59],
  ['7fff', 327.67],
];
export const long: Values = [
  ['00000000', 0],
  ['7fffffff', 2147483647],
  ['80000000', 2147483648],
  ['ffffffff', 4294967295],
];
export const thousandths: Values = [
  ['00000001', 0.001],
  ['80000000', 2147483.648],
  ['ffffffff', 4294967.295],
];

export const CORE_TYPES: readonly GoldenType[] = [
  { type: 0, name: 'digital_in', values: byte },
  { type: 1, name: 'digital_out', values: byte },
  { type: 2, name: 'analog_in', values: hundredths },
  { type: 3, name: 'analog_out', values: hundredths },
  { type: 101, name: 'luminosity', unit: 'lx', values: word },
  { type: 102, name: 'presence', values: byte },
  {
    type: 103,
    name: 'temperature',
    unit: '°C',
    values: [
      ['8000', -3276.8],
      ['ffd7', -4.1],
      ['ffff', -0.1],
      ['0110', 27.2],
      ['7fff', 3276.7],
    ],
  },
  {
    type: 104,
    name: 'relative_humidity',
    unit: '%RH',
    values: [
      ['00', 0],
      ['51', 40.5],
      ['ff', 127.5],
    ],
  },
  {
    type: 113,
    name: 'accelerometer',
    unit: 'G',
    values: [
      ['04d2fb2e0000', xyz(1.234, -1.234, 0)],
      ['80007fffffff', xyz(-32.768, 32.767, -0.001)],
    ],
  },
  {
    type: 115,
    name: 'barometric_pressure',
    unit: 'hPa',
    values: [
      ['0000', 0],
      ['27bf', 1017.5],
      ['8000', 3276.8],
      ['ffff', 6553.5],
    ],
  },
  {
    type: 134,
    name: 'gyrometer',
    unit: '°/s',
    values: [
      ['01630231fe67', xyz(3.55, 5.61, -4.09)],
      ['80007fffffff', xyz(-327.68, 327.67, -0.01)],
    ],
  },
  {
    type: 136,
    name: 'gps',
    values: [
      ['06765ff2960a0003e8', gps(42.3519, -87.9094, 10)],
      ['8000007fffffffffff', gps(-838.8608, 838.8607, -0.01)],
    ],
  },
];

export const EXTENSION_TYPES: readonly GoldenType[] = [
  { type: 100, name: 'generic', values: long },
  {
    type: 116,
    name: 'voltage',
    unit: 'V',
    values: [
      ['014a', 3.3],
      ['8000', 327.68],
      ['ffff', 655.35],
    ],
  },
  {
    type: 117,
    name: 'current',
    unit: 'A',
    values: [
      ['00c8', 0.2],
      ['ff38', 65.336],
      ['ffff', 65.535],
    ],
  },
  { type: 118, name: 'frequency', unit: 'Hz', values: [...long, ['33be27a0', 868100000]] },
  { type: 120, name: 'percentage', unit: '%', values: byte },
  {
    type: 121,
    name: 'altitude',
    unit: 'm',
    values: [
      ['8000', -32768],
      ['fffe', -2],
      ['7fff', 32767],
    ],
  },
  { type: 125, name: 'concentration', unit: 'ppm', values: word },
  { type: 128, name: 'power', unit: 'W', values: word },
  { type: 130, name: 'distance', unit: 'm', values: thousandths },
  { type: 131, name: 'energy', unit: 'kWh', values: thousandths },
  { type: 132, name: 'direction', unit: '°', values: word },
  { type: 133, name: 'unix_time', unit: 's', values: long },
  {
    type: 135,
    name: 'colour',
    values: [
      ['0080ff', rgb(0, 128, 255)],
      ['ff0001', rgb(255, 0, 1)],
    ],
  },
  { type: 142, name: 'switch', values: byte },
];

/** What takes the place of some types under the switch `signedVoltageCurrent`. */
export const SIGNED_TYPES: readonly GoldenType[] = [
  {
    type: 116,
    name: 'voltage',
    unit: 'V',
    values: [
      ['8000', -327.68],
      ['ff6a', -1.5],
      ['7fff', 327.67],
    ],
  },
  {
    type: 117,
    name: 'current',
    unit: 'A',
    values: [
      ['8000', -32.768],
      ['ff38', -0.2],
      ['7fff', 32.767],
    ],
  },
  {
    type: 153,
    name: 'dc_current',
    unit: 'A',
    values: hundredths,
  },
  {
    type: 185,
    name: 'dc_current_batt',
    unit: 'A',
    values: hundredths,
  },
];

/** What takes the place of a type under the switch `twoByteHumidity`. */
export const TWO_BYTE_TYPES: readonly GoldenType[] = [
  {
    type: 104,
    name: 'relative_humidity',
    unit: '%RH',
    values: [
      ['0000', 0],
      ['0195', 40.5],
      ['03e8', 100],
      ['ffff', 6553.5],
    ],
  },
];

export const POLYLINE_TYPE: GoldenType = {
  type: 240,
  name: 'polyline',
  values: [
    // One point in units of 0.0001°; a step of 7 and one of -8 in each direction.
    ['080106765ff2960a', [{ latitude: 42.3519, longitude: -87.9094 }]],
    [
      '0a01000000ffffff7887',
      [
        { latitude: 0, longitude: -0.0001 },
        { latitude: -0.0008, longitude: 0.0006 },
        { latitude: -0.0001, longitude: -0.0002 },
      ],
    ],
    // Units of 0.0199°, the largest that is its own code: 10 steps of it east and north of nothing.
    [
      '09c700000a00000a11',
      [
        { latitude: 0.199, longitude: 0.199 },
        { latitude: 0.2189, longitude: 0.2189 },
      ],
    ],
    // Units of 1°.
    [
      '09ef00003effff8e0f',
      [
        { latitude: 62, longitude: -114 },
        { latitude: 61, longitude: -114 },
      ],
    ],
  ],
};

export const LOAD_TYPE: GoldenType = {
  type: 122,
  name: 'load',
  unit: 'kg',
  values: [
    ['800000', -8388.608],
    ['ffffff', -0.001],
    ['00a551', 42.321],
    ['7fffff', 8388.607],
  ],
};

export const MAGNETOMETER_TYPE: GoldenType = {
  type: 114,
  name: 'magnetometer',
  unit: 'Gauss',
  values: [
    ['000100020003', xyz(0.001, 0.002, 0.003)],
    ['80007fffffff', xyz(-32.768, 32.767, -0.001)],
  ],
};
