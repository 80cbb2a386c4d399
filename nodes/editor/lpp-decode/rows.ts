import { known } from '../../../lib/json';
import type { CustomType } from '../../../lib/lpp/custom';

/** A custom type as it is typed into a row. */
export interface TypedType {
  id: string;
  name: string;
  unit: string;
  bytes: string;
  divisor: string;
  fields: string;
  signed: boolean;
}

/**
 * The custom type of a row, for `checkCustomTypes` to check; undefined where nothing is typed in. What is no number
 * stays a text.
 */
export function toCustomType(typed: TypedType): CustomType | undefined {
  const { id, name, unit, bytes, divisor, fields, signed } = typed;
  if (![id, name, unit, divisor, fields].some(Boolean) && !signed) return undefined;
  return known({
    id: toNumber(id),
    name: name || undefined,
    bytes: toNumber(bytes),
    signed: signed || undefined,
    divisor: toNumber(divisor),
    unit: unit || undefined,
    fields: fields ? fields.split(',').map((field) => field.trim()) : undefined,
  }) as CustomType;
}

export function toTypedType(type: Partial<CustomType>): TypedType {
  const { id = '', name = '', unit = '', bytes = 2, divisor = '', fields = [], signed = false } = type;
  return {
    id: String(id),
    name,
    unit,
    bytes: String(bytes),
    divisor: String(divisor),
    fields: fields.join(', '),
    signed,
  };
}

function toNumber(typed: string): unknown {
  if (typed === '') return undefined;
  return Number.isNaN(Number(typed)) ? typed : Number(typed);
}

/** The channel's number as typed, and its name. */
export type TypedName = [channel: string, name: string];

/** Of two names for one channel none is lost: `checkChannelNames` finds them under 3 and 03. */
export function toChannelNames(typed: readonly TypedName[]): Record<string, string> {
  const names: Record<string, string> = {};
  for (const [channel, name] of typed) {
    let key = channel;
    while (key in names) key = `0${key}`;
    names[key] = name;
  }
  return names;
}
