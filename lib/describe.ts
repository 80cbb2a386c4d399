/** Names the kind of a value in words, for an error: `a number`, `a list`, `a Buffer`. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Uint8Array) return 'a Buffer';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
