import { object, type Json } from '../json';
import { TtnError } from './errors';
import { topicOf } from './kinds';
import { parse, type ParseOptions } from './parse';
import type { Uplink } from './uplink';

/** An uplink with the untouched message it was read from. */
export interface ReceivedUplink {
  topic: string;
  uplink: Uplink;
  message: Json;
}

/**
 * Reads an uplink as it arrived.
 * @param topic in the form of v3's or v2's MQTT topics; empty: made from the message
 * @throws TtnError `not_json` or `not_an_uplink`
 */
export function readUplink(topic: string, payload: Buffer): ReceivedUplink {
  let message: unknown;
  try {
    message = JSON.parse(payload.toString());
  } catch (cause) {
    throw new TtnError(
      'not_json',
      `The message ${origin(topic)}is not JSON (${(cause as Error).message}). The Things Stack's MQTT server always sends JSON, its webhooks do when their format is JSON: check the host, or the webhook.`,
      { cause },
    );
  }
  return receiveUplink(message, { topic });
}

/**
 * Takes a message that was read from JSON elsewhere, such as one of the Storage Integration.
 * @throws TtnError `not_an_uplink`
 */
export function receiveUplink(message: unknown, options: ParseOptions): ReceivedUplink {
  const { topic = '' } = options;
  const parsed = parse(message, options);
  if ('reason' in parsed) {
    throw new TtnError('not_an_uplink', `The message ${origin(topic)}is no uplink: ${parsed.reason}.`);
  }
  const { uplink, network } = parsed;
  // Some events of v2 have no body.
  return { topic: topic || topicOf(uplink, network), uplink, message: object(message) ?? {} };
}

function origin(topic: string): string {
  return topic && `on ${topic} `;
}
