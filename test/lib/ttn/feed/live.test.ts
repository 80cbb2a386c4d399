import assert from 'node:assert/strict';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { FeedListener } from '../../../../lib/ttn/feed';
import { eventually } from '../../../eventually';
import { closeStages, FakeStorage, HOUR, stage, uplink, uplinks } from './stand-ins';

describe('Feed, live', () => {
  const now = Date.now();
  afterEach(closeStages);

  async function connected(...args: Parameters<typeof stage>) {
    const staged = stage(...args);
    await eventually(() => staged.transport.opened, 'the transport');
    staged.transport.connect();
    return staged;
  }

  it('hands on every message once, in order, with its topic', async () => {
    const { transport, got, fCnts, feed } = await connected();
    for (const message of uplinks(1_000, now - HOUR, 1)) transport.deliver(message);
    transport.deliver(uplink({ fCnt: 1, at: now - HOUR }));
    await eventually(() => got.length >= 1_000, 'the messages');
    await turn();
    assert.deepEqual(
      fCnts(),
      Array.from({ length: 1_000 }, (_, index) => index + 1),
    );
    assert.equal(got[0]?.topic, 'v3/my-app@ttn/devices/dev-1/up');
    assert.equal(got[0].uplink.recovered, false);
    assert.equal(feed.stats().duplicates, 1);
  });

  it('keeps two messages apart that have no time and the same content', async () => {
    const { transport, got } = await connected();
    const message = uplink({ fCnt: 1, at: now });
    const timeless = {
      end_device_ids: message.end_device_ids,
      uplink_message: { f_port: 1, f_cnt: 1, frm_payload: 'AQ==' },
    };
    transport.deliver(timeless);
    transport.deliver(timeless);
    await eventually(() => got.length === 2, 'both');
  });

  it('holds what comes while nobody listens, and hands it to the next listener', async () => {
    const { feed, transport, got } = await connected({}, false);
    for (const message of uplinks(10, now, 1)) transport.deliver(message);
    await turn();
    assert.equal(feed.stats().queued, 10);
    const later: unknown[] = [];
    feed.attach({ emit: (received) => void later.push(received) });
    await eventually(() => later.length === 10, 'the messages');
    feed.detach();
    transport.deliver(uplink({ fCnt: 99, at: now }));
    const before = process.cpuUsage();
    await sleep(100);
    assert.equal(later.length, 10);
    assert.equal(got.length, 0);
    const { user } = process.cpuUsage(before);
    assert.ok(user < 50_000, `busy with waiting for ${user} µs`);
  });

  it('lets the event loop turn while a slow listener works', async () => {
    const { feed, transport } = await connected({}, false);
    let emitted = 0;
    feed.attach({
      emit: () => {
        emitted++;
        for (const end = performance.now() + 5; performance.now() < end;);
      },
    });
    for (const message of uplinks(50, now, 1)) transport.deliver(message);
    await turn();
    await turn();
    await turn();
    assert.ok(emitted < 15, `${emitted} in three turns`);
    await eventually(() => emitted === 50, 'the rest');
  });

  it('reports a message that cannot be read, acknowledges it, and goes on', async () => {
    const { transport, got, of } = await connected();
    const outcomes: string[] = [];
    transport.deliver('no JSON', (outcome) => outcomes.push(outcome));
    transport.deliver(uplink({ fCnt: 1, at: now }));
    await eventually(() => got.length === 1, 'the other message');
    assert.deepEqual(outcomes, ['done']);
    assert.equal(of('unreadable')[0]?.error.code, 'not_json');
  });

  describe('where the transport can acknowledge', () => {
    it('acknowledges when the listener is done, and asks again for what failed', async () => {
      const { feed, transport } = await connected({}, false);
      const outcomes: string[] = [];
      let release: () => void = () => undefined;
      const listener: FeedListener = {
        emit: ({ uplink: { fCnt } }) => {
          if (fCnt === 1) return new Promise((resolve) => (release = resolve));
          if (fCnt === 2) return Promise.reject(new Error('no room'));
          if (fCnt === 3) throw new Error('broken');
        },
      };
      feed.attach(listener);
      for (const message of uplinks(4, now, 1)) {
        const { f_cnt: fCnt } = message.uplink_message;
        transport.deliver(message, (outcome) => outcomes.push(`${fCnt} ${outcome}`));
      }
      await eventually(() => outcomes.length === 3, 'three outcomes');
      assert.deepEqual(outcomes.sort(), ['2 again', '3 again', '4 done']);
      release();
      await eventually(() => outcomes.includes('1 done'), 'the last one');
    });

    it('takes a message again that failed before', async () => {
      const { feed, transport, problems } = await connected({}, false);
      let tries = 0;
      feed.attach({ emit: () => (++tries === 1 ? Promise.reject(new Error('no room')) : undefined) });
      const message = uplink({ fCnt: 1, at: now });
      const outcomes: string[] = [];
      const settle = (outcome: string) => {
        outcomes.push(outcome);
        if (outcome === 'again') transport.deliver(message, settle);
      };
      transport.deliver(message, settle);
      await eventually(() => outcomes.length === 2, 'two outcomes');
      assert.deepEqual(outcomes, ['again', 'done']);
      assert.deepEqual(problems(), ['listener_failed']);
    });

    it('settles what is delivered twice with what becomes of it, not before', async () => {
      const { feed, transport } = await connected({}, false);
      const message = uplink({ fCnt: 1, at: now });
      const ends: Record<'done' | 'again', () => void>[] = [];
      feed.attach({
        emit: ({ uplink }) => {
          uplink.key = 'changed by the flow';
          return new Promise((resolve, reject) =>
            ends.push({ done: resolve, again: () => reject(new Error('no room')) }),
          );
        },
      });
      const outcomes: string[] = [];
      const deliver = () => transport.deliver(message, (outcome) => outcomes.push(outcome));
      for (const outcome of ['again', 'done'] as const) {
        deliver();
        await eventually(() => ends.length > 0, 'the message at the listener');
        deliver();
        await turn();
        assert.deepEqual(outcomes, []);
        ends.pop()?.[outcome]();
        await eventually(() => outcomes.length === 2, 'both outcomes');
        assert.deepEqual(outcomes.splice(0), [outcome, outcome]);
      }
      deliver();
      await eventually(() => outcomes.length > 0, 'the outcome of what came after all');
      assert.deepEqual(outcomes, ['done']);
    });

    it('fetches from storage what it asks for again: a webhook is called once', async () => {
      const storage = new FakeStorage();
      const { feed, transport } = await connected({ storage, limits: { queueMessages: 2 } }, false);
      const messages = uplinks(4, now, 1);
      storage.keep(...messages);
      const outcomes: string[] = [];
      for (const message of messages.slice(0, 3))
        transport.deliver(message, (outcome) => outcomes.push(outcome));
      assert.deepEqual(outcomes, ['again']);
      const got: string[] = [];
      let room = false;
      feed.attach({
        emit({ uplink: { fCnt, recovered } }) {
          got.push(`${fCnt}${recovered ? ' recovered' : ''}`);
          if (fCnt === 1 && !room) throw new Error('no room');
        },
      });
      const tries = () => got.filter((text) => text === '1 recovered').length;
      await eventually(() => tries() >= 2, 'the refused one, refused again');
      room = true;
      const { length } = got;
      await eventually(() => got.slice(length).includes('1 recovered'), 'it once more');
      assert.deepEqual(new Set(got), new Set(['1', '2', '1 recovered', '3 recovered', '4 recovered']));
    });

    it('fetches from storage what the transport had to refuse unread', async () => {
      const storage = new FakeStorage();
      const { transport, fCnts, of } = await connected({ storage });
      await eventually(() => of('recovered').length === 2, 'the readings of the start');
      storage.keep(uplink({ fCnt: 1, at: Date.now() }));
      transport.events.onMissed?.();
      await eventually(() => fCnts().includes(1), 'the message');
    });

    it('has no more with the listener than allowed', async () => {
      const { feed, transport } = await connected({ limits: { inFlight: 3 } }, false);
      const releases: (() => void)[] = [];
      feed.attach({ emit: () => new Promise<void>((resolve) => releases.push(resolve)) });
      for (const message of uplinks(5, now, 1)) transport.deliver(message);
      await sleep(20);
      assert.equal(releases.length, 3);
      releases.splice(0, 2).forEach((release) => release());
      await eventually(() => releases.length === 3, 'two more');
    });
  });

  it('drops the newest when the queue is full, says so once, and fetches them from storage', async () => {
    const storage = new FakeStorage();
    const { feed, transport, problems } = await connected({ storage, limits: { queueMessages: 10 } }, false);
    const messages = uplinks(30, now, 1);
    storage.keep(...messages);
    for (const message of messages) transport.deliver(message);
    assert.equal(feed.stats().dropped, 20);
    assert.deepEqual(problems(), ['queue_full']);
    const got: (number | undefined)[] = [];
    feed.attach({ emit: ({ uplink: { fCnt } }) => void got.push(fCnt) });
    await eventually(() => got.length >= 30, 'all of them');
    assert.deepEqual(
      got,
      messages.map((message) => message.uplink_message.f_cnt),
    );
  });

  it('bounds the queue in bytes, too', async () => {
    const { feed, transport } = await connected({ limits: { queueBytes: 1_000 } }, false);
    for (const message of uplinks(30, now, 1)) transport.deliver(message);
    const { queued, dropped } = feed.stats();
    assert.ok(queued < 5 && queued + dropped === 30);
  });

  it('takes a message that is larger than all that may wait, and what comes behind it', async () => {
    const { feed, transport } = await connected({ limits: { queueBytes: 2_000 } });
    transport.deliver({ ...uplink({ fCnt: 1, at: now }), padding: 'x'.repeat(3_000) });
    transport.deliver(uplink({ fCnt: 2, at: now }));
    await eventually(() => feed.stats().emitted === 2, 'both');
  });

  it('fetches from storage what the listener failed to take', async () => {
    const storage = new FakeStorage();
    const { feed, transport } = await connected({ storage }, false);
    const message = uplink({ fCnt: 1, at: now });
    storage.keep(message);
    const got: boolean[] = [];
    feed.attach({
      emit: ({ uplink: { recovered } }) => {
        got.push(recovered);
        if (!recovered) throw new Error('broken');
      },
    });
    transport.deliver(message);
    await eventually(() => got.length === 2, 'it once more');
    assert.deepEqual(got, [false, true]);
  });

  it('warns once of a long silence, and says when it was over', async () => {
    const { transport, problems, of } = await connected({ silenceMs: 30 });
    await eventually(() => problems().length > 0, 'the warning');
    await sleep(40);
    assert.deepEqual(problems(), ['silence']);
    transport.deliver(uplink({ fCnt: 1, at: now }));
    assert.ok((of('heard')[0]?.silentMs ?? 0) >= 30);
    await eventually(() => problems().length === 2, 'the next warning');
  });

  it('says so when the transport cannot be opened at all', async () => {
    const { transport, problems, feed } = stage();
    transport.open = () => {
      throw new Error('broken');
    };
    await eventually(() => problems().length > 0, 'the problem');
    assert.deepEqual(problems(), ['not_opened']);
    await feed.close();
  });

  describe('close', () => {
    it('ends within two seconds although storage and the listener hang', async () => {
      const storage = { readStorage: () => new Promise<never>(() => undefined) };
      const { feed, transport, reports } = await connected({ storage }, false);
      feed.attach({ emit: () => new Promise(() => undefined) });
      transport.deliver(uplink({ fCnt: 1, at: now }));
      await eventually(() => reports.length > 0, 'the reading');
      const start = Date.now();
      await feed.close();
      assert.ok(Date.now() - start < 2_000);
      assert.ok(transport.closed);
    });

    it('waits for what is with the listener, and hands on nothing more', async () => {
      const { feed, transport } = await connected({ limits: { inFlight: 1 } }, false);
      const outcomes: string[] = [];
      let release: () => void = () => undefined;
      feed.attach({ emit: () => new Promise((resolve) => (release = resolve)) });
      for (const message of uplinks(2, now, 1)) {
        transport.deliver(message, (outcome) => {
          outcomes.push(`${message.uplink_message.f_cnt} ${outcome}, closed: ${transport.closed}`);
        });
      }
      await turn();
      const closed = feed.close();
      await turn();
      release();
      await closed;
      transport.deliver(uplink({ fCnt: 3, at: now }));
      assert.deepEqual(outcomes, ['1 done, closed: false']);
    });

    it('may come before the feed is open, and twice', async () => {
      const states: string[] = [];
      const { feed, transport } = stage({ onState: ({ name }) => states.push(name) });
      await Promise.all([feed.close(), feed.close()]);
      transport.lose();
      assert.equal(transport.opened, false);
      assert.deepEqual(states, []);
    });
  });
});
