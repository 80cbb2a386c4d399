import {
  fields,
  location,
  polyline,
  preciseLocation,
  s16,
  s24,
  s32,
  u16,
  u32,
  u8,
  xyz,
  type ValueFormat,
} from './formats';

/** One type of Cayenne LPP. */
export interface LppType extends ValueFormat {
  /** Id in the frame: IPSO object id minus 3200. */
  id: number;
  /** The Things Stack's name for the 12 types of the format, Electronic Cats' for the 14 after, else the vendor's. */
  name: string;
  /** Unit for people; absent where the type has none, or one for each field. */
  unit: string | undefined;
}

export const type = (id: number, name: string, format: ValueFormat, unit?: string): LppType => ({
  id,
  name,
  unit,
  ...format,
});

/** The 12 types of Cayenne LPP (myDevices' documentation, `LORA.md`). */
export const CORE = [
  type(0, 'digital_in', u8()),
  type(1, 'digital_out', u8()),
  type(2, 'analog_in', s16(100)),
  type(3, 'analog_out', s16(100)),
  type(101, 'luminosity', u16(), 'lx'),
  type(102, 'presence', u8()),
  type(103, 'temperature', s16(10), '°C'),
  type(104, 'relative_humidity', u8(2), '%RH'),
  type(113, 'accelerometer', xyz(1000), 'G'),
  type(115, 'barometric_pressure', u16(10), 'hPa'),
  type(134, 'gyrometer', xyz(100), '°/s'),
  type(136, 'gps', location(10000, 100)),
];

/** The 14 further types on which Electronic Cats' library, ChirpStack v4 and pycayennelpp agree. */
export const EXTENSIONS = [
  type(100, 'generic', u32()),
  type(116, 'voltage', u16(100), 'V'),
  type(117, 'current', u16(1000), 'A'),
  type(118, 'frequency', u32(), 'Hz'),
  type(120, 'percentage', u8(), '%'),
  type(121, 'altitude', s16(), 'm'),
  type(125, 'concentration', u16(), 'ppm'),
  type(128, 'power', u16(), 'W'),
  type(130, 'distance', u32(1000), 'm'),
  type(131, 'energy', u32(1000), 'kWh'),
  type(132, 'direction', u16(), '°'),
  type(133, 'unix_time', u32(), 's'),
  type(135, 'colour', fields(['r', 'g', 'b'], u8())),
  type(142, 'switch', u8()),
];

/** Only in Electronic Cats' library, and there not in the builds for Arduino. */
export const POLYLINE = type(240, 'polyline', polyline);

/** Only in pycayennelpp. */
export const LOAD = type(122, 'load', s24(1000), 'kg');

/** Only in PNI's npm package `cayenne-lpp`. */
export const MAGNETOMETER = type(114, 'magnetometer', xyz(1000), 'Gauss');

/** What LPP 2.0 sends on FPort 3, without a type (Xose Pérez' branch `lppv2`). */
export const FULL_SCALE_GPS = type(136, 'gps', preciseLocation(s32(1e6), s16(100)));

/**
 * Voltage and current as Electronic Cats' library has sent them since 1.6.0 (2025-09), and MeshCore; RAK's
 * currents with the range that RAK's own table gives.
 */
export const SIGNED_VOLTAGE_CURRENT = [
  type(116, 'voltage', s16(100), 'V'),
  type(117, 'current', s16(1000), 'A'),
  type(153, 'dc_current', s16(100), 'A'),
  type(185, 'dc_current_batt', s16(100), 'A'),
];

/** Humidity as janpieper/cayenne_lpp (Elixir) sends it, and cayennelpp_decoder (C++) reads it. */
export const TWO_BYTE_HUMIDITY = [type(104, 'relative_humidity', u16(10), '%RH')];

/** Types by their id. */
export type TypeTable = readonly (LppType | undefined)[];

/** What comes later in the list stands in place of what had its id before. */
export function tableOf(types: readonly LppType[]): TypeTable {
  const table = new Array<LppType | undefined>(256).fill(undefined);
  for (const type of types) table[type.id] = type;
  return table;
}
