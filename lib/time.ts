/** So many seconds before a time stamp; undefined where the stamp cannot be read. */
export function secondsBefore(time: string | undefined, seconds = 0): Date | undefined {
  return validDate(Date.parse(time ?? '') - seconds * 1000);
}

/** Milliseconds since 1970; undefined where no date is so far away. */
export function validDate(milliseconds: number): Date | undefined {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
