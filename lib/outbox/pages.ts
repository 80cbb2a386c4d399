/**
 * The pages of a list, the empty one at its end too.
 * @param page gives what stands behind an id
 */
export async function* allPages<Item extends { id: number }>(
  page: (after: number) => Promise<Item[]>,
): AsyncGenerator<Item[]> {
  for (let after: number | undefined = 0; after !== undefined;) {
    const items = await page(after);
    yield items;
    after = items.at(-1)?.id;
  }
}
