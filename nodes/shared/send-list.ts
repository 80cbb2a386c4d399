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
