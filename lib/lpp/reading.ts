/** The value of one reading: a number, or an object for the types that carry several numbers. */
export type LppValue =
  | number
  | { x: number; y: number; z: number }
  | { latitude: number; longitude: number; altitude: number }
  | { r: number; g: number; b: number }
  | { latitude: number; longitude: number }[];

/** One record of a Cayenne LPP frame. */
export interface Reading {
  /** Data channel, 0 to 255. */
  channel: number;
  /** LPP type id: IPSO object id minus 3200. */
  type: number;
  /** The Things Stack's name of the type (`temperature`, `relative_humidity`, ...). */
  name: string;
  value: LppValue;
  /** Unit for people (`°C`, `%RH`, `hPa`); absent where the type has none. */
  unit?: string;
  /** Seconds before the uplink; absent: measured for it. */
  delta?: number;
}
