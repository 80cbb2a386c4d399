import { byte, long, thousandths, word, type GoldenType, type Values } from './golden';

const wordTenths: Values = [
  ['0000', 0],
  ['0001', 0.1],
  ['8000', 3276.8],
  ['ffff', 6553.5],
];
const wordHundredths: Values = [
  ['0000', 0],
  ['0001', 0.01],
  ['8000', 327.68],
  ['ffff', 655.35],
];
const wordThousandths: Values = [
  ['0001', 0.001],
  ['8000', 32.768],
  ['ffff', 65.535],
];
const signedWord: Values = [
  ['8000', -32768],
  ['ffff', -1],
  ['0001', 1],
  ['7fff', 32767],
];
const signedTenths: Values = [
  ['8000', -3276.8],
  ['ff9c', -10],
  ['ffff', -0.1],
  ['0000', 0],
  ['7fff', 3276.7],
];

const golden = (type: number, name: string, values: Values, unit?: string): GoldenType => ({
  type,
  name,
  values,
  ...(unit && { unit }),
});

/** What RAKwireless adds. */
export const RAK_TYPES: readonly GoldenType[] = [
  golden(16, 'nitrogen', word, 'mg/kg'),
  golden(17, 'phosphorus', word, 'mg/kg'),
  golden(18, 'potassium', word, 'mg/kg'),
  golden(19, 'salinity', word, 'mg/L'),
  golden(20, 'dissolved_oxygen', wordHundredths, 'mg/L'),
  golden(21, 'orp', signedTenths, 'mV'),
  golden(22, 'cod', word, 'mg/L'),
  golden(23, 'turbidity', word, 'NTU'),
  golden(24, 'no3', wordTenths, 'ppm'),
  golden(25, 'nh4+', wordHundredths, 'ppm'),
  golden(26, 'bod', word, 'mg/L'),
  golden(27, 'accel-x', signedWord, 'mG'),
  golden(28, 'accel-y', signedWord, 'mG'),
  golden(29, 'accel-z', signedWord, 'mG'),
  golden(105, 'air_quality_index', word),
  golden(112, 'humidity_prec', signedTenths, '%RH'),
  golden(119, 'precipitation', long, 'mm/h'),
  golden(126, 'rak_device_serial_number', [
    ['000001', 1],
    ['800000', 8388608],
    ['ffffff', 16777215],
  ]),
  golden(127, 'high_precision_ec', thousandths, 'mS/cm'),
  golden(137, 'gps', [
    // RAK's own decoder reads these one unit too low.
    ['00dc0c88073668bb000dac', { latitude: 14.421128, longitude: 121.006267, altitude: 35 }],
    ['800000007fffffffffffff', { latitude: -2147.483648, longitude: 2147.483647, altitude: -0.01 }],
  ]),
  golden(138, 'voc', word),
  golden(144, 'wind_speed', wordHundredths, 'm/s'),
  golden(145, 'strikes', word),
  golden(152, 'capacity', byte, '%'),
  golden(153, 'dc_current', wordHundredths, 'A'),
  golden(154, 'dc_voltage', wordHundredths, 'V'),
  golden(156, 'moisture', wordTenths, '%'),
  golden(158, 'wind_speed', wordHundredths, 'm/s'),
  golden(159, 'wind_direction', word, '°'),
  golden(161, 'high_precision_ph', wordHundredths, 'pH'),
  golden(162, 'ph', wordTenths, 'pH'),
  golden(163, 'pyranometer', word, 'W/m²'),
  golden(184, 'capacity_batt', byte, '%'),
  golden(185, 'dc_current_batt', wordHundredths, 'A'),
  golden(186, 'dc_voltage_batt', wordHundredths, 'V'),
  golden(
    187,
    'hub_voltage',
    [
      ['00000001', 0.01],
      ['80000000', 21474836.48],
      ['ffffffff', 42949672.95],
    ],
    'V',
  ),
  golden(188, 'soil_moist', wordTenths, '%'),
  golden(190, 'wind_speed', wordHundredths, 'm/s'),
  golden(191, 'wind_direction', word, '°'),
  golden(192, 'soil_ec', wordThousandths, 'mS/cm'),
  golden(193, 'soil_ph_h', wordHundredths, 'pH'),
  golden(194, 'soil_ph_l', wordTenths, 'pH'),
  golden(195, 'pyranometer', word, 'W/m²'),
  golden(203, 'light', byte),
  golden(227, 'pm10', word, 'µg/m³'),
  golden(228, 'pm2_5', word, 'µg/m³'),
  golden(229, 'orientation', signedTenths, '°'),
  golden(233, 'noise', wordTenths, 'dB'),
  golden(243, 'raw2byte', word),
  golden(244, 'raw4byte', long),
  golden(245, 'float', [
    ['3fc00000', 1.5],
    ['c1200000', -10],
    ['00000000', 0],
    ['00000001', 1.4013e-45],
    ['ff7fffff', -3.4028235e38],
    ['41d9999a', 27.2],
    ['4b800000', 16777216],
    ['3eaaaaab', 0.33333334],
  ]),
  golden(246, 'int32', [
    ['80000000', -2147483648],
    ['ffffffff', -1],
    ['00000005', 5],
    ['7fffffff', 2147483647],
  ]),
  golden(247, 'uint32', [...long, ['ee6b2800', 4000000000]]),
];
