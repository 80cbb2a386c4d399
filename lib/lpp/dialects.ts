import { choose } from './choose';
import { CORE, EXTENSIONS, SIGNED_VOLTAGE_CURRENT, type LppType } from './types';

/** `lpp`: the 12 types of the format; `extended`: these and the 14 common extensions. */
export type Dialect = 'lpp' | 'extended';

/** How a frame is to be understood. Nothing in the frame itself tells. */
export interface LppOptions {
  /** Default `extended`. */
  dialect?: Dialect;
  /** Voltage and current may be negative: then they end at 327.67 V and 32.767 A. Default false. */
  signedVoltageCurrent?: boolean;
}

export const DEFAULT_DIALECT: Dialect = 'extended';

/** The types of a dialect, by their id. */
export type TypeTable = readonly (LppType | undefined)[];

function byId(types: LppType[]): TypeTable {
  const table = new Array<LppType | undefined>(256).fill(undefined);
  for (const type of types) table[type.id] = type;
  return table;
}

function tablesOf(types: LppType[]): { signed: TypeTable; unsigned: TypeTable } {
  const signed = types.map((type) => SIGNED_VOLTAGE_CURRENT.find(({ id }) => id === type.id) ?? type);
  return { signed: byId(signed), unsigned: byId(types) };
}

const TABLES = {
  lpp: tablesOf(CORE),
  extended: tablesOf([...CORE, ...EXTENSIONS]),
} satisfies Record<Dialect, unknown>;

/** @throws LppInputError `bad_option`: no such dialect */
export function typeTable({ dialect = DEFAULT_DIALECT, signedVoltageCurrent }: LppOptions): TypeTable {
  const tables = choose('dialect', TABLES, dialect);
  return signedVoltageCurrent ? tables.signed : tables.unsigned;
}

/** A dialect that has the type, if any has. */
export function dialectWith(type: number): Dialect | undefined {
  return (Object.keys(TABLES) as Dialect[]).find((dialect) => TABLES[dialect].unsigned[type]);
}
