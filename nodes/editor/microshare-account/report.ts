import type { AccountReport } from '../../../lib/microshare/probe';
import type { Translate } from '../translate';

/** What the runtime tells of an account; `reader`: of the login with which records are read back. */
export type Report = AccountReport & { reader?: AccountReport };

/** A line of a report. */
export interface Line {
  text: string;
  tone?: 'good' | 'warning' | 'problem';
}

/** A report in words. */
export function linesOf(report: Report, translate: Translate): Line[] {
  const { kind, hosts, written, warnings, reader } = report;
  return [
    { text: translate(kind, { host: hosts.apiUrl }) },
    // A pipe token cannot read, be it good or not.
    ...(kind === 'password' ? login(report, translate) : []),
    writing(report, translate),
    ...(written ? [{ text: written.url }] : []),
    ...warnings.map((text) => ({ text, tone: 'warning' as const })),
    ...(reader ? [{ text: translate('reader') }, ...login(reader, translate)] : []),
  ];
}

/** Whose it is, and whether it may read. */
function login({ holder, rights }: Report, translate: Translate): Line[] {
  const { user, identity, identityName, organisation, scope } = holder ?? {};
  const who = [user, identityName ?? identity, organisation, scope].filter(Boolean).join(', ');
  return [
    ...(who ? [{ text: translate('holder', { who }) }] : []),
    { text: translate(`read.${rights.read}`), tone: rights.read === 'yes' ? 'good' : 'warning' },
  ];
}

function writing({ rights, refused }: Report, translate: Translate): Line {
  if (refused) return { text: translate(`refused.${refused}`), tone: 'problem' };
  return { text: translate(`written.${rights.write}`), tone: rights.write === 'yes' ? 'good' : 'warning' };
}
