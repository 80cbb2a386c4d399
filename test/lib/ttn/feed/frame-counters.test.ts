import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { TtnApiError } from '../../../../lib/ttn/api/errors';
import type { FeedOptions } from '../../../../lib/ttn/feed';
import { FrameCounters } from '../../../../lib/ttn/feed/frame-counters';
import { parseUplink } from '../../../../lib/ttn/parse';
import { eventually } from '../../../eventually';
import {
  closeStages,
  FakeStorage,
  HOUR,
  MINUTE,
  QUICK,
  stage,
  uplink,
  uplinks,
  type Made,
} from './stand-ins';

describe('FrameCounters', () => {
  const start = Date.parse('2026-04-16T11:54:13Z');

  /** Frames by their counter, each a minute times its counter after the start, unless it says otherwise. */
  function lostOf(
    frames: (number | Partial<Made>)[],
    decide: () => 'onTheRadio' | undefined = () => 'onTheRadio',
  ) {
    const counters = new FrameCounters();
    for (const frame of frames) {
      const made = typeof frame === 'number' ? { fCnt: frame } : frame;
      const at = made.at ?? start + (made.fCnt ?? 0) * 60_000;
      counters.note(parseUplink(uplink({ fCnt: 0, ...made, at }))!, start);
    }
    return counters.settle(decide).onTheRadio;
  }

  it('counts none when all came, in whatever order', () => {
    assert.equal(lostOf([5, 6, 7, 8]), 0);
    assert.equal(lostOf([5, 8, 6, 7]), 0);
    assert.equal(lostOf([8, 5, 7, 6]), 0);
    assert.equal(lostOf([5, 5, 6, 6]), 0);
  });

  it('counts what is missing between', () => {
    assert.equal(lostOf([5, 8]), 2);
    assert.equal(lostOf([0, 10, 5, 3]), 7);
    assert.equal(lostOf([20, 10, 12]), 8);
  });

  it('counts each device and each session by itself', () => {
    const other = { devAddr: '260B0002', at: start + 100 * 60_000 };
    assert.equal(lostOf([5, { fCnt: 9, device: 'dev-2' }, { fCnt: 0, ...other }, 6]), 0);
  });

  it('takes a counter that starts again in the same session for a reset', () => {
    const later = (fCnt: number, minutes: number) => ({ fCnt, at: start + minutes * 60_000 });
    assert.equal(lostOf([100, 101, later(0, 102), later(1, 103), later(3, 105)]), 1);
    // What is counted now is not what was missing then.
    assert.equal(lostOf([0, 4, later(0, 10), later(1, 11), later(2, 12), later(3, 13)]), 3);
    // A frame of before the reset, late: the missing one, and one that was never missed.
    assert.equal(lostOf([100, 102, later(0, 103), 101, later(50, 50)]), 0);
  });

  it('takes a step that no device may make for another count', () => {
    assert.equal(lostOf([5, 20_000]), 0);
  });

  it('leaves simulated uplinks out', () => {
    const counters = new FrameCounters();
    for (const fCnt of [1, 9]) {
      counters.note(parseUplink({ ...uplink({ fCnt, at: start + fCnt }), simulated: true })!, start);
    }
    assert.equal(counters.settle(() => 'onTheRadio').onTheRadio, 0);
  });

  it('names the devices that lost most', () => {
    const counters = new FrameCounters();
    for (const [device, fCnts] of Object.entries({ a1: [1, 3], b2: [1, 9], c3: [1, 2] })) {
      for (const fCnt of fCnts)
        counters.note(parseUplink(uplink({ fCnt, at: start + fCnt, device }))!, start);
    }
    assert.deepEqual(
      counters.settle(() => 'whileAway'),
      {
        onTheRadio: 0,
        whileAway: 8,
        devices: [
          { deviceId: 'b2', onTheRadio: 0, whileAway: 7 },
          { deviceId: 'a1', onTheRadio: 0, whileAway: 1 },
        ],
      },
    );
    assert.equal(counters.settle(() => 'whileAway').whileAway, 0, 'once');
  });

  it('decides early on the oldest of very many holes', () => {
    const frames = Array.from({ length: 200 }, (_, index) => 2 * index);
    assert.equal(
      lostOf(frames, () => undefined),
      99,
    );
  });

  it('forgets the sessions that were silent longest', () => {
    const counters = new FrameCounters();
    for (let index = 0; index < 20_010; index++) {
      counters.note(parseUplink(uplink({ fCnt: 1, at: start, device: `dev-${index}` }))!, start);
    }
    const known = counters.all().map(([id]) => id.split('/')[1]);
    assert.equal(known.length, 10_010);
    assert.equal(known[0], 'dev-10000');
  });
});

describe('Feed, lost frames', () => {
  const now = Date.now();
  afterEach(closeStages);

  async function away(storage?: FakeStorage) {
    const staged = stage({ storage });
    const { transport, of } = staged;
    await eventually(() => transport.opened, 'the transport');
    transport.connect();
    transport.deliver(uplink({ fCnt: 1, at: now - HOUR }));
    await eventually(() => staged.got.length === 1, 'the first message');
    transport.lose();
    transport.connect();
    transport.deliver(uplink({ fCnt: 11, at: Date.now() }));
    await eventually(() => of('lost').length > 0, 'the report');
    return of('lost')[0]!;
  }

  it('are lost on the radio when storage does not have them either', async () => {
    const storage = new FakeStorage();
    storage.keep(...uplinks(6, now - 30 * 60_000, 1_000, 2));
    const { onTheRadio, whileAway } = await away(storage);
    assert.deepEqual({ onTheRadio, whileAway }, { onTheRadio: 3, whileAway: 0 });
  });

  it('are not lost when storage had them, in one absence after another', async () => {
    const storage = new FakeStorage();
    const { transport, got, of, feed } = stage({ storage });
    await eventually(() => transport.opened, 'the transport');
    const reallyLost = 25;
    for (const first of [1, 21, 41]) {
      const sent = uplinks(20, now - HOUR + first * 1_000, 1_000, first).filter(
        ({ uplink_message: { f_cnt: fCnt } }) => fCnt !== reallyLost,
      );
      storage.keep(...sent);
      // The first ten come live.
      transport.connect();
      for (const message of sent.slice(0, 10)) transport.deliver(message);
      await eventually(() => got.some(({ uplink: { fCnt } }) => fCnt === first + 9), 'the last live one');
      transport.lose();
    }
    transport.connect();
    await eventually(() => got.length === 59, 'all');
    await eventually(() => of('lost').length > 0, 'the report');
    await eventually(() => !feed.stats().gapsOpen, 'the last reading');
    const { lostOnTheRadio, lostWhileAway } = feed.stats();
    assert.deepEqual({ lostOnTheRadio, lostWhileAway }, { lostOnTheRadio: 1, lostWhileAway: 0 });
  });

  it('are not said to be lost while storage cannot be read', async () => {
    const storage = new FakeStorage();
    const { transport, got, of, feed } = stage({ storage });
    await eventually(() => transport.opened, 'the transport');
    transport.connect();
    await eventually(() => of('recovered').length === 2, 'the readings of the start');
    transport.deliver(uplink({ fCnt: 1, at: now - HOUR }));
    await eventually(() => got.length === 1, 'the first message');
    transport.lose();
    storage.readStorage = () => Promise.reject(new Error('broken'));
    transport.connect();
    transport.deliver(uplink({ fCnt: 11, at: now }));
    await sleep(3 * QUICK.recheckMs);
    assert.equal(got.length, 2);
    assert.deepEqual(of('lost'), []);
    storage.readStorage = (query) => new FakeStorage().readStorage(query);
    await eventually(() => of('lost').length > 0, 'the report');
    assert.equal(feed.stats().lostOnTheRadio, 9);
  });

  describe('where the transport cannot tell what did not reach it', () => {
    async function webhook(options: Partial<FeedOptions> = {}) {
      const storage = new FakeStorage();
      const staged = stage({ storage, silentLosses: true, ...options });
      await eventually(() => staged.transport.opened, 'the transport');
      staged.transport.connect();
      await eventually(() => staged.of('recovered').length === 2, 'the readings of the start');
      storage.queries.length = staged.reports.length = 0;
      const lost = () => staged.feed.stats().lostOnTheRadio + staged.feed.stats().lostWhileAway;
      return { ...staged, storage, lost };
    }

    it('are fetched from storage', async () => {
      const { transport, storage, fCnts, feed, lost } = await webhook();
      const sent = uplinks(10, now - HOUR, MINUTE);
      storage.keep(...sent);
      for (const message of [...sent.slice(0, 3), ...sent.slice(7)]) transport.deliver(message);
      await eventually(() => fCnts().length === 10, 'the missing ones');
      await eventually(() => !feed.stats().gapsOpen, 'the second reading');
      assert.deepEqual(fCnts(), [1, 2, 3, 8, 9, 10, 4, 5, 6, 7]);
      await sleep(2 * QUICK.recheckMs);
      assert.equal(lost(), 0);
      assert.equal(storage.queries.length, 2);
    });

    it('are asked for once where they were lost on the radio, and no time is asked for again and again', async () => {
      const { transport, storage, of, lost } = await webhook();
      const sent = uplinks(100, now - 10 * HOUR, 5 * MINUTE);
      for (const [at, message] of sent.entries()) {
        if (at % 20 === 10) continue;
        storage.keep(message);
        transport.deliver(message);
        if (at % 20 === 15) await eventually(() => lost() === Math.floor(at / 20) + 1, 'the loss');
      }
      assert.equal(lost(), 5);
      const read = of('recovered').reduce((sum, { again, read }) => sum + (again ? 0 : read), 0);
      assert.ok(read < 120, `${read} were read`);
      const { length } = storage.queries;
      await sleep(2 * QUICK.recheckMs);
      assert.equal(storage.queries.length, length);
    });

    it('are asked for once where storage is not enabled', async () => {
      const { transport, storage, feed, lost, problems } = await webhook();
      let asked = 0;
      storage.readStorage = () => {
        asked++;
        return Promise.reject(new TtnApiError('storage_disabled', 'Enable it in the Console.'));
      };
      const sent = uplinks(5, now - HOUR, MINUTE);
      for (const message of [sent[0]!, sent[4]!]) transport.deliver(message);
      await eventually(() => lost() === 3, 'the loss');
      await sleep(2 * QUICK.recheckMs);
      assert.equal(asked, 1);
      assert.deepEqual(problems(), ['storage_disabled']);
      assert.deepEqual(feed.stats().lostWhileAway, 0);
    });

    for (const [what, since, clock] of [
      ['they are older than what storage keeps', 48 * HOUR, 0],
      ['our own clock is behind', MINUTE, -HOUR],
      ['our own clock is ahead', MINUTE, HOUR],
    ] as const) {
      it(`are asked for once, too, where ${what}`, async () => {
        const { transport, storage, feed, lost } = await webhook({
          retentionMs: 24 * HOUR,
          now: () => Date.now() + clock,
        });
        transport.deliver(uplink({ fCnt: 1, at: now - since }));
        transport.deliver(uplink({ fCnt: 3, at: now - 1_000 }));
        await eventually(() => lost() === 1, 'the loss');
        await sleep(3 * QUICK.recheckMs);
        assert.ok(storage.queries.length <= 2, `${storage.queries.length} readings`);
        assert.equal(feed.stats().gapsOpen, false);
        assert.equal(feed.stats().lostOnTheRadio, 1);
      });
    }
  });

  it('are lost while away when there is no storage to ask', async () => {
    const { onTheRadio, whileAway, devices } = await away();
    assert.deepEqual({ onTheRadio, whileAway }, { onTheRadio: 0, whileAway: 9 });
    assert.equal(devices[0]?.deviceId, 'dev-1');
  });

  it('are lost on the radio when the connection stood all the time', async () => {
    const { transport, of, feed } = stage();
    await eventually(() => transport.opened, 'the transport');
    transport.connect();
    transport.deliver(uplink({ fCnt: 1, at: now + HOUR }));
    transport.deliver(uplink({ fCnt: 3, at: now + 2 * HOUR }));
    await eventually(() => of('lost').length > 0, 'the report');
    assert.equal(of('lost')[0]?.onTheRadio, 1);
    assert.equal(feed.stats().lostOnTheRadio, 1);
  });

  it('are not counted where others get a part of the messages', async () => {
    const { transport, got, of } = stage({ shared: true });
    await eventually(() => transport.opened, 'the transport');
    transport.connect();
    transport.deliver(uplink({ fCnt: 1, at: now - HOUR }));
    transport.deliver(uplink({ fCnt: 5, at: now - MINUTE }));
    await eventually(() => got.length === 2, 'both messages');
    await sleep(2 * QUICK.recheckMs);
    assert.deepEqual(of('lost'), []);
  });
});
