import { createHash, randomBytes } from 'node:crypto';

/** A DevEUI or gateway EUI that belongs to the given id for ever: 16 upper-case hex characters. */
export function eui(id: string): string {
  return `70B3D57ED0${createHash('sha256').update(id).digest('hex').slice(0, 6).toUpperCase()}`;
}

/** In the form of a ULID: 26 characters of Crockford's base 32. All of our years begin with `01`. */
export function ulid(): string {
  const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  return `01${Array.from(randomBytes(24), (byte) => digits[byte % 32]).join('')}`;
}
