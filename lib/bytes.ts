import { object } from './json';

/** Also true for a Uint8Array of another realm: Node-RED's function node makes such ones. */
export function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || kindOf(value) === 'Uint8Array';
}

/** Bytes, or what JSON makes of a Buffer, in hexadecimal; undefined for anything else. */
export function hexOf(value: unknown): string | undefined {
  if (isBytes(value)) return Buffer.from(value).toString('hex');
  const { type, data } = object(value) ?? {};
  return type === 'Buffer' && Array.isArray(data) ? Buffer.from(data as number[]).toString('hex') : undefined;
}

/** `Object`, `Array`, `Date`, `Map`, ...: what it is, whatever its realm. */
export function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
