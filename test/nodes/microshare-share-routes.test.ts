import assert from 'node:assert/strict';
import type { Lake } from '../../demo/microshare/lake';
import { eventually } from '../eventually';
import type { Message } from './flow';
import { REC_TYPE, ShareBench, uplink } from './share-bench';

const READ = 'microshare-share.read';
const WRITE = 'microshare-share.write';

describe('the admin routes of microshare-share', () => {
  const bench = new ShareBench();
  let lake: Lake;

  beforeEach(async () => (lake = await bench.open()));
  afterEach(() => bench.close());

  /** Two rejected records. */
  async function reject(): Promise<void> {
    const flow = await bench.start();
    lake.fail({ kind: 'answer', status: 400, body: 'not like this', times: 2 });
    for (const n of [1, 2]) flow.send('share', { payload: { n } });
    await flow.arrived('rejected', 2);
  }

  it('list rejected records page by page, send them again and discard them', async () => {
    await reject();
    const list = async (query = '') =>
      JSON.parse((await bench.ask(`/microshare-share/share/rejected${query}`, READ)).text) as Message[];
    const [first] = await list('?limit=1');
    const [second] = await list(`?limit=1&after=${first?.id}`);
    assert.deepEqual([first?.record.n, second?.record.n], [1, 2]);
    assert.equal(second?.reason.text, 'not like this');

    const again = await bench.ask('/microshare-share/share/resend', WRITE, { ids: [first?.id] });
    assert.deepEqual(again.json, { resent: 1 });
    await eventually(() => lake.records().length === 1, 'the record that was sent again');
    const exported = await bench.ask('/microshare-share/share/export', READ);
    assert.deepEqual(
      (JSON.parse(exported.text) as Message[]).map(({ record }) => record as Message),
      [{ n: 2 }],
    );
    assert.equal((await bench.ask('/microshare-share/share/discard', WRITE, {})).json.code, 'bad_action');
    assert.equal((await list()).length, 1);
    const gone = await bench.ask('/microshare-share/share/discard', WRITE, { all: true });
    assert.deepEqual(gone.json, { discarded: 1 });
    assert.deepEqual(await list(), []);
  });

  it('ask for the right to read or to write', async () => {
    await bench.start();
    for (const [name, right] of [
      ['stats', READ],
      ['rejected', READ],
      ['export', READ],
    ] as const) {
      assert.equal((await bench.ask(`/microshare-share/share/${name}`, 'other.read')).status, 401);
      assert.equal((await bench.ask(`/microshare-share/share/${name}`, right)).status, 200);
    }
    assert.equal((await bench.ask('/ttn-microshare/metrics', 'none')).status, 401);
    assert.equal((await bench.ask('/microshare-share/share/newest', 'none')).status, 401);
    for (const name of ['resend', 'discard', 'resume', 'preview']) {
      assert.equal((await bench.ask(`/microshare-share/share/${name}`, READ, { all: true })).status, 401);
    }
  });

  it('give the figures, as JSON and for Prometheus', async () => {
    await bench.start({ name: 'my "share"' });
    await bench.written({ payload: { n: 1 } });
    const { json } = await bench.ask('/microshare-share/share/stats', READ);
    assert.equal(json.written, 1);
    assert.equal(json.store.kind, 'disk');
    const { text } = await bench.ask('/ttn-microshare/metrics', READ);
    assert.match(text, /^microshare_outbox_written_total\{node="share",name="my \\"share\\""\} 1$/m);
    const described = text.match(/^# HELP (\S+)/gm) ?? [];
    assert.equal(new Set(described).size, described.length);
  });

  it('say that a node is not deployed', async () => {
    await bench.start();
    const { status, json } = await bench.ask('/microshare-share/other/stats', READ);
    assert.deepEqual([status, json.code], [404, 'not_running']);
    assert.match(json.message as string, /deploy/);
  });

  it('show what would be written of the last message with what is set in the dialog', async () => {
    await bench.start();
    const preview = (settings: object) =>
      bench.ask('/microshare-share/share/preview', 'flows.write', settings);
    assert.equal((await preview({})).json.noMessage, true);
    await bench.written({ payload: { temperature: 21 }, uplink: uplink('a'), lpp: { readings: [] } });
    assert.deepEqual((await preview({})).json.records, [{ temperature: 21 }]);
    const other = await preview({
      record: 'jsonata',
      expression: '{"t": payload.temperature}',
      recType: 'Bad',
    });
    assert.deepEqual(other.json.records, [{ t: 21 }]);
    assert.equal(other.json.warnings.length, 2);
    assert.match(
      (await preview({ record: 'jsonata', expression: '{' })).json.message as string,
      /expression/,
    );
    process.env.TEST_USECASE = 'climate';
    const places = [{ id: '*', device: '${TEST_USECASE}' }];
    const unpacked = await preview({ record: 'unpacked', usecase: '${TEST_USECASE}', places });
    delete process.env.TEST_USECASE;
    const { usecase, device } = unpacked.json.records[0].meta as Message;
    assert.deepEqual([usecase, device], ['climate', ['climate']]);
    assert.equal(lake.records().length, 1);
  });

  it('show the newest records, newest first, to accounts that can read', async () => {
    const { username, password, clientId } = lake.accounts[0]!;
    await bench.start({}, { mode: 'pipe', readBack: true }, { username, password, apiKey: clientId });
    for (const n of [1, 2, 3]) await bench.written({ payload: { n } });
    const { json } = await bench.ask('/microshare-share/share/newest', READ);
    assert.equal(json.recType, REC_TYPE);
    assert.deepEqual((json.records as Message[]).map(({ data }) => data.n as number).sort(), [1, 2, 3]);
  });

  it('say that a pipe token cannot read', async () => {
    await bench.start();
    const { json } = await bench.ask('/microshare-share/share/newest', READ);
    assert.equal(json.cannotRead, true);
  });
});
