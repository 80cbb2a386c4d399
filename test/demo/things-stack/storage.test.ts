import assert from 'node:assert/strict';
import type { Application } from '../../../demo/things-stack/applications';
import { fakeApiKey } from '../../../demo/things-stack/applications';
import { startThingsStack, type ThingsStack } from '../../../demo/things-stack/server';

const KEY = fakeApiKey('app1');
const application: Application = {
  applicationId: 'app1',
  tenantId: 'ttn',
  apiKeys: [{ key: KEY, rights: ['RIGHT_APPLICATION_TRAFFIC_READ'] }],
};

interface Line {
  result: { received_at: string; uplink_message?: { f_cnt?: number } };
}

describe('stand-in for the Storage Integration', () => {
  let ttn: ThingsStack;

  beforeEach(async () => {
    ttn = await startThingsStack({ applications: [application] });
  });
  afterEach(() => ttn.close());

  async function read(query: Record<string, string> = {}, place = 'packages/storage/uplink_message') {
    const search = new URLSearchParams(query).toString();
    const response = await fetch(`${ttn.api.url}/as/applications/app1/${place}?${search}`, {
      headers: { Authorization: `Bearer ${KEY}` },
    });
    const text = await response.text();
    const messages = response.ok
      ? text.split('\n').flatMap((line) => (line ? [(JSON.parse(line) as Line).result] : []))
      : [];
    return {
      response,
      text,
      messages,
      counters: messages.map(({ uplink_message }) => uplink_message?.f_cnt ?? 0),
    };
  }
  const send = (...fCnts: number[]) => ttn.publishBatch(fCnts.map((fCnt) => ({ deviceId: 'dev1', fCnt })));

  it('gives a line and an empty line for each message, without what it does not keep', async () => {
    const [sent] = send(7);
    const { response, text } = await read();
    assert.equal(response.headers.get('content-type'), 'text/event-stream');
    const { correlation_ids: _, ...message } = JSON.parse(JSON.stringify(sent));
    delete message.uplink_message.session_key_id;
    assert.equal(text, `${JSON.stringify({ result: message })}\n\n`);
  });

  it('keeps messages that nobody received, those of a batch with equal times', async () => {
    await ttn.stop();
    send(1, 2, 3);
    await ttn.start();
    const { messages, counters } = await read({ order: 'received_at' });
    assert.deepEqual(counters, [1, 2, 3]);
    assert.equal(new Set(messages.map(({ received_at }) => received_at)).size, 1);
  });

  it('writes late where batches are set', async () => {
    ttn.storage.switches.batchMs = 60_000;
    send(1);
    assert.deepEqual((await read()).counters, []);
    ttn.storage.flush();
    assert.deepEqual((await read()).counters, [1]);
    ttn.storage.switches.batchMs = 20;
    send(2);
    await new Promise((resolve) => setTimeout(resolve, 25));
    assert.deepEqual((await read()).counters, [1, 2]);
  });

  it('orders by time down to the nanosecond, and takes a span of it', async () => {
    const times = ['2.000000002', '2.000000001', '2', '3.5'].map((end) => {
      const time = new Date().toISOString().slice(0, 17);
      return `${time}0${end}Z`;
    });
    for (const [i, time] of times.entries()) {
      const message = {
        end_device_ids: { device_id: 'dev1' },
        received_at: time,
        uplink_message: { f_cnt: i },
      };
      ttn.publish('devices/dev1/up', message);
    }
    assert.deepEqual((await read({ order: 'received_at' })).counters, [2, 1, 0, 3]);
    assert.deepEqual((await read({ order: '-received_at' })).counters, [3, 0, 1, 2]);
    assert.deepEqual((await read()).counters, [0, 1, 2, 3]);
    const span = { after: times[1]!, before: times[3]!, order: 'received_at' };
    assert.deepEqual((await read(span)).counters, [0]);
    ttn.storage.switches.afterInclusive = true;
    assert.deepEqual((await read(span)).counters, [1, 0]);
  });

  it('gives pages, and ignores all else beside a continuation token', async () => {
    send(1, 2, 3);
    const first = await read({ limit: '2' });
    const token = first.response.headers.get('x-continuation-token') ?? '';
    const second = await read({ continuation_token: token, after: '2099-01-01T00:00:00Z' });
    assert.deepEqual([first.counters, second.counters], [[1, 2], [3]]);
    assert.equal(second.response.headers.get('x-continuation-token'), null);
    assert.equal((await read({ continuation_token: 'nonsense' })).response.status, 400);
  });

  it('tells devices and kinds apart, and keeps uplinks only, unless it is told to', async () => {
    const joins = async () => (await read({}, 'packages/storage/join_accept')).text;
    send(1);
    ttn.publishUplink({ deviceId: 'dev2', fCnt: 5 });
    ttn.publishJoin({ deviceId: 'dev1' });
    assert.deepEqual((await read({}, 'devices/dev2/packages/storage/uplink_message')).counters, [5]);
    assert.equal(await joins(), '');
    ttn.storage.switches.types.push('join_accept');
    ttn.publishJoin({ deviceId: 'dev1' });
    assert.equal((await joins()).split('\n\n').length, 2);
  });

  it('forgets what is older than it keeps', async () => {
    ttn.storage.switches.retentionMs = 3_600_000;
    const receivedAt = Date.now() - 2 * 3_600_000;
    ttn.publishUplink({ deviceId: 'dev1', receivedAt });
    send(2);
    assert.deepEqual((await read()).counters, [2]);
  });

  it('stores twice what two associations store, and nothing while it is not enabled', async () => {
    ttn.storage.associations(application).set(101, 'storage-integration');
    send(1);
    ttn.storage.disable(application);
    const { response } = await read();
    assert.equal(response.status, ttn.storage.switches.disabledStatus);
    send(2);
    ttn.storage.enable(application);
    assert.deepEqual((await read()).counters, [1, 1]);
  });
});
