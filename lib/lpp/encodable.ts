import { isBytes } from '../bytes';
import { describe } from '../describe';
import { object } from '../json';
import { DEFAULT_DIALECT, DIALECTS, layoutOf, type LppOptions } from './dialects';
import type { EncodableReading } from './encode';
import { LppEncodeError, LppInputError } from './errors';
import { nearNames } from './near-names';
import type { LppValue, Reading } from './reading';
import { shapedValue } from './shapes/context';
import type { LppType } from './types';

/** How {@link toEncodable} understands names. */
export interface EncodableOptions extends LppOptions {
  /** Names that stand in place of channels' numbers: `{ 3: 'boiler' }`. */
  channelNames?: Readonly<Record<string, string>>;
}

/**
 * Readings for `encode` from what a flow has at hand:
 *
 * - a list of readings: `[{ channel: 3, name: 'temperature', value: 21.5 }]`, or with `type: 103`
 * - The Things Stack's flat names: `{ temperature_3: 21.5 }`
 * - by channel: `{ 3: { temperature: 21.5 } }`
 *
 * In the latter two a list holds several values of one name and channel. True and false for the digital types
 * and text for Unix time, as the output shapes can have them, become numbers again. The values themselves are
 * for `encode` to check.
 *
 * @throws LppEncodeError `unknown_type`: the dialect has no type of that name, or several; `bad_channel`
 * @throws LppInputError `bad_input`: none of these forms; `bad_option`: an option that cannot be
 */
export function toEncodable(value: unknown, options: EncodableOptions = {}): EncodableReading[] {
  const names = new Names(options);
  const fields = isBytes(value) ? undefined : object(value);
  if (!Array.isArray(value) && !fields) throw badInput(describe(value));
  const readings = fields
    ? Object.entries(fields).flatMap(([key, field]) => fromField(key, field, names))
    : Array.from(value as unknown[], (entry, index) => fromEntry(entry, `Reading ${index + 1}`, names));
  if (readings.length === 0) throw badInput(`${describe(value)} that is empty`);
  return readings;
}

function badInput(got: string): LppInputError {
  return new LppInputError(
    'bad_input',
    'Expected readings to encode: a list of {channel, type or name, value}, or an object such as ' +
      `{"temperature_3": 21.5}; got ${got}.`,
  );
}

/** What is no object `encode` refuses. */
function fromEntry(entry: unknown, label: string, names: Names): EncodableReading {
  const given = object(entry) as Partial<Reading> | undefined;
  if (!given) return entry as EncodableReading;
  const { channel, type, name, value, delta } = given;
  const isNamed = type === undefined || type === null;
  const known = isNamed ? names.type(name, label) : names.types.find((one) => one?.id === type);
  return {
    channel: names.channel(channel) ?? channel!,
    type: known?.id ?? type!,
    value: known ? numberAgain(value, known) : value!,
    ...(delta !== undefined && { delta }),
  };
}

function fromField(key: string, field: unknown, names: Names): EncodableReading[] {
  const channel = names.channel(key);
  const inner = object(field);
  if (channel !== undefined && inner) {
    return Object.entries(inner).flatMap(([name, value]) =>
      fromNamed(name, channel, value, `The field "${name}" of channel ${key}`, names),
    );
  }
  const label = `The field "${key}"`;
  return fromNamed(...names.split(key, label), field, label, names);
}

function fromNamed(
  name: string,
  channel: number,
  value: unknown,
  label: string,
  names: Names,
): EncodableReading[] {
  const type = names.type(name, label);
  // A polyline's value is a list itself. An empty list is no value, which is for encode to refuse.
  const isList = (one: unknown): one is unknown[] => Array.isArray(one) && one.length > 0;
  const isSeveral = isList(value) && (type.kind !== 'polyline' || value.every(Array.isArray));
  return (isSeveral ? value : [value]).map((one) => ({
    channel,
    type: type.id,
    value: numberAgain(one, type),
  }));
}

/** Takes back what the output shapes can make of a number. */
function numberAgain(value: unknown, { id, name }: LppType): LppValue {
  const shaped = shapedValue({ channel: 0, type: id, name, value: 0 }, { booleans: true, isoTime: true });
  if (typeof value === 'boolean' && typeof shaped === 'boolean') return Number(value);
  if (typeof value === 'string' && typeof shaped === 'string') {
    const seconds = Date.parse(value) / 1000;
    if (!Number.isNaN(seconds)) return seconds;
  }
  return value as LppValue;
}

/** The names of a dialect's types and of the user's channels. */
class Names {
  readonly types: readonly (LppType | undefined)[];
  readonly #dialect: string;
  readonly #channels: Map<string, number>;

  constructor(options: EncodableOptions) {
    this.types = typesOf(options);
    this.#dialect = options.dialect ?? DEFAULT_DIALECT;
    const named = Object.entries(options.channelNames ?? {});
    this.#channels = new Map(named.map(([channel, name]) => [name, Number(channel)]));
  }

  /** The channel that a text stands for; undefined where it stands for none. */
  channel(text: unknown): number | undefined {
    if (typeof text !== 'string') return undefined;
    return this.#channels.get(text) ?? (/^\d+$/.test(text) ? Number(text) : undefined);
  }

  /** `temperature_3` in its two parts. */
  split(key: string, label: string): [name: string, channel: number] {
    for (let at = key.indexOf('_', 1); at !== -1; at = key.indexOf('_', at + 1)) {
      const channel = this.channel(key.slice(at + 1));
      if (channel !== undefined) return [key.slice(0, at), channel];
    }
    throw new LppEncodeError(
      'bad_channel',
      `${label} names no channel: put its number behind, such as "${key}_1".`,
    );
  }

  type(name: unknown, label: string): LppType {
    if (typeof name !== 'string') {
      throw new LppEncodeError('unknown_type', `${label} has neither a type, which is a number, nor a name.`);
    }
    const [type, ...others] = named(name, this.types);
    if (!type) {
      const problem = `${label}: dialect "${this.#dialect}" has no type named "${name}".`;
      throw new LppEncodeError('unknown_type', `${problem} ${this.#advice(name)}`);
    }
    if (others.length === 0) return type;
    const ids = [type, ...others].map(({ id }) => id).join(', ');
    throw new LppEncodeError(
      'unknown_type',
      `${label}: dialect "${this.#dialect}" has several types named "${name}": ${ids}. ` +
        'Give a list of readings, with the number as "type".',
    );
  }

  #advice(name: string): string {
    const other = DIALECTS.find((dialect) => named(name, typesOf({ dialect })).length > 0);
    if (other) return `Use dialect "${other}", which has it, if the receiver reads that.`;
    const all = this.types.flatMap((type) => type?.name ?? []);
    const near = nearNames(name, all);
    return near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Its names are ${all.join(', ')}.`;
  }
}

/** The FPort, by which LPP 2.0 frames its records, has no part in their names. */
function typesOf(options: LppOptions): readonly (LppType | undefined)[] {
  return layoutOf({ ...options, fPort: 1 })!.types;
}

function named(name: string, types: readonly (LppType | undefined)[]): LppType[] {
  return types.filter((type): type is LppType => type?.name === name);
}
