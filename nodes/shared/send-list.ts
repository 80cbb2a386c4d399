import { pipeline } from 'node:stream/promises';
import type { Response } from './admin';

/** A JSON list as a file, page by page, as fast as it is taken. */
export async function sendList(
  response: Response,
  file: string,
  pages: AsyncIterable<object[]>,
): Promise<void> {
  const texts = listText(pages);
  // What fails before the first page can still be said.
  const { value: first = '' } = await texts.next();
  response.attachment(file).type('json');
  const all = async function* () {
    yield first;
    yield* texts;
  };
  // Also where the browser goes during the first page.
  await pipeline(all, response).finally(() => texts.return());
}

async function* listText(pages: AsyncIterable<object[]>): AsyncGenerator<string, void> {
  let separator = '[\n';
  for await (const page of pages) {
    if (page.length === 0) continue;
    yield separator + page.map((item) => JSON.stringify(item)).join(',\n');
    separator = ',\n';
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
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
