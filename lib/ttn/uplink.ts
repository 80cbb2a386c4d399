/** What happened at the device or for it. Later kinds carry the same identifiers. */
export type UplinkKind = 'up';

/** How a frame was modulated. Bandwidths in Hz, bit rate in bit/s. */
export type DataRate =
  | { modulation: 'lora'; spreadingFactor: number; bandwidth: number; codingRate?: string }
  | { modulation: 'fsk'; bitRate: number }
  | { modulation: 'lrfhss'; modulationType: number; operatingChannelWidth: number; codingRate?: string };

/** A position. Latitude and longitude in degrees, altitude and accuracy in metres. */
export interface Location {
  latitude: number;
  longitude: number;
  altitude?: number;
  accuracy?: number;
  /** `SOURCE_GPS`, `SOURCE_REGISTRY`, ... as The Things Stack names it. */
  source?: string;
}

/** One antenna of one gateway that heard the frame. */
export interface Gateway {
  /** Gateway id; behind Packet Broker the forwarder's. */
  id: string;
  /** Upper-case hex. Absent where unknown (often behind Packet Broker). */
  eui?: string;
  /** dBm */
  rssi: number;
  /** dB */
  snr: number;
  /** Index of the gateway's channel. */
  channel: number;
  /** Antenna of this gateway, 0 for the first. */
  antenna: number;
  /** The gateway's own clock, as sent. */
  time?: string;
  location?: Location;
}

/**
 * One uplink of one device, the same whatever the version of TTN and the transport (`msg.uplink`).
 * Zeros that protobuf left out are restored; what is unknown is absent, never 0.
 */
export interface Uplink {
  /** Identifies this uplink for ever: application, device, session, frame counter, time of reception, kind. */
  key: string;
  kind: UplinkKind;
  applicationId: string;
  tenantId?: string;
  deviceId: string;
  /** Upper-case hex, 16 characters. */
  devEui?: string;
  joinEui?: string;
  /** Upper-case hex, 8 characters. */
  devAddr?: string;
  /** 0 means: no port, MAC commands only. */
  fPort: number;
  /** Full 32-bit frame counter. */
  fCnt: number;
  confirmed: boolean;
  /** Made in the Console or by the API, never on air. */
  simulated: boolean;
  /**
   * RFC 3339 with up to nanoseconds, the string as sent: when the Network Server received the frame.
   * Very old messages have none.
   */
  receivedAt?: string;
  bytes: Buffer;
  /** Present when the bytes are still encrypted: TTN sends them so where the application keeps its keys to itself. */
  encrypted?: true;
  /** What TTN's payload formatter made of the bytes; absent: no formatter, or it failed. */
  decoded?: Record<string, unknown>;
  decodedWarnings?: string[];
  /** TTN's normalized measurements. */
  normalized?: Record<string, unknown>[];
  /** All that heard the frame, best first. Empty for simulated uplinks. */
  gateways: Gateway[];
  /** dBm, of the best gateway. */
  rssi?: number;
  /** dB, of the best gateway. */
  snr?: number;
  dataRate?: DataRate;
  /** Hz */
  frequency?: number;
  /** Seconds on air. */
  airtime?: number;
  /** By origin: `user`, `frm-payload`, ... */
  locations?: Record<string, Location>;
  /** 0 to 100, from LoRaWAN's DevStatus; cached by TTN and repeated in every uplink. */
  battery?: number;
  /** Changes with every join. */
  sessionKeyId?: string;
  correlationIds?: string[];
  /** True when it came from the back-fill. */
  recovered: boolean;
}
