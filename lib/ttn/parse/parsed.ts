import type { Uplink } from '../uplink';

export interface ParseOptions {
  /**
   * The MQTT topic, or what stands for it. It names the tenant and the application where a message of v3 does not,
   * and device and kind of an event of v2, which names neither.
   */
  topic?: string;
  /** True when the message was fetched from the Storage Integration. */
  recovered?: boolean;
}

/** What a message was found to be, or in words for the user why it is nothing of TTN's. */
export type Parsed = { network: 'v3' | 'v2'; uplink: Uplink } | { reason: string };

export function notBase64(field: string): Parsed {
  return { reason: `its "${field}" is not base64` };
}
