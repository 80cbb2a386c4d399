/**
 * Hexadecimal text, two digits for each byte, of either case. Blanks, `:` or `-` may stand between bytes,
 * `0x` in front of the whole or of each byte, and then commas, too. (Without `0x` they may be decimal numbers.)
 * @returns undefined where any part of the text is something else
 */
export function fromHex(text: string): Uint8Array | undefined {
  const groups = text.trim().split(/\s*[:-]\s*|\s*,\s*(?=0x)|\s+/i);
  if (groups.length === 1 && groups[0] === '') return new Uint8Array();
  const digits = groups.map((group) => group.replace(/^0x/i, ''));
  if (digits.some((group) => group === '' || group.length % 2 === 1 || /[^\da-f]/i.test(group))) {
    return undefined;
  }
  const all = digits.join('');
  return Uint8Array.from({ length: all.length / 2 }, (_, index) =>
    parseInt(all.slice(2 * index, 2 * index + 2), 16),
  );
}

/** Nothing but hexadecimal digits and what may stand between them: a slip in hexadecimal, rather than base64. */
export function looksLikeHex(text: string): boolean {
  return !/[^\da-f\s:-]/i.test(text.replace(/0x/gi, ''));
}

/**
 * Base64 or base64url, with its padding or without.
 * @returns undefined where the text is not wholly one of the two
 */
export function fromBase64(text: string): Uint8Array | undefined {
  const digits = text.trim().replace(/={1,2}$/, '');
  const padding = text.trim().length - digits.length;
  const standard = digits.includes('+') || digits.includes('/') ? digits : fromUrlAlphabet(digits);
  if (/[^A-Za-z\d+/]/.test(standard) || standard.length % 4 === 1) return undefined;
  if (padding > 0 && (standard.length + padding) % 4 !== 0) return undefined;
  const binary = atob(standard);
  // Bits behind the last byte: the text was cut, or it is no base64.
  if (btoa(binary).replace(/=+$/, '') !== standard) return undefined;
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function fromUrlAlphabet(digits: string): string {
  return digits.replace(/-/g, '+').replace(/_/g, '/');
}

/** The text that bytes hold, where all of them are printable ASCII or blanks. */
export function asciiText(bytes: Uint8Array): string | undefined {
  const isText = bytes.every((byte) => (byte >= 0x20 && byte <= 0x7e) || (byte >= 0x09 && byte <= 0x0d));
  return isText ? new TextDecoder().decode(bytes) : undefined;
}
