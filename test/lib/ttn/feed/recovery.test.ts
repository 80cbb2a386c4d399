import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { TtnApiError } from '../../../../lib/ttn/api/errors';
import { eventually } from '../../../eventually';
import { closeStages, FakeStorage, HOUR, MINUTE, stage, uplink, uplinks, type Stage } from './stand-ins';

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** A clock that a test moves is no machine that slept. */
const STEADY = { stallMs: 1_000 * HOUR };

describe('Feed, recovery from storage', () => {
  const now = Date.now();
  let storage: FakeStorage;

  beforeEach(() => {
    storage = new FakeStorage();
  });
  afterEach(closeStages);

  /** Connected, with one message an hour ago; what storage was asked at the start is forgotten. */
  async function running(options: Parameters<typeof stage>[0] = {}): Promise<Stage> {
    const staged = stage({ storage, ...options });
    await eventually(() => staged.transport.opened, 'the transport');
    staged.transport.connect();
    await eventually(() => staged.of('recovered').length === 2, 'the readings of the start');
    const first = uplink({ fCnt: 0, at: now - HOUR });
    storage.keep(first);
    staged.transport.deliver(first);
    await eventually(() => staged.got.length === 1, 'the first message');
    staged.reports.length = storage.queries.length = 0;
    return staged;
  }

  it('fetches the 500 uplinks of an hour without connection, in order, each once', async () => {
    const { transport, got, fCnts, of, feed } = await running();
    transport.lose();
    storage.keep(...uplinks(500, now - HOUR + 1_000, 7_000));
    transport.connect();
    await eventually(() => of('recovered').length === 2, 'both readings');
    assert.deepEqual(fCnts(), range(0, 500));
    assert.ok(got.slice(1).every(({ uplink: { recovered } }) => recovered));
    assert.equal(got[1]?.topic, 'v3/my-app/devices/dev-1/up');
    assert.deepEqual(
      of('recovered').map(({ again, read, emitted }) => ({ again, read, emitted })),
      [
        { again: false, read: 501, emitted: 500 },
        { again: true, read: 501, emitted: 0 },
      ],
    );
    const { emitted, recovered, gapsOpen, lostOnTheRadio, lostWhileAway } = feed.stats();
    assert.deepEqual({ emitted, recovered, gapsOpen }, { emitted: 501, recovered: 500, gapsOpen: false });
    assert.equal(lostOnTheRadio + lostWhileAway, 0);
  });

  it('names the tenant in the topics where it knows it', async () => {
    const { transport, got } = await running({ applicationUid: 'my-app@ttn' });
    transport.lose();
    storage.keep(uplink({ fCnt: 1, at: now - MINUTE }));
    transport.connect();
    await eventually(() => got.length === 2, 'the message');
    assert.equal(got[1]?.topic, 'v3/my-app@ttn/devices/dev-1/up');
  });

  it('reads from five minutes before the newest message, oldest first', async () => {
    const { transport, of } = await running();
    transport.lose();
    transport.connect();
    await eventually(() => of('recovered').length === 2, 'both readings');
    const newest = now - HOUR + 200;
    assert.deepEqual(
      storage.queries.map(({ after }) => after),
      Array(2).fill(new Date(newest - 5 * MINUTE).toISOString()),
    );
  });

  it('finds at the second reading what storage wrote late', async () => {
    const { transport, fCnts, of } = await running();
    transport.lose();
    const missed = uplinks(100, now - 30 * MINUTE, 1_000);
    storage.keep(...missed.slice(0, 40));
    transport.connect();
    await eventually(() => of('recovered').length === 1, 'the first reading');
    storage.keep(...missed.slice(40));
    await eventually(() => of('recovered').length === 2, 'the second reading');
    assert.deepEqual(fCnts(), range(0, 100));
    assert.equal(of('recovered')[1]?.emitted, 60);
  });

  it('finds it also where our clock is behind', async () => {
    const { transport, got, of } = await running({ now: () => Date.now() - 20 * MINUTE });
    transport.deliver(uplink({ fCnt: 1, at: now - 2 * MINUTE }));
    await eventually(() => got.length === 2, 'a live message');
    transport.lose();
    transport.connect();
    await eventually(() => of('recovered').length === 1, 'the first reading');
    storage.keep(uplink({ fCnt: 2, at: now - MINUTE }));
    await eventually(() => got.length === 3, 'the late one');
  });

  it('loses none of many uplinks that have the same time', async () => {
    const { transport, got } = await running();
    storage.pageSize = 7;
    transport.lose();
    storage.keep(...range(1, 100).map((fCnt) => uplink({ fCnt, at: now - MINUTE, device: `dev-${fCnt}` })));
    transport.connect();
    await eventually(() => got.length === 101, 'all of them');
  });

  it('never gives a message twice that comes live and from storage', async () => {
    const { transport, fCnts, of } = await running();
    transport.lose();
    const messages = uplinks(300, now - 10 * MINUTE, 1_000);
    storage.keep(...messages);
    transport.connect();
    for (const message of messages.slice(150)) transport.deliver(message);
    await eventually(() => of('recovered').length === 2, 'both readings');
    assert.deepEqual(
      [...fCnts()].sort((a, b) => a! - b!),
      range(0, 300),
    );
  });

  it('hands on live messages before those from storage', async () => {
    const { feed, transport, got } = await running();
    feed.detach();
    transport.lose();
    storage.keep(...uplinks(50, now - 10 * MINUTE, 1_000));
    transport.connect();
    await eventually(() => feed.stats().queued >= 50, 'the recovered messages');
    transport.deliver(uplink({ fCnt: 1_000, at: now }));
    const order: (number | undefined)[] = [];
    feed.attach({ emit: (received) => void order.push(received.uplink.fCnt) });
    await eventually(() => order.length === 51, 'all');
    assert.deepEqual(order, [1_000, ...range(1, 50)]);
    assert.equal(got.length, 1);
  });

  it('hands on in its place what waits and is in storage, too', async () => {
    const { feed, transport, of } = await running();
    feed.detach();
    const messages = uplinks(3, now - MINUTE, 1_000);
    for (const message of messages) transport.deliver(message);
    transport.lose();
    storage.keep(...messages);
    transport.connect();
    await eventually(() => feed.stats().queued >= 6, 'the recovered messages');
    const order: string[] = [];
    feed.attach({ emit: ({ uplink }) => void order.push(`${uplink.fCnt} ${uplink.recovered}`) });
    await eventually(() => of('recovered').length === 2, 'both readings');
    assert.deepEqual(order, ['1 false', '2 false', '3 false']);
    assert.ok(of('recovered').every(({ emitted }) => emitted === 0));
  });

  it('is not misled by a message that comes before the connection is said to stand', async () => {
    const { transport, fCnts, of } = await running();
    transport.lose();
    storage.keep(...uplinks(10, now - 50 * MINUTE, 1_000));
    transport.deliver(uplink({ fCnt: 11, at: now }));
    await sleep(20);
    transport.connect();
    await eventually(() => of('recovered').length === 1, 'the reading');
    assert.deepEqual(fCnts(), [0, 11, ...range(1, 10)]);
  });

  it('is not misled by a message from the future', async () => {
    const { transport, got } = await running();
    transport.deliver(uplink({ fCnt: 5, at: now + 1_000 * HOUR }));
    await eventually(() => got.length === 2, 'the message');
    transport.lose();
    storage.keep(uplink({ fCnt: 1, at: Date.now() }));
    transport.connect();
    await eventually(() => got.length === 3, 'the missed message');
  });

  it('is not misled by a message without a time', async () => {
    const { transport, got } = await running();
    const { end_device_ids, uplink_message } = uplink({ fCnt: 5, at: now });
    const { received_at: _, ...timeless } = uplink_message;
    transport.deliver({ end_device_ids, uplink_message: timeless });
    await eventually(() => got.length === 2, 'the message');
    transport.lose();
    storage.keep(uplink({ fCnt: 1, at: Date.now() }));
    transport.connect();
    await eventually(() => got.length === 3, 'the missed message');
  });

  it('is not held up by a clock that is set back', async () => {
    let ahead = 0;
    const limits = { ...STEADY, pauseMs: 30, refusedPauseMs: 30, recheckMs: 300 };
    const { feed, transport, got, of, problems } = await running({ limits, now: () => Date.now() + ahead });
    ahead = 3 * HOUR;
    transport.lose();
    transport.connect();
    await eventually(() => of('recovered').length === 1, 'a reading, which is to be made again');
    storage.faults.push(new TtnApiError('refused', 'Not now.'));
    transport.lose();
    transport.connect();
    await eventually(() => problems().length === 1, 'a refusal');
    ahead = 0;
    storage.keep(uplink({ fCnt: 1, at: Date.now() }));
    await eventually(() => got.length === 2, 'the message');
    await eventually(() => !feed.stats().gapsOpen, 'the second readings');
  });

  it('fetches what was dropped while Node.js did nothing for some seconds', async () => {
    const { feed, transport, got, of } = await running({ limits: { stallMs: 60 } });
    storage.keep(...uplinks(20, now - 30 * MINUTE, 1_000));
    feed.attach({
      emit: (received) => {
        got.push(received);
        if (!received.uplink.recovered) for (const end = performance.now() + 150; performance.now() < end;);
      },
    });
    transport.deliver(uplink({ fCnt: 21, at: now }));
    await eventually(() => got.length === 22, 'what was dropped');
    assert.ok((of('stalled')[0]?.ms ?? 0) > 60);
  });

  it('fetches what was dropped while the machine slept', async () => {
    let slept = 0;
    const { transport, got, of } = await running({ now: () => Date.now() + slept });
    storage.keep(uplink({ fCnt: 1, at: Date.now() }));
    slept = MINUTE;
    transport.deliver(uplink({ fCnt: 2, at: Date.now() + slept }));
    await eventually(() => got.length === 3, 'what was dropped');
    assert.equal(of('stalled').length, 1);
  });

  it('fetches also what is dropped until Node.js has caught up', async () => {
    const limits = { stallMs: 60, tickMs: 100, recheckMs: HOUR };
    const { transport, feed, got, of } = stage({ storage, limits });
    await eventually(() => transport.opened, 'the transport');
    transport.connect();
    await eventually(() => of('recovered').length === 1, 'the reading of the start');
    feed.attach({
      emit: (received) => {
        got.push(received);
        if (!received.uplink.recovered) for (const end = performance.now() + 250; performance.now() < end;);
      },
    });
    transport.deliver(uplink({ fCnt: 2, at: now }));
    await eventually(() => of('stalled').length === 1, 'the stall');
    storage.keep(uplink({ fCnt: 3, at: Date.now() }));
    await eventually(() => got.some(({ uplink }) => uplink.fCnt === 3), 'what was dropped since');
  });

  it('asks less and less often while the flow takes nothing of what it gives', async () => {
    const limits = { ...STEADY, pauseMs: 20, longestPauseMs: 10_000, recheckMs: HOUR };
    const { transport, of, feed } = stage({ storage, limits });
    await eventually(() => transport.opened, 'the transport');
    feed.attach({ emit: () => Promise.reject(new Error('not stored')) });
    transport.connect();
    storage.keep(uplink({ fCnt: 1, at: Date.now() }));
    transport.deliver(uplink({ fCnt: 1, at: Date.now() }));
    await sleep(1_000);
    // After 20, 40, 80, ... ms: without doubling 40 to 50 times.
    const times = of('recovered').length;
    assert.ok(times > 3 && times < 9, `${times} times`);
  });

  it('at the first start ever fetches nothing from before, unless it is asked to', async () => {
    storage.keep(uplink({ fCnt: 1, at: now - 30 * MINUTE }));
    for (const [lookBackMs, expected] of [
      [0, 0],
      [HOUR, 1],
    ] as const) {
      const { transport, got, of } = stage({ storage, lookBackMs });
      await eventually(() => transport.opened, 'the transport');
      transport.connect();
      await eventually(() => of('recovered').length === 2, 'both readings');
      assert.equal(got.length, expected);
    }
  });

  it('fetches what came between the first connection and its loss, though no message ever came', async () => {
    const { transport, got, of } = stage({ storage, limits: { overlapMs: 10 } });
    await eventually(() => transport.opened, 'the transport');
    transport.connect();
    await eventually(() => of('recovered').length === 2, 'both readings');
    transport.lose();
    storage.keep(uplink({ fCnt: 1, at: Date.now() - 1 }));
    transport.connect();
    await eventually(() => got.length === 1, 'the message');
  });

  it('fetches the other kinds that storage keeps, and says once what it does not', async () => {
    const { transport, problems, of } = await running({ kinds: ['join', 'up', 'down'] });
    transport.lose();
    storage.faults.push((page) => page, new TtnApiError('refused', 'No such type.'));
    transport.connect();
    await eventually(() => of('recovered').length === 2, 'both readings');
    assert.deepEqual(problems(), ['kind_not_stored']);
    const asked = storage.queries.map(({ type }) => type);
    assert.equal(asked[0], 'uplink_message');
    assert.equal(asked.filter((type) => type === 'join_accept').length, 1);
    assert.equal(asked.filter((type) => type === 'downlink_ack').length, 2);
  });

  describe('when storage fails', () => {
    it('waits as long as it is told to where calls are limited, and tells nobody', async () => {
      const { transport, problems, fCnts, of } = await running();
      storage.pageSize = 5;
      transport.lose();
      storage.keep(...uplinks(10, now - MINUTE, 1_000));
      const limited = () => new TtnApiError('rate_limited', 'Too many calls.', { retryAfterMs: 30 });
      storage.faults.push(limited(), limited(), limited(), limited(), (page) => page, limited());
      const start = performance.now();
      transport.connect();
      await eventually(() => of('recovered').length === 1, 'the reading');
      assert.ok(performance.now() - start >= 5 * 29);
      assert.deepEqual(fCnts(), range(0, 10));
      assert.deepEqual(problems(), []);
    });

    it('says so where it is told to wait for long', async () => {
      const { transport, problems } = await running();
      transport.lose();
      storage.keep(...uplinks(1, now - MINUTE, 1_000));
      storage.faults.push(new TtnApiError('rate_limited', 'Too many calls.', { retryAfterMs: 30_000 }));
      transport.connect();
      await eventually(() => problems().length === 1, 'the report');
      assert.deepEqual(problems(), ['rate_limited']);
    });

    it('asks again from where an answer broke off', async () => {
      const { transport, fCnts, of, problems } = await running();
      storage.pageSize = 10;
      transport.lose();
      storage.keep(...uplinks(30, now - MINUTE, 1_000));
      storage.faults.push(
        (page) => page,
        ({ messages }) => ({ messages: messages.slice(0, 3), incomplete: 'the server broke off' }),
      );
      transport.connect();
      await eventually(() => of('recovered').length === 1, 'the reading');
      assert.deepEqual(fCnts(), range(0, 30));
      const tokens = storage.queries.slice(0, 3).map(({ continuationToken }) => continuationToken);
      assert.ok(tokens[1]);
      assert.equal(tokens[1], tokens[2]);
      assert.deepEqual(problems(), []);
    });

    it('asks for smaller answers where large ones always break off', async () => {
      const { transport, fCnts, of, problems } = await running();
      transport.lose();
      storage.pageSize = 1_000;
      storage.keep(...uplinks(250, now - MINUTE, 100));
      const breaks = storage.readStorage.bind(storage);
      storage.readStorage = async (query) => {
        const page = await breaks(query);
        if (page.messages.length <= 60) return page;
        return { messages: page.messages.slice(0, 30), incomplete: 'too long' };
      };
      transport.connect();
      await eventually(() => of('recovered').length === 1, 'the reading');
      assert.deepEqual(fCnts(), range(0, 250));
      assert.deepEqual(problems(), ['incomplete']);
    });

    it('is not caught in a circle by a server that gives the same token again', async () => {
      const { transport, fCnts, of, problems } = await running();
      storage.pageSize = 10;
      transport.lose();
      storage.keep(...uplinks(25, now - MINUTE, 1_000));
      let circle: string | undefined;
      const circling = (page: { messages: Record<string, unknown>[]; continuationToken?: string }) => {
        circle ??= page.continuationToken;
        return { ...page, continuationToken: circle! };
      };
      storage.faults.push(circling, circling, circling, circling);
      transport.connect();
      await eventually(() => of('recovered').length === 1, 'the reading');
      assert.deepEqual(fCnts(), range(0, 25));
      assert.deepEqual(problems(), ['incomplete']);
    });

    it('begins again where a token does not hold any more', async () => {
      const { transport, fCnts, of, problems } = await running();
      storage.pageSize = 10;
      transport.lose();
      storage.keep(...uplinks(25, now - MINUTE, 1_000));
      const read = storage.readStorage.bind(storage);
      let refusing = true;
      storage.readStorage = (query) => {
        if (storage.queries.length > 0 && !query.continuationToken) refusing = false;
        if (refusing && query.continuationToken)
          storage.faults.push(new TtnApiError('refused', 'Bad token.'));
        return read(query);
      };
      transport.connect();
      await eventually(() => of('recovered').length === 1, 'the reading');
      assert.deepEqual(fCnts(), range(0, 25));
      assert.deepEqual(problems(), []);
    });

    it('tells a token that is refused again and again, keeps the gap, and does not hurry', async () => {
      const { transport, problems, fCnts } = await running({ limits: { refusedPauseMs: HOUR } });
      storage.pageSize = 10;
      transport.lose();
      storage.keep(...uplinks(25, now - MINUTE, 1_000));
      const read = storage.readStorage.bind(storage);
      storage.readStorage = (query) => {
        if (query.continuationToken) storage.faults.push(new TtnApiError('refused', 'URI too long.'));
        return read(query);
      };
      transport.connect();
      await eventually(() => problems().length > 0, 'the refusal');
      await sleep(100);
      assert.deepEqual(problems(), ['refused']);
      assert.equal(storage.queries.length, 6);
      storage.readStorage = read;
      transport.lose();
      transport.connect();
      await eventually(() => fCnts().length === 26, 'the rest');
      assert.deepEqual(fCnts(), range(0, 25));
    });

    it('tries on while the server cannot answer, and says so once', async () => {
      const { transport, fCnts, of, problems } = await running();
      transport.lose();
      storage.keep(...uplinks(5, now - MINUTE, 1_000));
      storage.faults.push(...range(1, 8).map(() => new TtnApiError('unavailable', 'Under repair.')));
      transport.connect();
      await eventually(() => of('recovered').length === 1, 'the reading');
      assert.deepEqual(fCnts(), range(0, 5));
      assert.deepEqual(problems(), ['unavailable']);
    });

    it('says once that the key lacks the right, keeps the gap, and fetches it when the right is there', async () => {
      const { transport, fCnts, of, problems } = await running();
      transport.lose();
      storage.keep(...uplinks(5, now - MINUTE, 1_000));
      const lacks = () => new TtnApiError('missing_right', 'The API key lacks a right.');
      storage.faults.push(lacks(), lacks());
      transport.connect();
      await eventually(() => of('recovered').length === 1, 'the reading');
      assert.deepEqual(fCnts(), range(0, 5));
      assert.deepEqual(problems(), ['missing_right']);
      assert.match(of('problem')[0]?.error.message ?? '', /cannot be fetched.*gap began.*lacks a right/);
      storage.faults.push(lacks());
      transport.lose();
      transport.connect();
      await eventually(() => problems().length === 2, 'the problem again, after it had worked');
    });

    it('asks at the next connection whether it is allowed now', async () => {
      const { transport, got, problems } = await running({ limits: { refusedPauseMs: HOUR } });
      transport.lose();
      storage.keep(uplink({ fCnt: 1, at: now }));
      storage.faults.push(new TtnApiError('bad_key', 'No such key.'));
      transport.connect();
      await eventually(() => problems().length > 0, 'the refusal');
      await sleep(20);
      assert.equal(storage.queries.length, 1);
      transport.lose();
      transport.connect();
      await eventually(() => got.length === 2, 'the message');
    });

    it('says once that storage is not enabled, and gives the gap up', async () => {
      const { feed, transport, problems } = await running();
      for (let gaps = 0; gaps < 3; gaps++) {
        transport.lose();
        storage.faults.push(new TtnApiError('storage_disabled', 'Enable it in the Console.'));
        transport.connect();
        await eventually(() => !feed.stats().gapsOpen, 'the end of the gap');
      }
      assert.deepEqual(problems(), ['storage_disabled']);
      assert.equal(storage.queries.length, 3);
    });

    it('says what is lost of a gap that is longer than storage keeps messages', async () => {
      let later = 0;
      const { transport, of, fCnts, problems } = await running({
        retentionMs: 24 * HOUR,
        limits: STEADY,
        now: () => Date.now() + later,
      });
      transport.lose();
      later = 30 * HOUR;
      storage.keep(uplink({ fCnt: 9, at: Date.now() + later - HOUR }));
      transport.connect();
      await eventually(() => of('recovered').length > 0, 'the reading');
      assert.deepEqual(problems(), ['beyond_retention']);
      assert.match(of('problem')[0]?.error.message ?? '', /keeps messages for 24 h.*began 30 h ago/);
      assert.deepEqual(fCnts(), [0, 9]);
      for (const hours of [1, 30]) {
        transport.lose();
        later += hours * HOUR;
        const { length } = of('recovered');
        transport.connect();
        await eventually(() => of('recovered').length > length, 'the reading');
      }
      assert.deepEqual(problems(), ['beyond_retention', 'beyond_retention']);
    });

    it('does not speak of the retention when only no message came for long', async () => {
      let later = 0;
      const { transport, of, problems } = await running({
        retentionMs: 24 * HOUR,
        limits: STEADY,
        now: () => Date.now() + later,
      });
      later = 30 * HOUR;
      await sleep(20);
      transport.lose();
      transport.connect();
      await eventually(() => of('recovered').length > 0, 'the reading');
      assert.deepEqual(problems(), []);
    });
  });

  it('knows the keys of a second reading also after more messages than it keeps keys of', async () => {
    const { transport, got, of } = await running({
      kinds: ['up', 'join'],
      limits: { seenKeys: 400, recheckMs: 300 },
    });
    transport.lose();
    storage.keep(...uplinks(2_000, now - HOUR + 1_000, 1_000));
    transport.connect();
    await eventually(() => of('recovered').length === 2, 'both readings');
    assert.equal(got.length, 2_001);
  });
});
