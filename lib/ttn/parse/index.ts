import { describe } from '../../describe';
import { object, text, type Json } from '../../json';
import type { Uplink } from '../uplink';
import type { ParseOptions, Parsed } from './parsed';
import { parseV2Event, parseV2Uplink } from './v2';
import { parseV3 } from './v3';

export type { ParseOptions } from './parsed';

/**
 * Reads a message of The Things Network, whatever its version, its kind and the way it came: MQTT, a webhook, a line
 * of the Storage Integration (`{"result": ...}`), an event copied from the Console; v3, and v2's uplinks and events.
 * Unknown fields are ignored. Never throws on anything that JSON can say.
 *
 * @returns undefined when it is no such message; {@link explainNoUplink} says why.
 */
export function parseUplink(message: unknown, options: ParseOptions = {}): Uplink | undefined {
  const parsed = parse(message, options);
  return 'uplink' in parsed ? parsed.uplink : undefined;
}

/** Why {@link parseUplink} made nothing of a message, in words for the user: `it has no ...`. */
export function explainNoUplink(message: unknown, options: ParseOptions = {}): string {
  const parsed = parse(message, options);
  return 'reason' in parsed ? parsed.reason : 'it can be read';
}

/** The message, or why it cannot be read. */
export function parse(message: unknown, options: ParseOptions): Parsed {
  const event = parseV2Event(message, options);
  if (event) return event;
  const outer = object(message);
  if (!outer) return { reason: `it is ${describe(message)}, not an object` };
  for (const inner of [outer, object(outer.result), object(outer.data)]) {
    if (inner && 'end_device_ids' in inner) return parseV3(inner, options);
    if (inner && ('app_id' in inner || 'dev_id' in inner)) return parseV2Uplink(inner, options);
  }
  return { reason: whatElse(outer) };
}

function whatElse(message: Json): string {
  const error = object(message.error);
  if (error) return `it is an error that TTN reports: ${text(error.message) ?? 'without a text'}`;
  const name = text(message.name);
  if (name && 'data' in message) {
    return `it is the Console's event "${name}", which carries no message to the application; those end in ".forward", such as "as.up.data.forward"`;
  }
  return 'it has neither "end_device_ids" (The Things Stack v3) nor "app_id" and "dev_id" (v2), so it is no message of The Things Network';
}
