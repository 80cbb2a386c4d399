/** What the runtime tells of a test. */
export interface Tried {
  what: 'connection' | 'account' | 'traffic' | 'storage' | 'devices';
  answer: 'yes' | 'no' | 'unknown';
  reason?: string;
}

export type Translate = (key: string, values?: Record<string, string>) => string;

const MARKS = { yes: '✓', no: '✗', unknown: '?' };

/** A line for each, with a tick, a cross, or a question mark. */
export function triedText(tried: Tried[], translate: Translate): string {
  const lines = tried.map(({ what, answer, reason }) => {
    const line = `${MARKS[answer]} ${translate(`test.${what}`)}`;
    return reason && answer !== 'yes' ? `${line}: ${reason}` : line;
  });
  return lines.length > 0 ? lines.join('\n') : translate('test.nothing');
}
