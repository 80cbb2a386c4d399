import { TtnError } from './errors';
import { position } from './parse/fields';
import type { Uplink } from './uplink';

/** What a message carries in `msg.payload`. */
export type PayloadChoice = 'bytes' | 'decoded' | 'normalized';

/**
 * What a message carries in `msg.payload`: of an uplink the part that the user chose; of a normalized message always
 * its measurements (a list, as in an uplink); of a solved location the position; of every other kind its event.
 * A copy: a flow may edit it, and the uplink stays as it is.
 * @throws TtnError `encrypted_payload`, `no_decoded_payload`, `no_normalized_payload` or `no_position`
 */
export function uplinkPayload(uplink: Uplink, choice: PayloadChoice): unknown {
  switch (uplink.kind) {
    case 'up':
      return partOf(uplink, choice);
    case 'normalized':
      return partOf(uplink, 'normalized');
    case 'location':
      return solvedPosition(uplink);
    default:
      return copyOf(uplink.event);
  }
}

function partOf(uplink: Uplink, choice: PayloadChoice): unknown {
  switch (choice) {
    case 'decoded':
      if (uplink.decoded) return copyOf(uplink.decoded);
      throw new TtnError(
        'no_decoded_payload',
        `${named(uplink)} has no decoded payload: no payload formatter is set in the Console, or it failed (TTN does not say which). Set one, or let the node give the bytes.`,
      );
    case 'normalized':
      if (uplink.normalized) return copyOf(uplink.normalized);
      throw new TtnError(
        'no_normalized_payload',
        `${named(uplink)} has no normalized payload: the device's payload formatter has no normalizer. Choose the decoded payload or the bytes.`,
      );
    default:
      if (!uplink.encrypted) return Buffer.from(uplink.bytes);
      throw new TtnError(
        'encrypted_payload',
        `The uplink of ${uplink.deviceId} is still encrypted: its application skips payload crypto in TTN. Switch that off in the Console (General settings of the device and the application), or decrypt msg.uplink.bytes yourself.`,
      );
  }
}

function solvedPosition({ event, deviceId }: Uplink) {
  const found = position(event?.location);
  if (found) return found;
  throw new TtnError(
    'no_position',
    `The solved location of ${deviceId} has no latitude and longitude that can be read; msg.ttn has what came.`,
  );
}

function named({ deviceId, fPort }: Uplink): string {
  return `The uplink of ${deviceId}${fPort === undefined ? '' : ` on FPort ${fPort}`}`;
}

/** The same where it is nested too deep to be copied, by thousands of levels. */
function copyOf<T>(part: T): T {
  try {
    return structuredClone(part);
  } catch {
    return part;
  }
}
