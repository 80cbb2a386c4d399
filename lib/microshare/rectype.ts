import { describe } from '../describe';
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
  const [forbidden] = recType.match(/[/\\?#%&"'<>]/) ?? [];
  if (forbidden) return `holds the character ${forbidden}`;
  if (recType.split('.').includes('')) return 'has an empty segment';
  return undefined;
}

function bad(message: string): MicroshareError {
  return new MicroshareError('bad_rectype', message);
}
