/** A body that tells its key, of some hundred bytes. */
export function bodyOf(key: string): string {
  return `${key} `.repeat(1 + ((key.length * 7919) % 50));
}
