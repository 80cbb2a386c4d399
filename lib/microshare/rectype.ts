import { describe } from '../describe';
import { object } from '../json';
import { words } from '../words';
import { MicroshareError } from './errors';

/**
 * Checks a recType before anything is sent: Microshare takes any string and makes a new, invisible category of a
 * typo. What is refused here would also break the URL that it becomes a part of.
 * @throws MicroshareError `bad_rectype`
 */
export function checkRecType(value: unknown): string {
  if (value === undefined || value === null || value === '') {
    throw bad('The recType is missing. Fill in the recType of the node, or set msg.recType.');
  }
  if (typeof value !== 'string') throw bad(`The recType is ${describe(value)}, not a text.`);
  const recType = value.trim();
  const fault = faultOf(recType);
  if (fault) {
    throw bad(
      `The recType "${value}" ${fault}. Write it as in "io.example.room.climate": segments with dots between.`,
    );
  }
  return recType;
}

function faultOf(recType: string): string | undefined {
  if (recType === '') return 'is blank';
  if (/\$\{|\{\{/.test(recType)) return 'holds a variable that was not replaced';
  if (/\s/.test(recType)) return 'holds white space';
  const [unseen] = recType.match(/\p{C}/u) ?? [];
  if (unseen) return `holds a character that is not seen, U+${unseen.codePointAt(0)!.toString(16)}`;
  const [forbidden] = recType.match(/[/\\?#%&"'<>]/) ?? [];
  if (forbidden) return `holds the character ${forbidden}`;
  if (recType.split('.').includes('')) return 'has an empty segment';
  return undefined;
}

function bad(message: string): MicroshareError {
  return new MicroshareError('bad_rectype', message);
}

const VARIABLE = /\{\{\s*(?:msg\.)?([\w.-]+?)\s*\}\}/g;

/**
 * Checks a recType as a person typed it, with variables such as `{{uplink.deviceId}}` in it.
 * @throws MicroshareError `bad_rectype`
 */
export function checkRecTypeTemplate(template: string): string {
  checkRecType(template.replace(VARIABLE, 'x'));
  return template.trim();
}

/**
 * Fills a template such as `uk.reading.ttn.{{uplink.deviceId}}` from a message: simple dotted paths, texts and numbers.
 * @throws MicroshareError `bad_rectype` when the message has nothing there, or what makes no recType
 */
export function fillRecType(template: string, message: unknown): string {
  const filled = template.replace(VARIABLE, (_, path: string) => {
    const value = path.split('.').reduce<unknown>((inner, name) => object(inner)?.[name], message);
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    throw bad(`The recType "${template}" names msg.${path}, where this message has ${describe(value)}.`);
  });
  return checkRecType(filled);
}

/** What looks like a slip in a recType that would be taken. */
export function recTypeWarnings(recType: string): string[] {
  return WARNINGS.filter(({ isOdd }) => isOdd(recType)).map(
    ({ text }) => `The recType "${recType}" ${text}.`,
  );
}

/** What stands there is not known yet. */
const VARIABLES = /\$?\{[^}]*\}+/g;

const WARNINGS: { isOdd: (recType: string) => boolean; text: string }[] = [
  {
    isOdd: (recType) => !recType.replace(VARIABLES, '.').includes('.'),
    text: 'has one segment; Microshare asks for several with dots between, such as uk.reading.ttn.sodaq',
  },
  {
    isOdd: (recType) => /\p{Lu}/u.test(recType.replace(VARIABLES, '')),
    text: 'has upper-case letters; Microshare tells them from lower-case ones',
  },
  {
    isOdd: (recType) => recType.startsWith('io.microshare.'),
    text: "is one of Microshare's own; its dashboards and robots read there, and records of another form disturb them",
  },
];

/**
 * Compiles a list of recTypes to which alone records may go, since a typo makes a new category without complaint:
 * `uk.reading.ttn.sodaq, io.example.*`. An empty list takes all.
 * @returns a check that throws MicroshareError `bad_rectype`
 */
export function allowedRecTypes(list: string | undefined): (recType: string) => void {
  const allowed = words(list);
  const fits = (recType: string, entry: string) =>
    entry.endsWith('*') ? recType.startsWith(entry.slice(0, -1)) : recType === entry;
  return (recType) => {
    if (allowed.length === 0 || allowed.some((entry) => fits(recType, entry))) return;
    throw bad(
      `The recType "${recType}" is not among those that this node may write to: ${allowed.join(', ')}. Correct it, or add it there.`,
    );
  };
}
