import { toBytes, type InputFormat } from '../../../lib/lpp/bytes';
import { decode, locate } from '../../../lib/lpp/decode';
import { toEncodable, type EncodableOptions } from '../../../lib/lpp/encodable';
import { encode } from '../../../lib/lpp/encode';
import type { LppOptions } from '../../../lib/lpp/dialects';
import { LppInputError } from '../../../lib/lpp/errors';
import { readPayload, type Payload } from '../../../lib/lpp/payload';
import type { LppValue, Reading } from '../../../lib/lpp/reading';
import { fromBase64, looksLikeHex } from '../../../lib/lpp/text';

/** A stretch of a frame and what it means: a reading, or that nothing can be read from there on. */
export interface Stretch {
  bytes: Uint8Array;
  reading?: Reading;
  warnings: string[];
  error?: string;
}

/** @throws LppInputError `bad_option` */
export function explain(bytes: Uint8Array, options: LppOptions): Stretch[] {
  const { readings, warnings, error } = decode(bytes, options);
  const spans = locate(bytes, options);
  const stretches = readings.map((reading, index): Stretch => {
    const { offset, length } = spans[index]!;
    const own = warnings.filter((warning) => warning.offset === offset);
    return {
      bytes: bytes.subarray(offset, offset + length),
      reading,
      warnings: own.map(({ message }) => message),
    };
  });
  return error ? [...stretches, { bytes: error.rest, warnings: [], error: error.message }] : stretches;
}

/**
 * Reads what a person pastes: bytes as text, or JSON of a whole message, of a list of bytes, or of a text as a
 * debug message shows it. Text is of the node's format where that is one of text.
 * @throws LppInputError `bad_input`
 */
export function readTyped(typed: string, format: InputFormat): Payload {
  const value = /^\s*[[{"]/.test(typed) ? parse(typed) : typed;
  return readPayload(value, typeof value === 'string' && format !== 'buffer' ? format : 'auto');
}

/**
 * The payload of the readings that a person types in JSON; of what is no JSON, as of the last payload, the bytes.
 * @throws LppInputError, LppEncodeError
 */
export function encodeTyped(typed: string, options: EncodableOptions): Payload {
  if (!/^\s*[[{]/.test(typed)) return readTyped(typed, 'auto');
  return { bytes: encode(toEncodable(parse(typed), options), options) };
}

/** Whether what is typed is no JSON, and no bytes in any form. */
export function isNeither(typed: string): boolean {
  return !/^\s*[[{"]/.test(typed) && !looksLikeHex(typed) && !fromBase64(typed);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    const problem = `The text begins as JSON does, but cannot be read as such: ${(cause as Error).message}.`;
    throw new LppInputError('bad_input', problem, { cause });
  }
}

/** The text for a payload that `readTyped` reads in this format. */
export function typedAs(hex: string, format: InputFormat): string {
  return format === 'base64' ? btoa(String.fromCharCode(...toBytes(hex, 'hex'))) : hex;
}

/** A value for people: a line for each field, or for each point. */
export function valueText(value: LppValue): string {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map((point) => fieldTexts(point).join(', ')).join('\n');
  return fieldTexts(value).join('\n');
}

function fieldTexts(value: object): string[] {
  return Object.entries(value).map(([field, number]) => `${field} ${number}`);
}
