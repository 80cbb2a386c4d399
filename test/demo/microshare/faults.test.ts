import assert from 'node:assert/strict';
import { startLake, type Lake } from '../../../demo/microshare/lake';
import type { Fault } from '../../../demo/microshare/faults';
import { eventually } from '../../eventually';
import { call, type Envelope } from './client';

describe('faults', () => {
  let lake: Lake;
  let token: string;

  beforeEach(async () => {
    lake = await startLake();
    token = lake.issueToken();
  });
  afterEach(() => lake.close());

  const post = (signal?: AbortSignal) => call(lake, '/share/a.b', { token, body: { n: 1 }, signal });

  /** Posts once with the fault: what the client sees, and how many records are stored. */
  async function spoiled(fault: Fault, timeout = 5000): Promise<[string, number]> {
    lake.fail(fault);
    const seen = await post(AbortSignal.timeout(timeout)).then(
      ({ status, text }) => `${status} ${text}`,
      (error: Error & { cause?: { code: string } }) => error.cause?.code ?? error.name,
    );
    return [seen, lake.records().length];
  }

  it('answers late', async () => {
    const start = performance.now();
    const [seen, stored] = await spoiled({ kind: 'delay', delay: 60 });
    assert.match(seen, /^200 /);
    assert.equal(stored, 1);
    assert.ok(performance.now() - start >= 55);
  });

  it('answers with another status, headers and body, and stores nothing', async () => {
    lake.fail({ kind: 'answer', status: 429, headers: { 'retry-after': '7' }, body: 'slow down' });
    const { status, headers, text } = await post();
    assert.deepEqual([status, headers.get('retry-after'), text], [429, '7', 'slow down']);
    lake.fail({ kind: 'answer', status: 302, headers: { location: `${lake.url}/elsewhere` } });
    const redirect = await post();
    assert.deepEqual([redirect.status, redirect.headers.get('location')], [302, `${lake.url}/elsewhere`]);
    assert.equal(lake.records().length, 0);
  });

  it('answers 503 with akka’s own text', async () => {
    const text =
      'The server was not able to produce a timely response to your request.\r\nPlease try again in a short while!';
    assert.deepEqual(await spoiled({ kind: 'answer' }), [`503 ${text}`, 0]);
  });

  it('resets the connection before anything is stored, or after', async () => {
    assert.deepEqual(await spoiled({ kind: 'reset' }), ['ECONNRESET', 0]);
    assert.deepEqual(await spoiled({ kind: 'store-and-reset' }), ['ECONNRESET', 1]);
  });

  it('never answers, and stores nothing or the record', async () => {
    assert.deepEqual(await spoiled({ kind: 'hang' }, 80), ['TimeoutError', 0]);
    assert.deepEqual(await spoiled({ kind: 'store-and-hang' }, 80), ['TimeoutError', 1]);
  });

  it('breaks off inside the answer, by a reset or a plain close', async () => {
    const [reset, stored] = await spoiled({ kind: 'reset-inside' });
    assert.deepEqual([reset, stored], ['ECONNRESET', 1]);
    assert.deepEqual(await spoiled({ kind: 'truncate' }), ['UND_ERR_SOCKET', 2]);
  });

  it('lets the answer drip', async () => {
    assert.deepEqual(await spoiled({ kind: 'drip', interval: 20 }, 150), ['TimeoutError', 1]);
    const [seen] = await spoiled({ kind: 'drip', interval: 0 });
    assert.match(seen, /^200 \{.*\}$/);
  });

  it('answers 200 without an id', async () => {
    lake.fail({ kind: 'no-id' });
    const { status, text } = await post();
    assert.equal(status, 200);
    assert.deepEqual((JSON.parse(text) as Envelope).objs, []);
    assert.equal(lake.records().length, 1);
    lake.fail({ kind: 'no-id' });
    assert.equal((await call(lake, '/share/a.b', { body: {} })).status, 401);
  });

  it('spoils only the requests that match, as often as was asked for', async () => {
    lake.fail([
      { kind: 'answer', status: 500, method: 'GET' },
      { kind: 'answer', status: 400, path: '/other/' },
      { kind: 'answer', status: 503, path: '/share/', times: 2, every: 2 },
    ]);
    const statuses: number[] = [];
    for (let n = 0; n < 6; n++) statuses.push((await post()).status);
    assert.deepEqual(statuses, [200, 503, 200, 503, 200, 200]);
  });

  it('mixes several faults, by turns or by chance', async () => {
    lake.fail([
      { kind: 'answer', status: 500, every: 2, times: null },
      { kind: 'answer', status: 429, every: 2, times: null },
      { kind: 'answer', status: 401, chance: 0, times: null },
      { kind: 'answer', status: 503, chance: 1, times: null },
    ]);
    const statuses: number[] = [];
    for (let n = 0; n < 4; n++) statuses.push((await post()).status);
    assert.deepEqual(statuses, [503, 500, 429, 500]);
  });

  it('goes on until it is healed', async () => {
    lake.fail({ kind: 'answer', times: null });
    for (let n = 0; n < 3; n++) assert.equal((await post()).status, 503);
    lake.heal();
    assert.equal((await post()).status, 200);
    assert.equal(lake.requests.length, 4);
  });

  it('knows its faults', () => {
    assert.throws(() => lake.fail({ kind: 'explode' as 'reset' }), /no fault "explode"/);
  });

  it('ends hanging, dripping and delayed requests when it closes', async () => {
    lake.fail([{ kind: 'hang' }, { kind: 'drip', interval: 60_000 }, { kind: 'delay', delay: 60_000 }]);
    const ends = [post(), post(), post()].map((reply) => assert.rejects(reply));
    await eventually(() => lake.requests.length === 3, 'the requests');
    await lake.close();
    await Promise.all(ends);
  });
});
