/** What happened at the device or for it. All kinds carry the same identifiers. */
export type UplinkKind =
  | 'up'
  /** One normalized measurement of an uplink: its own message, beside that of the uplink. */
  | 'normalized'
  | 'join'
  /** What became of a downlink. */
  | 'queued'
  | 'sent'
  | 'ack'
  | 'nack'
  | 'failed'
  /** The queued downlinks that a new session made void. */
  | 'invalidated'
  /** A position that a service found. */
  | 'location'
  /** What another service of TTN says of the device. */
  | 'service'
  /** An event of a v2 network that v3 does not know: errors, and changes of the registry. */
  | 'event';

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

/** One antenna of one gateway, or a relay, that heard the frame. */
export interface Gateway {
  /** Gateway id; behind Packet Broker the forwarder's; of a relay its device id. */
  id: string;
  /** Upper-case hex. Absent where unknown (often behind Packet Broker). */
  eui?: string;
  /** dBm */
  rssi?: number;
  /** dB */
  snr?: number;
  /** Index of the gateway's channel. */
  channel?: number;
  /** Antenna of this gateway, 0 for the first. */
  antenna?: number;
  /** The gateway's own clock, as sent. */
  time?: string;
  location?: Location;
}

/**
 * One uplink of one device, or an event of another kind, the same whatever the version of TTN and the transport
 * (`msg.uplink`). Zeros that protobuf left out are restored; what is unknown is absent, never 0.
 */
export interface Uplink {
  /**
   * Identifies this uplink for ever: application, device, kind, frame counter and the Network Server's time of
   * reception; where that time is missing, also the session, the FPort and the content (`key.ts` says why).
   * Without `receivedAt` it rests on the content alone: two events of the same content share it.
   */
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
  /** Of the uplink, or of the downlink that an event is about. 0 means: no port, MAC commands only. */
  fPort?: number;
  /** Full 32-bit frame counter, of the uplink or of the downlink that an event is about. */
  fCnt?: number;
  confirmed: boolean;
  /** v2: the device sent the same frame again. v3 does not pass such frames on. */
  retry?: true;
  /** Made in the Console or by the API, never on air. */
  simulated: boolean;
  /**
   * RFC 3339 with up to nanoseconds, the string as sent: when the Network Server received the frame, or else when
   * the Application Server did. Very old messages and most events of v2 have none.
   */
  receivedAt?: string;
  /** Of the uplink, or of the downlink that an event is about; empty where the message has none. */
  bytes: Buffer;
  /** Present when the bytes are still encrypted: TTN sends them so where the application keeps its keys to itself. */
  encrypted?: true;
  /** What TTN's payload formatter made of the bytes; absent: no formatter, or it failed. May be empty. */
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
  /**
   * Of kinds other than `up` and `normalized`: the kind's own part of the message, as sent, but without keys.
   * `join`: `join_accept`; `location`: `location_solved`; and so on; v2: the event.
   */
  event?: Record<string, unknown>;
  /** True when it was fetched from the Storage Integration. */
  recovered: boolean;
}
