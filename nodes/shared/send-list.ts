import type { Response } from './admin';

/** A JSON list as a file, page by page. */
export async function sendList(
  response: Response,
  file: string,
  pages: AsyncIterable<object[]>,
): Promise<void> {
  let separator = '\n';
  for await (const page of pages) {
    // What fails before the first page can still be said.
    if (!response.headersSent) response.attachment(file).type('json').write('[');
    for (const item of page) {
      response.write(separator + JSON.stringify(item));
      separator = ',\n';
    }
  }
  response.end('\n]\n');
}

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
