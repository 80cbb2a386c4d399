import { describe } from '../describe';
import { choose } from './choose';
import { LppInputError } from './errors';

/** In which form the bytes come. */
export type InputFormat = 'auto' | 'buffer' | 'hex' | 'base64';

interface Form {
  bytes: boolean;
  /** In the order in which they are tried. */
  text: readonly ('hex' | 'base64')[];
  expected: string;
}

const FORMS: Record<InputFormat, Form> = {
  auto: {
    bytes: true,
    text: ['hex', 'base64'],
    expected: 'a Buffer, a Uint8Array, or text in hexadecimal or base64',
  },
  buffer: { bytes: true, text: [], expected: 'a Buffer or a Uint8Array' },
  hex: { bytes: false, text: ['hex'], expected: 'text of hexadecimal digits, two for each byte' },
  base64: { bytes: false, text: ['base64'], expected: 'base64 text with its padding' },
};

/**
 * Bytes from what a message holds. Space around a text is ignored; any other character that does not
 * belong there is refused, nothing is ever cut.
 *
 * `auto` takes an even number of hexadecimal digits as hexadecimal and tries base64 only then. A base64
 * text can happen to be all hexadecimal digits (`AAEC`): where text is always base64, say so.
 *
 * @throws LppInputError `bad_input`: not of that format; `bad_option`: no such format
 */
export function toBytes(value: unknown, format: InputFormat = 'auto'): Uint8Array {
  const form = choose('format', FORMS, format);
  if (form.bytes && isBytes(value)) return value;
  if (typeof value === 'string') {
    for (const encoding of form.text) {
      const bytes = fromText(value.trim(), encoding);
      if (bytes) return bytes;
    }
  }
  throw notBytes(value, format);
}

/** Also true for a Uint8Array of another realm: Node-RED's function node makes such ones. */
export function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || Object.prototype.toString.call(value) === '[object Uint8Array]';
}

/** The error that names what came in place of bytes. */
export function notBytes(value: unknown, format: InputFormat): LppInputError {
  return new LppInputError(
    'bad_input',
    `Expected ${FORMS[format].expected}, got ${describeInput(value)}. ` +
      'Choose the property that holds the payload, and the format in which it comes.',
  );
}

/** Lower-case hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Node.js skips what it does not understand: only a text that comes back unchanged was read whole. */
function fromText(text: string, encoding: 'hex' | 'base64'): Buffer | undefined {
  const bytes = Buffer.from(text, encoding);
  const canonical = encoding === 'hex' ? text.toLowerCase() : text;
  return bytes.toString(encoding) === canonical ? bytes : undefined;
}

/** The kind of a value; of a text, so much of it that one recognizes it. */
function describeInput(value: unknown): string {
  if (typeof value !== 'string') return describe(value);
  const start = value.length > 40 ? `${value.slice(0, 40)}...` : value;
  return `the text ${JSON.stringify(start)} (${value.length} characters)`;
}
