import type { ApplicationLine, ShareLine } from '../../shared/delivery-board';
import { ageText, locale, numberText } from '../language';
import type { Translate } from '../translate';

/** What is shown under a name; without a value it is not. */
export type Figures<Name extends string> = Partial<Record<Name, string>>;

export const SHARE_FIGURES = [
  ...(['nextTry', 'queued', 'oldest', 'lastHour', 'lastWritten'] as const),
  ...(['perhapsTwice', 'refused', 'lastError'] as const),
] as const;
export const APPLICATION_FIGURES = [
  ...(['lastUplink', 'received', 'recovered'] as const),
  ...(['lostOnTheRadio', 'lostWhileAway', 'inside'] as const),
] as const;

/** How a state looks: as the colours of Node-RED's statuses. */
export type Tone = 'green' | 'yellow' | 'red' | 'grey';

const TONES: Record<string, Tone> = {
  idle: 'green',
  delivering: 'green',
  connected: 'green',
  rejected: 'yellow',
  waiting: 'yellow',
  offline: 'yellow',
  opening: 'yellow',
  connecting: 'yellow',
  held: 'red',
  refusing: 'red',
  closed: 'red',
  invalid: 'red',
  deaf: 'red',
};

export function toneOf(state: string): Tone {
  return TONES[state] ?? 'grey';
}

const HOUR_MS = 3_600_000;

/** `10:29` */
function clockText(at: number): string {
  return new Date(at).toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit' });
}

export function shareFigures(
  { figures, state }: Pick<ShareLine, 'figures' | 'state'>,
  now: number,
  text: Translate,
): Figures<(typeof SHARE_FIGURES)[number]> {
  if (!figures) return {};
  const { queued, oldestAt, writtenByMinute, countedSince, lastWrittenAt } = figures;
  const { possibleDuplicates, refused, lastError } = figures;
  const { nextTryAt = 0 } = state;
  const lastHour = numberText(sum(writtenByMinute));
  // What stops everything is said above already.
  const isNews = lastError && lastError.message !== state.detail;
  return {
    ...(nextTryAt > now && { nextTry: text('in', { age: ageText(nextTryAt - now) }) }),
    queued: numberText(queued),
    ...(oldestAt !== undefined && { oldest: ageText(now - oldestAt) }),
    lastHour:
      now - countedSince < HOUR_MS
        ? text('since', { count: lastHour, time: clockText(countedSince) })
        : lastHour,
    ...(lastWrittenAt !== undefined && { lastWritten: text('ago', { age: ageText(now - lastWrittenAt) }) }),
    ...(possibleDuplicates > 0 && { perhapsTwice: numberText(possibleDuplicates) }),
    ...(refused > 0 && { refused: numberText(refused) }),
    ...(isNews && {
      lastError: text('errorAgo', { message: lastError.message, age: ageText(now - lastError.at) }),
    }),
  };
}

export function applicationFigures(
  { lastUplinkAt, received, recovered, lostOnTheRadio, lostWhileAway, queued }: ApplicationLine,
  now: number,
  text: Translate,
): Figures<(typeof APPLICATION_FIGURES)[number]> {
  return {
    ...(lastUplinkAt !== undefined && { lastUplink: text('ago', { age: ageText(now - lastUplinkAt) }) }),
    received: numberText(received),
    recovered: numberText(recovered),
    ...(lostOnTheRadio !== undefined && { lostOnTheRadio: numberText(lostOnTheRadio) }),
    ...(lostWhileAway !== undefined && { lostWhileAway: numberText(lostWhileAway) }),
    ...(queued > 0 && { inside: numberText(queued) }),
  };
}

export function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0);
}

/** The outline of bars, one for each count, as the `d` of an SVG path: each a unit wide, the highest `height`. */
export function barsPath(counts: readonly number[], height: number): string {
  const most = Math.max(...counts, 1);
  return counts
    .map((count, index) =>
      count > 0 ? `M${index} ${height}v${round((-count / most) * height)}h.8V${height}z` : '',
    )
    .join('');
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
