const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** An age in the largest unit of which it has one, or else in seconds. */
export function ageIn(ms: number): { count: number; unit: (typeof UNITS)[number][0] } {
  const age = Math.max(ms, 0);
  const [unit, size] = UNITS.find(([, size]) => age >= size) ?? UNITS[3];
  return { count: Math.floor(age / size), unit };
}
