import { choose } from './choose';
import { withCustomTypes, type CustomType } from './custom';
import { DYNAMIC, lpp2Framing, type Layout, type Lpp2Options } from './framing';
import { RAK } from './rak';
import {
  CORE,
  EXTENSIONS,
  LOAD,
  MAGNETOMETER,
  POLYLINE,
  SIGNED_VOLTAGE_CURRENT,
  tableOf,
  TWO_BYTE_HUMIDITY,
  type LppType,
} from './types';

/** How a frame is to be understood. Nothing in the frame itself tells. */
export interface LppOptions extends Lpp2Options {
  /** Default `extended`. */
  dialect?: Dialect;
  /** Voltage and current may be negative: then they end at 327.67 V and 32.767 A. Default false. */
  signedVoltageCurrent?: boolean;
  /** Humidity has two bytes, of 0.1 %, in place of one of 0.5 %. Default false. */
  twoByteHumidity?: boolean;
  /** Types added to those of the dialect, or in place of them. Never change the list: it is read once. */
  customTypes?: readonly CustomType[];
}

/** Whose types, and whose framing: what each has stands in the table below. */
export type Dialect = 'lpp' | 'extended' | 'electroniccats' | 'pycayennelpp' | 'pni' | 'rak' | 'lpp2';

/** The types on which Electronic Cats, ChirpStack v4 and pycayennelpp agree. */
export const DEFAULT_DIALECT: Dialect = 'extended';

const EXTENDED = [...CORE, ...EXTENSIONS];

const TYPES: Record<Dialect, readonly LppType[]> = {
  lpp: CORE,
  extended: EXTENDED,
  electroniccats: [...EXTENDED, POLYLINE],
  pycayennelpp: [...EXTENDED, LOAD],
  pni: [...CORE, MAGNETOMETER],
  rak: [...EXTENDED, ...RAK],
  /** Framed by the FPort. */
  lpp2: EXTENDED,
};

/** All of them, in the order in which a person chooses. */
export const DIALECTS = Object.keys(TYPES) as readonly Dialect[];

/** Of each dialect one for each combination of the two switches, in the order in which `layoutOf` counts. */
const LAYOUTS = new Map(
  Object.entries(TYPES).map(([dialect, types]) => [
    dialect,
    [[], SIGNED_VOLTAGE_CURRENT, TWO_BYTE_HUMIDITY, [...SIGNED_VOLTAGE_CURRENT, ...TWO_BYTE_HUMIDITY]].map(
      (others): Layout => ({ types: tableOf(replace(types, others)), framing: DYNAMIC }),
    ),
  ]),
);

function replace(types: readonly LppType[], others: readonly LppType[]): LppType[] {
  return types.map((type) => others.find(({ id }) => id === type.id) ?? type);
}

/**
 * How to read, and write, a frame under these options.
 * @returns undefined where LPP 2.0 sends no sensor data on the FPort
 * @throws LppInputError `bad_option`: no such dialect, or a custom type that cannot be
 */
export function layoutOf(options: LppOptions): Layout | undefined {
  const { dialect = DEFAULT_DIALECT, signedVoltageCurrent, twoByteHumidity, customTypes } = options;
  const layouts = LAYOUTS.get(dialect) ?? choose('dialect', Object.fromEntries(LAYOUTS), dialect);
  const layout = layouts[(signedVoltageCurrent ? 1 : 0) + (twoByteHumidity ? 2 : 0)]!;
  if (dialect !== 'lpp2' && !customTypes) return layout;

  const framing = dialect === 'lpp2' ? lpp2Framing(options) : layout.framing;
  const types = customTypes ? withCustomTypes(layout.types, customTypes) : layout.types;
  return framing && { types, framing };
}

export const DEFAULT_LAYOUT = layoutOf({});

/** Whether the type means what IPSO's object of its id means: vendors and users give some ids another meaning. */
export function isStandard({ id, name }: LppType): boolean {
  return EXTENDED.some((type) => type.id === id && type.name === name);
}

/** A dialect that has the type, if any has, and its name there. */
export function dialectWith(id: number): { dialect: string; name: string } | undefined {
  for (const [dialect, [plain]] of LAYOUTS) {
    const type = Number.isInteger(id) ? plain!.types[id] : undefined;
    if (type) return { dialect, name: type.name };
  }
  return undefined;
}
