/** Also true for a Uint8Array of another realm: Node-RED's function node makes such ones. */
export function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || kindOf(value) === 'Uint8Array';
}

/** `Object`, `Array`, `Date`, `Map`, ...: what it is, whatever its realm. */
export function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
