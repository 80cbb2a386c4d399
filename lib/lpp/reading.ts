/** A point of a line on the map, in degrees. */
export type Position = { latitude: number; longitude: number };

/**
 * The value of one reading: a number, an object for the types that carry several numbers (custom types name
 * their fields themselves), or a list of points.
 */
export type LppValue =
  | number
  | { x: number; y: number; z: number }
  | { latitude: number; longitude: number; altitude: number }
  | { r: number; g: number; b: number }
  | { [field: string]: number }
  | Position[];

/** One record of a Cayenne LPP frame. */
export interface Reading {
  /** Data channel, 0 to 255. */
  channel: number;
  /** The name that a person gave to the channel; `decode` knows none. */
  channelName?: string;
  /** LPP type id: IPSO object id minus 3200. */
  type: number;
  /** `temperature`, `relative_humidity`, ...: The Things Stack's name for the 12 types that it knows. */
  name: string;
  value: LppValue;
  /** Unit for people (`°C`, `%RH`, `hPa`); absent where the type has none. */
  unit?: string;
  /** How many seconds before the uplink it was measured; only in the history of LPP 2.0. */
  delta?: number;
}
