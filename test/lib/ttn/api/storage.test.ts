import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { fault, rateLimited, type ApiAnswer } from '../../../../demo/things-stack/http/answers';
import { startThingsStack, type ThingsStack } from '../../../../demo/things-stack/server';
import type { StoragePage, StorageQuery, TtnApi, TtnApiError } from '../../../../lib/ttn/api';
import { apiOf, applications, failure, KEYS } from './stack';

const UPLINKS: StorageQuery = { type: 'uplink_message' };

describe('reading the Storage Integration', () => {
  let ttn: ThingsStack;
  let api: TtnApi;

  beforeEach(async () => {
    ttn = await startThingsStack({ applications });
    api = apiOf(ttn, KEYS.read);
  });
  afterEach(() => ttn.close());

  const send = (count: number) =>
    ttn.publishBatch(Array.from({ length: count }, (_, i) => ({ deviceId: `dev${i}`, fCnt: i })));
  const ids = ({ messages }: StoragePage) =>
    messages.map(({ end_device_ids }) => (end_device_ids as { device_id: string }).device_id);

  it('gives the messages of one kind as they were on MQTT', async () => {
    ttn.storage.switches.keepsSessionKey = true;
    ttn.storage.switches.types.push('join_accept');
    const sent = ttn.publishUplink({ deviceId: 'dev1' });
    ttn.publishJoin({ deviceId: 'dev1' });
    const { correlation_ids: _, ...stored } = JSON.parse(JSON.stringify(sent));
    assert.deepEqual(await api.readStorage(UPLINKS), { messages: [stored] });
    assert.equal((await api.readStorage({ type: 'join_accept' })).messages.length, 1);
  });

  it('asks for a span of time and a number, in order', async () => {
    const after = '2026-11-01T00:00:00.123456789Z';
    await api.readStorage({ ...UPLINKS, after, before: '2026-11-02T00:00:00Z', limit: 7 });
    const [request = ''] = ttn.api.requests;
    assert.match(request, /^GET \/api\/v3\/as\/applications\/app1\/packages\/storage\/uplink_message\?/);
    assert.deepEqual(Object.fromEntries(new URL(request.slice(4), 'http://x').searchParams), {
      after,
      before: '2026-11-02T00:00:00Z',
      limit: '7',
      order: 'received_at',
    });
  });

  it('gives page after page, each message once', async () => {
    ttn.storage.switches.pageSize = 4;
    send(10);
    const pages: StoragePage[] = [];
    let continuationToken: string | undefined;
    do {
      const page = await api.readStorage({ ...UPLINKS, continuationToken });
      pages.push(page);
      ({ continuationToken } = page);
      await sleep(2);
      send(1);
    } while (continuationToken);
    assert.deepEqual(
      pages.map((page) => page.messages.length),
      [4, 4, 2],
    );
    assert.equal(new Set(pages.flatMap(ids)).size, 10);
  });

  it('gives what came before a line that is an error, and says that there is more', async () => {
    send(3);
    ttn.storage.breaks.push({ after: 2, how: 'error' });
    const page = await api.readStorage(UPLINKS);
    assert.deepEqual(ids(page), ['dev0', 'dev1']);
    assert.match(page.incomplete ?? '', /storage is unavailable/);
    assert.equal((await api.readStorage(UPLINKS)).incomplete, undefined);
  });

  it('gives what came before the connection broke in the middle of a line', async () => {
    ttn.storage.switches.pageSize = 3;
    send(5);
    ttn.storage.breaks.push({ after: 2, how: 'cut' });
    const page = await api.readStorage(UPLINKS);
    assert.deepEqual(ids(page), ['dev0', 'dev1']);
    assert.match(page.incomplete ?? '', /broke the connection/);
    assert.equal(page.continuationToken, undefined, 'going on would lose the rest of this page');
  });

  const reads = (title: string, body: string, expected: StoragePage) =>
    it(`reads ${title}`, async () => {
      ttn.api.answerNext({ body });
      assert.deepEqual(await api.readStorage(UPLINKS), expected);
    });
  reads('an empty answer', '', { messages: [] });
  reads('lines without blank ones between, with CRLF', '{"result":{"a":1}}\r\n{"result":{"a":2}}\r\n', {
    messages: [{ a: 1 }, { a: 2 }],
  });
  reads('true server-sent events', 'event: message\ndata: {"result":{"a":1}}\n\n: ping\n\n', {
    messages: [{ a: 1 }],
  });
  reads('a whole answer whose last line is cut', '{"result":{"a":1}}\n\n{"resu', {
    messages: [{ a: 1 }],
    incomplete: 'a line of the answer is cut off',
  });

  const refuses = (title: string, answer: ApiAnswer, code: string, facts: Partial<TtnApiError> = {}) =>
    it(`explains ${title}: ${code}`, async () => {
      ttn.api.answerNext(answer);
      const error = await failure<TtnApiError>(api.readStorage(UPLINKS));
      assert.equal(error.code, code);
      for (const [name, value] of Object.entries(facts)) assert.equal(error[name as 'right'], value);
    });
  refuses('the rate limit', rateLimited(2.5), 'rate_limited', { retryAfterMs: 2500 });
  refuses(
    'the rate limit of a proxy',
    { status: 429, headers: { 'Retry-After': '3' }, body: '' },
    'rate_limited',
    {
      retryAfterMs: 3000,
    },
  );
  refuses('a rate limit without a time', { status: 429, body: '' }, 'rate_limited', { retryAfterMs: 60_000 });
  for (const status of [403, 404, 405, 412, 501]) {
    const { body } = fault(status, 'pkg/x', 'closed', 'closed').answer;
    refuses(`${status} of The Things Stack`, { status, body }, 'storage_disabled');
    refuses(`${status} of its gateway`, { status, body: { error: body } }, 'storage_disabled');
    // It may have lost the server behind it for some seconds only: the messages must not be given up for that.
    refuses(`${status} of a proxy`, { status, body: '<html>default backend</html>' }, 'unavailable');
    refuses(`${status} of a proxy in JSON`, { status, body: { code: status } }, 'unavailable');
  }
  refuses('a failed precondition', { status: 400, body: { code: 9 } }, 'storage_disabled');
  refuses('a bad parameter', { status: 400, body: { code: 3, message: 'invalid limit' } }, 'refused');
  refuses('a page that is none of the API', { body: '<html>\n</html>' }, 'bad_answer');

  it('tells a storage that is not enabled from a key without the right', async () => {
    ttn.storage.disable(applications[0]);
    const disabled = await failure(api.readStorage(UPLINKS));
    assert.equal(disabled.code, 'storage_disabled');
    assert.match(disabled.message, /Enable it in the Console/);
    const error = await failure<TtnApiError>(apiOf(ttn, KEYS.write).readStorage(UPLINKS));
    assert.deepEqual([error.code, error.right], ['missing_right', 'RIGHT_APPLICATION_TRAFFIC_READ']);
    assert.equal((await failure(apiOf(ttn, KEYS.wrong).readStorage(UPLINKS))).code, 'bad_key');
  });

  it('is given up on demand', async () => {
    const error = await failure(api.readStorage({ ...UPLINKS, signal: AbortSignal.abort() }));
    assert.equal(error.code, 'aborted');
  });

  it('can be enabled, once', async () => {
    ttn.storage.disable(applications[0]);
    const admin = apiOf(ttn);
    ttn.storage.associations(applications[0]).set(100, 'lora-cloud-device-management-v1');
    assert.equal(await admin.enableStorage(), 'enabled');
    assert.equal(await admin.enableStorage(), 'was enabled');
    assert.deepEqual([...ttn.storage.associations(applications[0])].at(-1), [101, 'storage-integration']);
    send(1);
    assert.equal((await api.readStorage(UPLINKS)).messages.length, 1);
    const error = await failure<TtnApiError>(api.enableStorage());
    assert.deepEqual([error.code, error.right], ['missing_right', 'RIGHT_APPLICATION_SETTINGS_PACKAGES']);
  });
});
