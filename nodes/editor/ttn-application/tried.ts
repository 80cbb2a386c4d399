import type { Tried } from '../../ttn-application/trial';
import type { Translate } from '../translate';

export interface TriedLine {
  text: string;
  /** It can be done without. */
  isMinor: boolean;
}

const MARKS = { yes: '✓', no: '✗', unknown: '?' };

/** A line for each, with a tick, a cross, or a question mark; a dash for what is not there and need not be. */
export function triedLines(tried: Tried[], translate: Translate): TriedLine[] {
  if (tried.length === 0) return [{ text: translate('test.nothing'), isMinor: false }];
  return tried.map(({ what, answer, reason }) => {
    const isMinor = what === 'devices' && answer !== 'yes';
    const line = `${isMinor ? '–' : MARKS[answer]} ${translate(`test.${what}`)}`;
    return { text: reason && answer !== 'yes' ? `${line}: ${reason}` : line, isMinor };
  });
}
