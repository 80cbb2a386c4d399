import { toBytes, type InputFormat } from './bytes';
import { findPayload, type FoundPayload } from './messages';

/** The bytes to decode, with what the message says about their uplink. */
export interface Payload extends Pick<FoundPayload, 'fPort' | 'receivedAt' | 'deviceId'> {
  bytes: Uint8Array;
}

/**
 * Reads what the chosen property of a message holds: bytes in one of their forms, or (format `auto`) a whole message
 * of a network server, in which the payload is found.
 * @throws LppInputError `bad_input`, `bad_option`
 */
export function readPayload(value: unknown, format: InputFormat = 'auto'): Payload {
  const found = format === 'auto' ? findPayload(value) : undefined;
  if (!found) return { bytes: toBytes(value, format) };
  const { value: payload, format: form, ...about } = found;
  return { ...about, bytes: toBytes(payload, form) };
}
