const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

/** An age as a status has room for: `3 min`. */
export function ageText(ms: number): string {
  const [unit, size] = UNITS.find(([, size]) => ms >= size) ?? (['s', 1_000] as const);
  return `${Math.floor(Math.max(ms, 0) / size)} ${unit}`;
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
