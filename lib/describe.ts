import { isBytes, kindOf } from './bytes';

/** Names the kind of a value in words, for an error: `a number`, `a list`, `a Buffer`, `a Date`. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (isBytes(value)) return 'a Buffer';
  if (typeof value !== 'object') return `a ${typeof value}`;
  const kind = kindOf(value);
  if (kind === 'Object') return 'an object';
  return `${/^[AEIO]/.test(kind) ? 'an' : 'a'} ${kind}`;
}
