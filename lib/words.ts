/** The words of a list that a person typed, separated by commas, semicolons or blanks. */
export function words(list: string | undefined): string[] {
  return (list ?? '').split(/[\s,;]+/).filter((word) => word !== '');
}
