/** The signed number in the two bytes at an offset. */
export function s16At(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset]! << 24) >> 16) | bytes[offset + 1]!;
}

/** The signed number in the three bytes at an offset. */
export function s24At(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset]! << 24) >> 8) | (bytes[offset + 1]! << 8) | bytes[offset + 2]!;
}

/** The bytes of a whole number, two's complement. */
export function bigEndian(raw: number, size: number): number[] {
  return Array.from({ length: size }, (_, index) => (raw >>> (8 * (size - 1 - index))) & 255);
}
