import type { Dialect, LppOptions } from '../../../lib/lpp';
import {
  CORE_TYPES,
  EXTENSION_TYPES,
  LOAD_TYPE,
  MAGNETOMETER_TYPE,
  POLYLINE_TYPE,
  SIGNED_TYPES,
  TWO_BYTE_TYPES,
  type GoldenType,
} from './golden';
import { RAK_TYPES } from './golden-rak';

const EXTENDED = [...CORE_TYPES, ...EXTENSION_TYPES];

const TYPES: Record<Dialect, readonly GoldenType[]> = {
  lpp: CORE_TYPES,
  extended: EXTENDED,
  electroniccats: [...EXTENDED, POLYLINE_TYPE],
  pycayennelpp: [...EXTENDED, LOAD_TYPE],
  pni: [...CORE_TYPES, MAGNETOMETER_TYPE],
  rak: [...EXTENDED, ...RAK_TYPES],
  lpp2: EXTENDED,
};

/** Each dialect under each combination of the switches, and its types. */
export const COMBINATIONS = Object.entries(TYPES).flatMap(([dialect, types]) =>
  [false, true].flatMap((signedVoltageCurrent) =>
    [false, true].map((twoByteHumidity) => ({
      options: { dialect: dialect as Dialect, signedVoltageCurrent, twoByteHumidity } satisfies LppOptions,
      types: types.map(
        (type) =>
          (signedVoltageCurrent && SIGNED_TYPES.find((other) => other.type === type.type)) ||
          (twoByteHumidity && TWO_BYTE_TYPES.find((other) => other.type === type.type)) ||
          type,
      ),
    })),
  ),
);
