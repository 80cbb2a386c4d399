import { ageIn } from './age';

const SYMBOLS = { day: 'd', hour: 'h', minute: 'min', second: 's' };

/** An age as a status has room for: `3 min`. */
export function ageText(ms: number): string {
  const { count, unit } = ageIn(ms);
  return `${count} ${SYMBOLS[unit]}`;
}

const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** A count as a status has room for: `1.2M`. */
export function countText(count: number): string {
  return COMPACT.format(count);
}

/** A time of the day: `14:02`. */
export function timeText(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
}
