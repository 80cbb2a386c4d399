/** Reading of JSON that came over the wire: a field of another type than the wanted one counts as absent. */

export type Json = Record<string, unknown>;

export function object(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

/**
 * An object in a text of JSON, also behind a byte order mark; undefined where the text is cut off, a page, or another
 * value.
 */
export function parseObject(json: string): Json | undefined {
  try {
    return object(JSON.parse(json.replace(/^\uFEFF/, '')));
  } catch {
    return undefined;
  }
}

export function objects(value: unknown): Json[] | undefined {
  return Array.isArray(value) ? value.filter((item): item is Json => object(item) !== undefined) : undefined;
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A text, or a number as one: what comes from a variable may be either. */
export function asText(value: unknown): string | undefined {
  return text(value) ?? number(value)?.toString();
}

export function texts(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : undefined;
}

export function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Protobuf's JSON writes 64-bit integers as text. One that a number cannot hold exactly counts as absent. */
export function bigNumber(value: unknown): number | undefined {
  const parsed = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(parsed) ? (parsed as number) : undefined;
}

/** V8 makes a slow object of one that gets more fields than so by name; its copy is a fast one. */
const MOST_BY_NAME = 12;

/** A copy without the fields that are undefined, so that what is unknown is absent. */
export function known<T extends object>(fields: T): T {
  const known = {} as T;
  let count = 0;
  for (const key in fields) {
    if (fields[key] === undefined) continue;
    known[key] = fields[key];
    count++;
  }
  return count > MOST_BY_NAME ? { ...known } : known;
}
