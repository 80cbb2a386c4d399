import assert from 'node:assert/strict';
import { startLake, type Lake } from '../../../demo/microshare/lake';
import { eventually } from '../../eventually';
import { call } from './client';

interface Row {
  record: { recType: string; data: unknown };
  device?: string;
}

describe('page of the lake', () => {
  let lake: Lake;

  beforeEach(async () => {
    lake = await startLake();
  });
  afterEach(() => lake.close());

  const post = (data: unknown) => call(lake, '/share/io.example.t', { token: lake.issueToken(), body: data });

  /** Server-sent events as they come: name and parsed data. */
  async function* events() {
    const response = await fetch(`${lake.url}/__standin/events`);
    assert.equal(response.headers.get('content-type'), 'text/event-stream');
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const [, name, data = ''] = /^event: (\w+)\ndata: (.*)$/s.exec(block) ?? [];
        yield { name, data: JSON.parse(data) as Row & { total: number; rows: Row[]; limit: number } };
      }
    }
  }

  it('is one HTML page that loads nothing from elsewhere', async () => {
    const response = await fetch(`${lake.url}/`);
    assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8');
    const html = await response.text();
    assert.match(html, /Stand-in for Microshare's lake/);
    assert.doesNotMatch(html, /(src|href)="(?!data:|\/__standin)|@import|url\(/);
  });

  it('streams the latest records, then each new one with its device', async () => {
    const unpacked = { temperature: [{ unit: '°C', value: 23 }], meta: { iot: { device_id: '70-B3' } } };
    await post({ n: 1 });
    const stream = events();
    const start = (await stream.next()).value;
    assert.equal(start?.name, 'start');
    assert.deepEqual([start?.data.total, start?.data.limit], [1, 500]);
    assert.deepEqual(
      start?.data.rows.map(({ record }) => record.data),
      [{ n: 1 }],
    );

    await post(unpacked);
    await post({ end_device_ids: { device_id: 'eui-1' } });
    const [second, third] = [(await stream.next()).value, (await stream.next()).value];
    assert.deepEqual(second?.data.record.data, unpacked);
    assert.deepEqual([second?.name, second?.data.total, second?.data.device], ['record', 2, '70-B3']);
    assert.deepEqual([third?.data.total, third?.data.device], [3, 'eui-1']);
    await stream.return(undefined);
  });

  it('starts with 500 records at most, and lets go of a page that left', async () => {
    const token = lake.issueToken();
    await Promise.all(
      Array.from({ length: 501 }, (_, n) => call(lake, '/share/io.example.t', { token, body: { n } })),
    );
    const stream = events();
    const start = (await stream.next()).value;
    assert.deepEqual([start?.data.total, start?.data.rows.length], [501, 500]);
    assert.equal(lake.listenerCount('record'), 1);
    await stream.return(undefined);
    await eventually(() => lake.listenerCount('record') === 0, 'nobody who listens');
  });
});
