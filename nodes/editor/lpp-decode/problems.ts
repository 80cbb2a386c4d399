/** What is wrong with each entry of a list; with the whole, where each alone is right. */
export interface Problems {
  entries: (string | undefined)[];
  whole?: string;
}

/** @param check throws an Error that says what is wrong with a list */
export function findProblems<Entry>(
  entries: readonly (Entry | undefined)[],
  check: (entries: Entry[]) => unknown,
): Problems {
  const problemOf = (some: Entry[]) => {
    try {
      check(some);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };
  const given = entries.filter((entry): entry is Entry => entry !== undefined);
  // In its own row an entry needs no label.
  const problems = entries.map((entry) => entry && problemOf([entry])?.replace('Custom type 1: ', ''));
  return { entries: problems, whole: problems.some(Boolean) ? undefined : problemOf(given) };
}
