/** The words of a list that a person typed, separated by commas, semicolons or blanks. */
export function words(list: string | undefined): string[] {
  // A variable of a tab may hold a number.
  return String(list ?? '')
    .split(/[\s,;]+/)
    .filter((word) => word !== '');
}
