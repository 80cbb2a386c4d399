import { isBytes } from '../bytes';
import { describe } from '../describe';
import { choose } from './choose';
import { LppInputError } from './errors';
import { asciiText, fromBase64, fromHex, looksLikeHex } from './text';

/** In which form the bytes come. */
export type InputFormat = 'auto' | 'buffer' | 'hex' | 'base64';

/** Each gives undefined for what is not of its format. */
const READERS: Record<InputFormat, (value: unknown) => Uint8Array | undefined> = {
  auto: (value) => (typeof value === 'string' ? guessText(value) : refuseHexText(bytesOf(value))),
  buffer: bytesOf,
  hex: (value) => readText(value, fromHex),
  base64: (value) => readText(value, fromBase64),
};

const EXPECTED: Record<InputFormat, string> = {
  auto: 'a Buffer, a Uint8Array, a list of bytes, or text in hexadecimal or base64',
  buffer: 'a Buffer or a Uint8Array',
  hex: 'text of hexadecimal digits, two for each byte',
  base64: 'base64 text',
};

/**
 * Bytes from what a message holds. Nothing is ever cut: what is not wholly of the format is refused.
 *
 * - `buffer`: a Buffer, a Uint8Array, a list of numbers from 0 to 255, or the `{type: 'Buffer', data}` that
 *   JSON makes of a Buffer.
 * - `hex`: two digits for each byte; blanks, `:` or `-` between bytes; `0x` in front of the whole or of each
 *   byte. In a text, or in a Buffer that holds the text.
 * - `base64`: base64 or base64url, with or without padding. In a text, or in a Buffer that holds the text.
 * - `auto`: any of these, save what may be read in two ways:
 *   - Text of hexadecimal digits is hexadecimal, though it may be base64, too (`AAEC`): where payloads are
 *     always base64, say so. An odd number of digits is refused, and digits in mixed case that may be base64
 *     (`A2cBEA`).
 *   - A Buffer that holds hexadecimal text is refused: some devices send such text in place of bytes.
 *
 * @throws LppInputError `bad_input`: not of that format; `bad_option`: no such format
 */
export function toBytes(value: unknown, format: InputFormat = 'auto'): Uint8Array {
  const bytes = choose('format', READERS, format)(value);
  if (!bytes) throw notBytes(value, format);
  return bytes;
}

/** The error that names what came in place of bytes. */
export function notBytes(value: unknown, format: InputFormat): LppInputError {
  return badInput(
    EXPECTED[format],
    value,
    'Choose the property that holds the payload, and the format in which it comes.',
  );
}

const HEX_OF_BYTE = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += HEX_OF_BYTE[byte];
  return hex;
}

function bytesOf(value: unknown): Uint8Array | undefined {
  if (isBytes(value)) return value;
  const { type, data } = (value ?? {}) as { type?: unknown; data?: unknown };
  const list = type === 'Buffer' ? data : value;
  return Array.isArray(list) ? fromNumbers(list) : undefined;
}

function fromNumbers(list: readonly unknown[]): Uint8Array {
  const index = list.findIndex((item) => !isByte(item));
  if (index === -1) return Uint8Array.from(list as number[]);
  const item = list[index];
  throw new LppInputError(
    'bad_input',
    `The list of bytes has ${typeof item === 'number' ? item : describeInput(item)} at index ${index}: ` +
      'each entry must be a whole number from 0 to 255.',
  );
}

function isByte(item: unknown): boolean {
  return typeof item === 'number' && Number.isInteger(item) && item >= 0 && item <= 255;
}

function guessText(text: string): Uint8Array | undefined {
  const bytes = fromHex(text);
  if (bytes && isMixedCase(text) && fromBase64(text)) {
    const cure = 'This can be both: choose the format "hex" or "base64".';
    throw badInput('either hexadecimal or base64', text, cure);
  }
  if (!bytes && looksLikeHex(text)) {
    const cure = 'If it was cut off, find out where; if it is base64, choose the format "base64".';
    throw badInput('two hexadecimal digits for each byte', text, cure);
  }
  return bytes ?? fromBase64(text);
}

/** Devices and programs write the digits of hexadecimal in one case; base64 mixes them. */
function isMixedCase(text: string): boolean {
  return /^[\da-f]+$/i.test(text.trim()) && /[a-f]/.test(text) && /[A-F]/.test(text);
}

function refuseHexText(bytes: Uint8Array | undefined): Uint8Array | undefined {
  const text = bytes && asciiText(bytes);
  if (!text || !fromHex(text)?.length) return bytes;
  throw badInput(
    'bytes',
    text,
    'That is hexadecimal text in a Buffer: choose the format "hex" to read it, or "buffer" if these are the bytes all the same.',
  );
}

function readText(value: unknown, read: (text: string) => Uint8Array | undefined): Uint8Array | undefined {
  const bytes = typeof value === 'string' ? undefined : bytesOf(value);
  const text = bytes ? asciiText(bytes) : value;
  return typeof text === 'string' ? read(text) : undefined;
}

/** The kind of a value; of a text, so much of it that one recognizes it. */
function describeInput(value: unknown): string {
  if (typeof value !== 'string') return describe(value);
  const start = value.length > 40 ? `${value.slice(0, 40)}...` : value;
  return `the text ${JSON.stringify(start)} (${value.length} characters)`;
}

function badInput(expected: string, value: unknown, cure: string): LppInputError {
  return new LppInputError('bad_input', `Expected ${expected}, got ${describeInput(value)}. ${cure}`);
}
