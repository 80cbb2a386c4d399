import assert from 'node:assert/strict';
import type { Lake } from '../../demo/microshare/lake';
import type { Message } from './flow';
import { REC_TYPE, ShareBench } from './share-bench';

describe('microshare-share that reads', () => {
  const bench = new ShareBench();
  let lake: Lake;

  beforeEach(async () => {
    lake = await bench.open();
    const { url } = lake;
    const authorization = `Bearer ${lake.issueToken()}`;
    for (const [n, tag] of [
      [1, 'roof'],
      [2, 'cellar'],
      [3, 'roof'],
    ] as const) {
      await fetch(`${url}/share/${REC_TYPE}/tags/${tag}`, {
        method: 'POST',
        headers: { authorization },
        body: JSON.stringify({ n }),
      });
    }
  });

  afterEach(() => bench.close());

  const start = (share: object) => {
    const { username, password, clientId } = lake.accounts[0]!;
    return bench.start(
      { operation: 'read', ...share },
      { mode: 'password' },
      { username, password, apiKey: clientId },
    );
  };
  const numbers = ({ payload }: Message) => (payload as Message[]).map(({ data }) => data.n as number).sort();

  it('says at once that a pipe token cannot read', async () => {
    const flow = await bench.start({ operation: 'read' });
    await flow.shown('share', 'microshare-share.status.bad_configuration');
    const { error } = await bench.caught({ payload: 'go' });
    assert.match(error.message as string, /pipe token, which can only write/);
  });

  for (const [what, share, code] of [
    ['recType', { recType: 'io.example/room' }, 'bad_rectype'],
    ['template of a recType', { recType: 'io.example/{{topic}}' }, 'bad_rectype'],
    ['tag', { tags: 'latest' }, 'bad_tags'],
  ] as [string, object, string][]) {
    it(`says at once which ${what} cannot be`, async () => {
      const flow = await start(share);
      await flow.shown('share', `microshare-share.status.${code}`);
      assert.equal(flow.errors('share').length, 1);
    });
  }

  it('reads what may not be written', async () => {
    const flow = await start({ allowed: 'io.other.*' });
    flow.send('share', { payload: 'go' });
    const [msg] = (await flow.arrived('written', 1)) as [Message];
    assert.deepEqual(numbers(msg), [1, 2, 3]);
  });

  it('says at once which number cannot be', async () => {
    const flow = await start({ maxRecords: '0' });
    await flow.shown('share', 'microshare-share.status.bad_configuration');
    const { error } = await bench.caught({ payload: 'go' });
    assert.match(error.message as string, /"At most" is 0/);
  });

  it('answers with all records of the recType in one message, and keeps the message', async () => {
    const flow = await start({ perPage: '2' });
    const msg = await bench.written({ payload: 'go', mine: 7 });
    assert.deepEqual(numbers(msg), [1, 2, 3]);
    assert.equal(msg.mine, 7);
    assert.equal(msg.microshare.meta.totalCount, 3);
    assert.match(msg.microshare.url as string, /details=true/);
    await flow.shown('share', 'microshare-share.status.read');
  });

  it('answers with one message a page', async () => {
    const flow = await start({ perPage: 2, messages: 'pages' });
    flow.send('share', { payload: 'go' });
    const pages = await flow.arrived('written', 2);
    assert.deepEqual(
      pages.map((msg) => [msg.microshare.page as number, msg.payload.length as number]),
      [
        [1, 2],
        [2, 1],
      ],
    );
  });

  it('reads the latest, by tags, and by id', async () => {
    const flow = await start({ readBy: 'tags', tags: 'roof' });
    assert.deepEqual(numbers(await bench.written({ payload: '' })), [1, 3]);
    const ways = (share: object) =>
      flow.deploy(bench.nodes({ operation: 'read', ...share }, { mode: 'password' }));
    await ways({ readBy: 'latest' });
    assert.deepEqual(numbers(await bench.written({ payload: '' })), [3]);
    await ways({ readBy: 'id' });
    const id = lake.records()[1]?.id;
    assert.deepEqual(numbers(await bench.written({ recordId: id })), [2]);
    assert.equal((await bench.caught({ payload: '' })).error.code, 'bad_record');
  });

  it('gives what goes wrong to Catch nodes', async () => {
    const flow = await start({ readBy: 'id', recordId: 'none' });
    assert.equal((await bench.caught({ payload: '' })).error.code, 'not_found');
    await flow.shown('share', 'microshare-share.status.not_found');
  });
});
