import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { eventually } from '../../eventually';
import type { Response } from '../../../nodes/shared/admin';
import { sendList } from '../../../nodes/shared/send-list';

/** Takes what is written when it is told to. */
class SlowBrowser extends Writable {
  text = '';
  take: () => void = () => undefined;
  attachment = () => this;
  type = () => this;

  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.text += chunk.toString();
    this.take = done;
  }
}

describe('a list that is exported', () => {
  let given = 0;
  let closed = false;
  async function* pages(count: number): AsyncGenerator<object[]> {
    given = 0;
    closed = false;
    try {
      for (; given < count; given++) yield [{ page: given, text: 'x'.repeat(10_000) }];
    } finally {
      await Promise.resolve();
      closed = true;
    }
  }
  const send = (browser: SlowBrowser, count: number) =>
    sendList(browser as unknown as Response, 'list.json', pages(count));

  it('is read no faster than the browser takes it, and given up when it is gone', async () => {
    const browser = new SlowBrowser();
    const sent = send(browser, 1_000);
    await eventually(() => given > 0, 'a page');
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.ok(given < 10, `${given} pages were read`);
    browser.destroy();
    await assert.rejects(sent);
    assert.ok(closed);
  });

  it('is closed also when the browser goes before the first page is out', async () => {
    const browser = new SlowBrowser({ highWaterMark: 1 });
    const sent = send(browser, 1);
    await eventually(() => browser.text !== '', 'the page');
    browser.destroy();
    await assert.rejects(sent);
    assert.ok(closed);
  });

  for (const count of [0, 1, 3]) {
    it(`is JSON with ${count} pages`, async () => {
      const browser = new SlowBrowser();
      const taking = setInterval(() => browser.take(), 1);
      await send(browser, count).finally(() => clearInterval(taking));
      const items = JSON.parse(browser.text) as { page: number }[];
      assert.deepEqual(
        items.map(({ page }) => page),
        [0, 1, 2].slice(0, count),
      );
    });
  }
});
