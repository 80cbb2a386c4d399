import { TtnError } from './errors';
import { explainNoUplink, parseUplink } from './parse';
import type { Uplink } from './uplink';

/** An uplink with the untouched message it was read from. */
export interface ReceivedUplink {
  topic: string;
  uplink: Uplink;
  message: Record<string, unknown>;
}

/**
 * Reads an uplink as it arrived by MQTT.
 * @throws TtnError `not_json` or `not_an_uplink`
 */
export function readUplink(topic: string, payload: Buffer): ReceivedUplink {
  let message: unknown;
  try {
    message = JSON.parse(payload.toString());
  } catch (cause) {
    throw new TtnError(
      'not_json',
      `The message on ${topic} is not JSON (${(cause as Error).message}). In The Things Stack, MQTT always sends JSON: check that the host is its MQTT server.`,
      { cause },
    );
  }
  const uplink = parseUplink(message, { topic });
  if (!uplink) {
    throw new TtnError('not_an_uplink', `The message on ${topic} is no uplink: ${explainNoUplink(message)}.`);
  }
  return { topic, uplink, message: message as Record<string, unknown> };
}
