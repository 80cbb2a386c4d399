import { TtnError } from './errors';
import type { Uplink } from './uplink';

/** What a message carries in `msg.payload`. */
export type PayloadChoice = 'bytes' | 'decoded' | 'normalized';

/**
 * The part of an uplink that the user chose.
 * @throws TtnError `encrypted_payload`, `no_decoded_payload` or `no_normalized_payload`
 */
export function uplinkPayload(uplink: Uplink, choice: PayloadChoice): unknown {
  switch (choice) {
    case 'decoded':
      if (uplink.decoded) return uplink.decoded;
      throw new TtnError(
        'no_decoded_payload',
        `The uplink of ${uplink.deviceId} on FPort ${uplink.fPort} has no decoded payload: no payload formatter is set in the Console, or it failed (TTN does not say which). Set one, or let the node give the bytes.`,
      );
    case 'normalized':
      if (uplink.normalized) return uplink.normalized;
      throw new TtnError(
        'no_normalized_payload',
        `The uplink of ${uplink.deviceId} on FPort ${uplink.fPort} has no normalized payload: the device's payload formatter has no normalizer. Choose the decoded payload or the bytes.`,
      );
    default:
      if (!uplink.encrypted) return uplink.bytes;
      throw new TtnError(
        'encrypted_payload',
        `The uplink of ${uplink.deviceId} is still encrypted: its application skips payload crypto in TTN. Switch that off in the Console (General settings of the device and the application), or decrypt msg.uplink.bytes yourself.`,
      );
  }
}
