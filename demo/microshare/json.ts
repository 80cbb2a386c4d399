const MAYBE_UNSAFE = /\d{16}/;

type ReviverWithSource = (key: string, value: unknown, context: { source: string }) => unknown;

/** Integers that a double cannot hold become bigints, as the service keeps 64 bits. */
const keepLongs: ReviverWithSource = (_key, value, { source }) =>
  Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? BigInt(source) : value;

export function parseJson(text: string): unknown {
  return JSON.parse(
    text,
    MAYBE_UNSAFE.test(text) ? (keepLongs as (key: string, value: unknown) => unknown) : undefined,
  );
}

/** Compact JSON, non-ASCII unescaped, bigints as digits, undefined left out. */
export function toJson(value: unknown, keys: 'kept' | 'alphabetical' = 'kept'): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => toJson(item, keys)).join()}]`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (keys === 'alphabetical') members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${toJson(member, keys)}`).join()}}`;
}

/** The value at a dotted path such as `data.meta.iot.device_id`. */
export function dig(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (inner, key) =>
        typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined,
      value,
    );
}
