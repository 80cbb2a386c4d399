import { READING_NAMES, type NameRow } from '../measurements';

/**
 * Microshare's names (its "Standards Data Table") for fields that payload formatters on TTN give, and the units in
 * which such fields commonly come, as the help says. A person's own rows come after these and win: one without a unit
 * takes the unit away.
 */
export const DECODED_NAMES: readonly NameRow[] = [
  // The Things Stack's own Cayenne LPP formatter, which adds the channel: `temperature_3`.
  { field: 'temperature', name: 'temperature', unit: '°C' },
  { field: 'relative_humidity', name: 'humidity', unit: '%RH' },
  { field: 'barometric_pressure', name: 'pressure', unit: 'hPa' },
  { field: 'luminosity', name: 'illuminance', unit: 'lx' },
  { field: 'presence', name: 'presence' },
  { field: 'analog_in', name: 'analog_in' },
  { field: 'analog_out', name: 'analog_out' },
  { field: 'digital_in', name: 'digital_in' },
  { field: 'digital_out', name: 'digital_out' },
  { field: 'accelerometer', name: 'accelerometer' },
  { field: 'gyrometer', name: 'gyrometer' },
  { field: 'gps', name: 'gps' },

  { field: 'temp', name: 'temperature', unit: '°C' },
  { field: 'TempC_SHT', name: 'temperature', unit: '°C' },
  { field: 'TempC_DS', name: 'temperature', unit: '°C' },
  { field: 'humidity', name: 'humidity', unit: '%RH' },
  { field: 'hum', name: 'humidity', unit: '%RH' },
  { field: 'Hum_SHT', name: 'humidity', unit: '%RH' },
  { field: 'pressure', name: 'pressure', unit: 'hPa' },
  { field: 'co2', name: 'co2', unit: 'ppm' },
  { field: 'tvoc', name: 'voc', unit: 'ppb' },
  { field: 'voc', name: 'voc', unit: 'ppb' },
  { field: 'illuminance', name: 'illuminance', unit: 'lx' },
  { field: 'lux', name: 'illuminance', unit: 'lx' },
  { field: 'position', name: 'gps' },
  { field: 'location', name: 'gps' },

  { field: 'battery', name: 'battery', health: true },
  { field: 'BatV', name: 'voltage', unit: 'V', health: true },
  { field: 'battery_voltage', name: 'voltage', unit: 'V', health: true },
  { field: 'batteryVoltage', name: 'voltage', unit: 'V', health: true },
  { field: 'battery_percent', name: 'charge', unit: '%', health: true },
  { field: 'batteryPercent', name: 'charge', unit: '%', health: true },
];

/** Of TTN's normalized payload, whose schema fixes the units (`lib/payload.json` of its device repository). */
const NORMALIZED_NAMES: readonly NameRow[] = [
  { field: 'battery', name: 'voltage', unit: 'V', health: true },
  { field: 'air.temperature', name: 'temperature', unit: '°C' },
  { field: 'air.relativeHumidity', name: 'humidity', unit: '%RH' },
  { field: 'air.pressure', name: 'pressure', unit: 'hPa' },
  { field: 'air.co2', name: 'co2', unit: 'ppm' },
  { field: 'air.lightIntensity', name: 'illuminance', unit: 'lx' },
  { field: 'air.location', name: 'air_location' },
  { field: 'soil.temperature', name: 'soil_temperature', unit: '°C' },
  { field: 'soil.moisture', name: 'soil_moisture', unit: '%' },
  { field: 'soil.depth', name: 'soil_depth', unit: 'cm' },
  { field: 'soil.ec', name: 'soil_ec', unit: 'dS/m' },
  { field: 'soil.n', name: 'soil_n', unit: 'ppm' },
  { field: 'soil.p', name: 'soil_p', unit: 'ppm' },
  { field: 'soil.k', name: 'soil_k', unit: 'ppm' },
  { field: 'wind.speed', name: 'wind_speed', unit: 'm/s' },
  { field: 'wind.direction', name: 'wind_direction', unit: '°' },
  { field: 'water.leak', name: 'leak' },
  { field: 'water.temperature.current', name: 'water_temperature', unit: '°C' },
  { field: 'water.temperature.min', name: 'water_temperature_min', unit: '°C' },
  { field: 'water.temperature.max', name: 'water_temperature_max', unit: '°C' },
  { field: 'water.temperature.avg', name: 'water_temperature_avg', unit: '°C' },
  { field: 'metering.water.total', name: 'metering_water_total', unit: 'L' },
  { field: 'action.motion.detected', name: 'motion' },
  { field: 'position', name: 'gps' },
];

/** The default rows by where the values come from. */
export const DEFAULT_NAMES = {
  readings: READING_NAMES,
  decoded: DECODED_NAMES,
  normalized: NORMALIZED_NAMES,
} as const;

/** Where the values of an unpacked record come from. */
export type ValuesFrom = keyof typeof DEFAULT_NAMES;
