import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import sinon from 'sinon';
import { OutboxError } from '../../../lib/outbox/errors';
import { MemoryStore } from '../../../lib/outbox/memory-store';
import { Outbox, type OutboxOptions } from '../../../lib/outbox/outbox';
import type { Deliver, Outcome, OutboxState } from '../../../lib/outbox/outcome';
import { RateLimit } from '../../../lib/outbox/rate-limit';
import type { Rejection } from '../../../lib/outbox/store';
import { addAll } from './add-all';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const WRITTEN: Outcome = { outcome: 'written', result: 'id' };
const DOWN: Outcome = {
  outcome: 'retry',
  code: 'unreachable',
  message: 'Nobody answers.',
  serviceDown: true,
};
const BROKEN: Outcome = { outcome: 'retry', code: 'server_error', message: 'Broken.' };
const REFUSED: Outcome = { outcome: 'hold', code: 'unauthorized', message: 'The token was refused.' };
const BAD: Outcome = { outcome: 'rejected', code: 'bad', message: 'No.', status: 400, text: 'no' };
const FULL = new OutboxError('full', 'The outbox is full.');

describe('Outbox', () => {
  let clock: sinon.SinonFakeTimers;
  let store: MemoryStore;
  let outbox: Outbox;
  let deliver: sinon.SinonStub<Parameters<Deliver>, ReturnType<Deliver>>;
  let written: [body: string, { result: unknown; attempts: number; possibleDuplicate: boolean }][];
  let rejected: [body: string, Rejection][];
  let states: OutboxState[];
  let errors: unknown[];

  beforeEach(() => {
    clock = sinon.useFakeTimers({ now: Date.parse('2026-11-22T06:00:00Z') });
    store = new MemoryStore();
    deliver = sinon.stub<Parameters<Deliver>, ReturnType<Deliver>>().resolves(WRITTEN);
    [written, rejected, states, errors] = [[], [], [], []];
    outbox = open();
  });
  afterEach(async () => {
    const closed = outbox.close();
    await clock.runAllAsync();
    await closed;
    sinon.restore();
  });

  const open = (options: Partial<OutboxOptions> = {}) => {
    const outbox = new Outbox({
      store,
      deliver,
      onWritten: ({ body, attempts, doubtful }, result) =>
        written.push([body, { result, attempts: attempts + 1, possibleDuplicate: doubtful }]),
      onRejected: ({ body }, reason) => rejected.push([body, reason]),
      onState: (state) => states.push(state),
      onError: (error) => errors.push(error),
      ...options,
    });
    outbox.start();
    return outbox;
  };
  const reopen = (options: Partial<OutboxOptions>) => {
    const before = outbox;
    outbox = open(options);
    return before;
  };
  const add = (body: string, lane = 'device') => outbox.add({ lane, body, target: '' });
  const bodies = () => written.map(([body]) => body);
  const queued = async () => (await store.stats()).records;

  describe('takes records', () => {
    it('and says when a record is stored, or was before', async () => {
      const record = { key: 'k', lane: 'device', body: 'a', target: '' };
      assert.deepEqual(await outbox.add(record), { id: 1 });
      assert.deepEqual(await outbox.add(record), { duplicate: true });
      await clock.tickAsync(100);
      assert.deepEqual(bodies(), ['a']);
      assert.deepEqual(await outbox.add(record), { duplicate: true });
    });

    it('and refuses what the store refuses', async () => {
      const refuse = sinon.stub(store, 'add').rejects(FULL);
      await assert.rejects(add('a'), { code: 'full' });
      refuse.restore();
      await add('c');
      await clock.tickAsync(100);
      assert.deepEqual(bodies(), ['c']);
    });

    it('and sends at once what was stored although the store failed', async () => {
      const add = store.add.bind(store);
      sinon
        .stub(store, 'add')
        .onFirstCall()
        .callsFake(async (record) => {
          await add(record);
          throw new OutboxError('failed', 'The thread broke down.');
        });
      await assert.rejects(outbox.add({ lane: 'device', body: 'a', target: '' }), { code: 'failed' });
      await clock.tickAsync(100);
      assert.deepEqual(bodies(), ['a']);
    });

    it('and sends one at once when nothing else is to do, which the store notes with it', async () => {
      const stored = sinon.spy(store, 'add');
      const settled = sinon.spy(store, 'settle');
      await clock.tickAsync(1);
      await add('a');
      assert.equal(deliver.callCount, 1);
      assert.deepEqual(stored.args, [[{ lane: 'device', body: 'a', target: '', sending: true }]]);
      await clock.tickAsync(100);
      assert.deepEqual(settled.args, [[[{ id: 1, state: 'written' }]]]);
    });

    it('and notes in the store what is about to be sent before it is', async () => {
      deliver.callsFake(() => sleep(10, WRITTEN));
      const settled = sinon.spy(store, 'settle');
      await Promise.all([add('a'), add('b')]);
      await clock.tickAsync(10);
      const notes = () => settled.args.flat(2).filter(({ id, state }) => id === 2 && state === 'sending');
      assert.equal(deliver.callCount, 1);
      await clock.tickAsync(5);
      assert.equal(notes().length, 1);
      assert.equal(deliver.callCount, 2);
    });
  });

  describe('that drops the oldest when it is full', () => {
    let dropped: [id: number, code: string][];
    beforeEach(async () => {
      await outbox.close();
      store = new MemoryStore({ records: 3, whenFull: 'dropOldest' });
      dropped = [];
      outbox = open({ onDropped: (id, { code }) => dropped.push([id, code]) });
      await clock.tickAsync(1);
    });
    const addSix = async () => {
      for (const [n, lane] of ['a', 'a', 'b', 'c', 'd', 'e'].entries()) {
        await add(String(n + 1), lane);
        await clock.tickAsync(1);
      }
    };
    it('sends no more what it dropped, and tells who waits for it', async () => {
      deliver.resolves(REFUSED);
      await addSix();
      deliver.resolves(WRITTEN);
      outbox.resume();
      await clock.tickAsync(1_000);
      assert.deepEqual(bodies(), ['4', '5', '6']);
      assert.deepEqual(dropped, [
        [1, 'dropped'],
        [2, 'dropped'],
        [3, 'dropped'],
      ]);
      assert.equal((await outbox.stats()).store.dropped, 3);
      assert.deepEqual(outbox.state, { name: 'idle' });
    });

    it('lets what it dropped while it was being sent end, and does not try it again', async () => {
      deliver.callsFake(({ body }) => sleep(1_000, body === '1' ? WRITTEN : BROKEN));
      await addSix();
      deliver.resolves(WRITTEN);
      await clock.tickAsync(10_000);
      assert.deepEqual(bodies().sort(), ['1', '4', '5', '6']);
      assert.deepEqual(
        dropped.map(([id]) => id),
        [2, 3],
      );
    });

    it('sends what stands behind such a record as any other', async () => {
      deliver.callsFake(({ body }) => sleep(1_000, body === '1' ? BROKEN : WRITTEN));
      deliver.withArgs(sinon.match({ body: '4', attempts: 0 })).callsFake(() => sleep(1_000, BROKEN));
      for (const [body, lane] of [
        ['1', 'a'],
        ['2', 'b'],
        ['3', 'c'],
        ['4', 'a'],
      ] as const)
        await add(body, lane);
      await clock.tickAsync(10_000);
      assert.deepEqual(bodies().sort(), ['2', '3', '4']);
      assert.deepEqual(dropped, [[1, 'dropped']]);
    });

    it('is not taken in: what was written is no drop, although the store was not told yet', async () => {
      await addSix();
      await clock.tickAsync(1_000);
      assert.equal(written.length, 6);
      assert.deepEqual(dropped, []);
      assert.equal((await outbox.stats()).store.dropped, 3);
    });
  });

  describe('delivers', () => {
    it('several devices side by side, the records of each in order and one at a time', async () => {
      const busy = new Set<string>();
      let most = 0;
      deliver.callsFake(async ({ lane, id }) => {
        assert.ok(!busy.has(lane));
        busy.add(lane);
        most = Math.max(most, busy.size);
        await sleep(id % 2 ? 30 : 10);
        busy.delete(lane);
        return WRITTEN;
      });
      for (let n = 0; n < 300; n++) await add(String(n), `device-${n % 30}`);
      await clock.tickAsync(5_000);
      assert.ok(most > 4, String(most));
      assert.equal(written.length, 300);
      for (let device = 0; device < 30; device++) {
        const numbers = bodies().map(Number);
        const own = numbers.filter((number) => number % 30 === device);
        assert.deepEqual(
          own,
          [...own].sort((a, b) => a - b),
        );
      }
    });

    it('no more records at a time than it is told to', async () => {
      await outbox.close();
      store = new MemoryStore();
      outbox = open({ settings: { maxInFlight: 2 } });
      let [busy, most] = [0, 0];
      deliver.callsFake(async () => {
        most = Math.max(most, ++busy);
        await sleep(10);
        busy--;
        return WRITTEN;
      });
      for (let n = 0; n < 20; n++) await add(String(n), String(n));
      await clock.tickAsync(500);
      assert.deepEqual([written.length, most], [20, 2]);
    });

    it('what the store held when it was opened, before what comes now', async () => {
      await outbox.close();
      store = new MemoryStore();
      for (const body of ['a', 'b']) await store.add({ lane: 'device', body, target: '' });
      outbox = open();
      await add('c');
      await clock.tickAsync(100);
      assert.deepEqual(bodies(), ['a', 'b', 'c']);
    });

    it('no more records a second than several outboxes together are told to', async () => {
      const rate = new RateLimit(5);
      await reopen({ rate }).close();
      const others = ['x', 'y'].map(() => open({ rate, store: new MemoryStore() }));
      for (const other of others) {
        for (let n = 0; n < 50; n++) await other.add({ lane: String(n), body: 'b', target: '' });
      }
      await clock.tickAsync(10_000);
      assert.ok(deliver.callCount >= 50 && deliver.callCount <= 56, String(deliver.callCount));
      const closed = Promise.all(others.map((other) => other.close()));
      await clock.runAllAsync();
      await closed;
    });

    it('again what failed, after growing pauses, and says when it may be there twice', async () => {
      sinon.stub(Math, 'random').returns(1);
      const times: number[] = [];
      deliver.callsFake(({ body, attempts, doubtful }) => {
        times.push(performance.now() / 1_000);
        assert.equal(doubtful, body === 'a' && attempts > 1);
        if (body === 'b' || attempts === 4) return Promise.resolve(WRITTEN);
        return Promise.resolve({ ...BROKEN, doubtful: attempts === 1 });
      });
      await add('a');
      await add('b');
      await clock.tickAsync(40_000);
      assert.deepEqual(times.map(Math.floor), [0, 2, 6, 14, 30, 30]);
      assert.deepEqual(written, [
        ['a', { result: 'id', attempts: 5, possibleDuplicate: true }],
        ['b', { result: 'id', attempts: 1, possibleDuplicate: false }],
      ]);
    });

    it('again what broke down in the one who delivers, as nobody knows how far it came', async () => {
      deliver.onFirstCall().rejects(new Error('bug'));
      deliver.onSecondCall().throws(new Error('worse'));
      await add('a');
      await clock.tickAsync(10_000);
      assert.deepEqual(written, [['a', { result: 'id', attempts: 3, possibleDuplicate: true }]]);
      assert.equal((await outbox.stats()).retried.failed, 2);
    });

    it('with a deadline, also where the one who delivers does not keep it', async () => {
      const aborts: number[] = [];
      deliver.onFirstCall().callsFake((_, signal) => {
        signal.addEventListener('abort', () => aborts.push(performance.now()));
        return new Promise(() => {});
      });
      await add('a');
      await clock.tickAsync(40_000);
      assert.equal(aborts.length, 1);
      assert.ok(aborts[0]! >= 30_000 && aborts[0]! < 30_600, String(aborts[0]));
      assert.deepEqual(written, [['a', { result: 'id', attempts: 2, possibleDuplicate: true }]]);
    });
  });

  describe('rejects', () => {
    it('what will never be written, keeps it, and sends it again or throws it away when told to', async () => {
      deliver.resolves(BAD);
      await add('a');
      await add('b');
      await clock.tickAsync(100);
      assert.deepEqual(
        rejected.map(([body, { code, status, text }]) => [body, code, status, text]),
        [
          ['a', 'bad', 400, 'no'],
          ['b', 'bad', 400, 'no'],
        ],
      );
      deliver.resolves(WRITTEN);
      const [a, b] = await outbox.rejected();
      assert.deepEqual([a?.attempts, b?.attempts], [1, 1]);
      assert.equal(await outbox.resend([a!.id]), 1);
      await clock.tickAsync(100);
      assert.deepEqual(bodies(), ['a']);
      assert.equal(await outbox.discard([b!.id]), 1);
      assert.deepEqual(await outbox.rejected(), []);
    });

    it('what may have been written all the same, with that doubt', async () => {
      deliver.resolves({ ...BAD, doubtful: true });
      await add('a');
      await clock.tickAsync(100);
      assert.equal((await outbox.rejected())[0]?.doubtful, true);
      deliver.resolves(WRITTEN);
      await outbox.resend();
      await clock.tickAsync(100);
      assert.equal(written[0]?.[1].possibleDuplicate, true);
    });

    for (const [what, failure] of [
      ['broken', BROKEN],
      ['down', DOWN],
    ] as const) {
      it(`the one record for which the API says that it is ${what}, not those behind it`, async () => {
        deliver.withArgs(sinon.match({ body: 'poison' })).resolves(failure);
        await add('poison');
        await add('behind');
        for (let minute = 0; minute < 180; minute++) {
          await add(`other ${minute}`, 'other');
          await add(`another ${minute}`, 'another');
          await clock.tickAsync(MINUTE);
        }
        assert.deepEqual(
          rejected.map(([body, { code }]) => [body, code]),
          [['poison', 'gave_up']],
        );
        assert.match(
          rejected[0]![1].message,
          /20 failures while other records were written.*(Broken|Nobody)/,
        );
        assert.equal(written.length, 361);
        assert.ok(bodies().includes('behind'));
      });
    }

    it('the one record that is broken also where another is written now and then only', async () => {
      deliver.withArgs(sinon.match({ body: 'poison' })).resolves(BROKEN);
      await add('poison');
      await add('behind');
      for (let hour = 0; hour < 25; hour++) {
        await add(String(hour), 'other');
        await clock.tickAsync(HOUR);
      }
      assert.equal(rejected.length, 1);
      assert.ok(bodies().includes('behind'));
    });

    for (const [what, failure] of [
      ['broken', BROKEN],
      ['slow', { ...DOWN, code: 'timeout', doubtful: true }],
      ['forbidden', REFUSED],
    ] as const) {
      it(`the one record that is ${what} also where nothing else is sent but what stands behind it`, async () => {
        deliver.withArgs(sinon.match({ body: 'poison' })).resolves(failure);
        for (const body of ['a', 'poison', 'b', 'c']) await add(body);
        await clock.tickAsync(30 * HOUR);
        assert.deepEqual(
          rejected.map(([body, { code }]) => [body, code]),
          [['poison', 'gave_up']],
        );
        assert.deepEqual(bodies(), ['a', 'b', 'c']);
        assert.equal(outbox.state.name, 'idle');
      });

      it(`none when all are ${what} for days`, async () => {
        deliver.resolves(failure);
        for (const body of ['a', 'b', 'c']) await add(body);
        await clock.tickAsync(48 * HOUR);
        deliver.resolves(WRITTEN);
        outbox.resume();
        await clock.tickAsync(2 * HOUR);
        assert.deepEqual(bodies().sort(), ['a', 'b', 'c']);
        assert.equal(rejected.length, 0);
      });
    }

    it('those of several devices for which nothing else is written, however many there are in a row', async () => {
      deliver
        .withArgs(sinon.match(({ body }: { body: string }) => body.startsWith('poison')))
        .resolves(BROKEN);
      for (const lane of ['x', 'y']) for (const n of [1, 2, 3]) await add(`poison ${n} ${lane}`, lane);
      for (let hour = 0; hour < 48; hour++) {
        await add(`well x ${hour}`, 'x');
        await add(`well y ${hour}`, 'y');
        await clock.tickAsync(HOUR);
      }
      assert.equal(written.length, 96);
      assert.equal(rejected.length, 6);
    });

    it('one whose others are left to the store, because there are so many', async () => {
      deliver.withArgs(sinon.match({ body: 'poison' })).resolves(BROKEN);
      await add('poison', 'a');
      for (let n = 0; n < 12; n++) await add(`${n} ${'x'.repeat(1_000_000)}`, 'a');
      await add('b', 'b');
      await clock.tickAsync(48 * HOUR);
      assert.equal(written.length, 13);
      assert.equal(rejected.length, 1);
    });

    it('none for what did not arrive when the API was just coming up', async () => {
      const after: Outcome[] = [DOWN, BROKEN];
      deliver.withArgs(sinon.match({ body: 'a' })).callsFake(() => {
        if (written.length === 0) return Promise.resolve(BROKEN);
        return Promise.resolve(after.shift() ?? WRITTEN);
      });
      for (const body of ['a', 'b']) await add(body);
      await clock.tickAsync(5 * HOUR);
      assert.deepEqual(bodies(), ['b', 'a']);
      assert.deepEqual(after, []);
      assert.deepEqual(rejected, []);
    });

    it('none for what never reached the other side, save once', async () => {
      deliver.resolves(DOWN);
      deliver.onFirstCall().resolves({ ...DOWN, code: 'timeout', doubtful: true });
      for (const body of ['a', 'b']) await add(body);
      await clock.tickAsync(48 * HOUR);
      assert.ok(deliver.args.every(([{ body }]) => body === 'a'));
    });

    it('none that stands behind it when the first is dropped while the second is sent in its place', async () => {
      store = new MemoryStore({ records: 2, whenFull: 'dropOldest' });
      reopen({});
      deliver.withArgs(sinon.match({ body: 'poison' })).resolves(BROKEN);
      deliver.withArgs(sinon.match({ body: 'b' })).callsFake(() => sleep(10_000, WRITTEN));
      await add('poison');
      await add('b');
      while (deliver.args.every(([{ body }]) => body !== 'b')) await clock.tickAsync(1_000);
      await add('c');
      await clock.tickAsync(HOUR);
      assert.deepEqual(bodies(), ['b', 'c']);
      assert.equal(rejected.length, 0);
    });

    it('one whose last attempt may have written it, and says so when it is sent again and written', async () => {
      reopen({ settings: { maxAttempts: 1 } });
      const lost = { ...BROKEN, doubtful: true };
      deliver
        .withArgs(sinon.match({ body: 'poison' }))
        .callsFake(({ attempts }) => Promise.resolve(attempts === 0 ? BROKEN : lost));
      await add('poison');
      await add('other', 'other');
      await clock.tickAsync(MINUTE);
      const [record] = await outbox.rejected();
      assert.deepEqual([record?.reason.code, record?.doubtful, record?.attempts], ['gave_up', true, 2]);
      deliver.withArgs(sinon.match({ body: 'poison' })).resolves(WRITTEN);
      await outbox.resend();
      await clock.tickAsync(1_000);
      assert.equal(written.find(([body]) => body === 'poison')?.[1].possibleDuplicate, true);
    });

    it('what has waited too long, also while nobody may be asked, and sends the rest', async () => {
      reopen({ settings: { maxAgeMs: HOUR } });
      deliver.resolves(REFUSED);
      await add('old', 'a');
      await add('old, too', 'b');
      await add('old, behind another', 'a');
      await clock.tickAsync(30 * MINUTE);
      await add('young', 'a');
      await clock.tickAsync(30 * MINUTE + 2_000);
      assert.deepEqual(
        rejected.map(([body, { code, message }]) => [body, code, message]),
        ['old', 'old, behind another', 'old, too'].map((body) => [
          body,
          'expired',
          'Waited for 1.0 hours, longer than the limit of age.',
        ]),
      );
      deliver.resolves(WRITTEN);
      outbox.resume();
      await clock.tickAsync(1_000);
      assert.deepEqual(bodies(), ['young']);
      assert.equal((await outbox.rejected()).length, 3);
    });

    it('nothing that is being sent when it has waited too long', async () => {
      reopen({ settings: { maxAgeMs: 10_000 } });
      deliver.callsFake(() => sleep(20_000, WRITTEN));
      for (const body of ['a', 'old']) await add(body);
      await clock.tickAsync(30_000);
      assert.deepEqual(bodies(), ['a']);
      assert.deepEqual(
        rejected.map(([body]) => body),
        ['old'],
      );
    });

    it('nothing that came while the clock was wrong, when it is set forward', async () => {
      reopen({ settings: { maxAgeMs: HOUR } });
      deliver.resolves(DOWN);
      await add('fresh');
      await clock.tickAsync(10 * MINUTE);
      clock.setSystemTime(Date.now() + 72 * HOUR);
      await clock.tickAsync(45 * MINUTE);
      assert.equal(rejected.length, 0);
      await clock.tickAsync(6 * MINUTE);
      assert.deepEqual(
        rejected.map(([body, { message }]) => [body, message]),
        [['fresh', 'Waited for 1.0 hours, longer than the limit of age.']],
      );
    });

    it('what has waited too long of more records than fit into memory', async () => {
      const before = outbox;
      await before.close();
      store = new MemoryStore();
      const records = Array.from({ length: 1_000 }, (_, n) => ({
        lane: `${n % 300}`,
        body: `${n}`,
        target: '',
      }));
      await addAll(store, records);
      await clock.tickAsync(HOUR);
      outbox = open({ settings: { maxAgeMs: MINUTE } });
      await clock.tickAsync(10_000);
      assert.equal(rejected.length, 1_000);
      assert.equal(await queued(), 0);
      assert.equal(deliver.callCount, 0);
    });

    it('nothing only because the API is broken for a day', async () => {
      deliver.resolves(BROKEN);
      for (let n = 0; n < 5; n++) await add(String(n), String(n));
      await clock.tickAsync(24 * HOUR);
      assert.deepEqual(rejected, []);
      deliver.resolves(WRITTEN);
      await clock.tickAsync(5 * MINUTE);
      assert.equal(written.length, 5);
    });
  });

  describe('waits', () => {
    const add50 = async () => {
      for (let n = 0; n < 50; n++) await add(String(n), String(n));
    };

    it('while the API is down for a night: it is asked every few minutes, by one record', async () => {
      deliver.resolves(DOWN);
      await add50();
      await clock.tickAsync(MINUTE);
      deliver.resetHistory();
      await clock.tickAsync(8 * HOUR);
      assert.ok(deliver.callCount > 90 && deliver.callCount < 300, String(deliver.callCount));
      const state = outbox.state;
      assert.ok(state.name === 'waiting' && state.code === 'unreachable' && state.until >= Date.now());
      deliver.resolves(WRITTEN);
      await clock.tickAsync(6 * MINUTE);
      assert.equal(written.length, 50);
      assert.deepEqual(states.at(-1), { name: 'idle' });
    });

    it('and keeps the order of each device after a long time, save of the one that was the first to get through', async () => {
      deliver.resolves(BROKEN);
      for (const n of [1, 2, 3])
        for (let lane = 0; lane < 50; lane++) await add(`${n} ${lane}`, String(lane));
      await clock.tickAsync(5 * HOUR);
      deliver.resolves(WRITTEN);
      await clock.tickAsync(30 * MINUTE);
      assert.equal(written.length, 150);
      const orders = Array.from({ length: 50 }, (_, lane) =>
        bodies().filter((body) => body.endsWith(` ${lane}`)),
      );
      const disordered = orders.filter((own) => own.join() !== [...own].sort().join());
      assert.ok(disordered.length <= 1, JSON.stringify(disordered));
    });

    it('no longer than the first that is written, whatever the pauses of the others are', async () => {
      deliver.resolves(BROKEN);
      await add50();
      await clock.tickAsync(20 * MINUTE);
      deliver.resolves(WRITTEN);
      while (written.length === 0) await clock.tickAsync(100);
      await clock.tickAsync(1_000);
      assert.equal(written.length, 50);
    });

    it('in a half-broken API as long as before, save once', async () => {
      const broken = deliver.withArgs(sinon.match(({ lane }: { lane: string }) => lane !== 'well'));
      broken.resolves(BROKEN);
      await add50();
      await clock.tickAsync(5 * MINUTE);
      broken.resetHistory();
      for (let n = 0; n < 100; n++) {
        await add(String(n), 'well');
        await clock.tickAsync(100);
      }
      assert.ok(broken.callCount >= 50 && broken.callCount < 60, String(broken.callCount));
    });

    it('with a device that alone fails, until it is resumed', async () => {
      const odd = deliver.withArgs(sinon.match({ lane: 'odd' })).resolves(BROKEN);
      await add('odd', 'odd');
      for (let n = 0; n < 20; n++) {
        await add(String(n), 'other');
        await clock.tickAsync(10_000);
      }
      odd.resolves(WRITTEN);
      const calls = odd.callCount;
      outbox.resume();
      await clock.tickAsync(100);
      assert.equal(odd.callCount, calls + 1);
      assert.equal(written.length, 21);
    });

    it('as long as the API asks, with all records', async () => {
      deliver.onFirstCall().resolves({ ...DOWN, retryAfterMs: MINUTE });
      await add('a');
      await clock.tickAsync(1_000);
      await add('b', 'other');
      await clock.tickAsync(58_000);
      assert.equal(deliver.callCount, 1);
      await clock.tickAsync(3_000);
      assert.deepEqual(bodies().sort(), ['a', 'b']);
    });

    it('when it is refused: nobody is asked until long after, or until it is resumed', async () => {
      deliver.resolves(REFUSED);
      await add50();
      await clock.tickAsync(1_000);
      assert.equal(outbox.state.name, 'held');
      assert.ok(deliver.callCount <= 4, 'those that were under way');
      deliver.resetHistory();
      await clock.tickAsync(3 * HOUR);
      assert.ok(deliver.callCount >= 4 && deliver.callCount <= 6, String(deliver.callCount));
      deliver.resolves(WRITTEN);
      outbox.resume();
      await clock.tickAsync(1_000);
      assert.equal(written.length, 50);
      assert.deepEqual(rejected, []);
    });

    it('with the one device that alone is refused; the others go on, and all are tried when it is resumed', async () => {
      deliver.withArgs(sinon.match({ lane: 'forbidden' })).resolves(REFUSED);
      await add('a', 'forbidden');
      for (let minute = 0; minute < 5 * 60; minute++) {
        await add(String(minute), `device-${minute % 7}`);
        await clock.tickAsync(MINUTE);
        if (minute >= 6) assert.equal(outbox.state.name, 'waiting', `minute ${minute}`);
      }
      assert.equal(written.length, 5 * 60);
      const tries = deliver.args.filter(([{ lane }]) => lane === 'forbidden').length;
      assert.ok(tries >= 5 && tries <= 9, `${tries} tries in 5 hours`);

      deliver.resolves(WRITTEN);
      deliver.withArgs(sinon.match({ lane: 'forbidden' })).resolves(WRITTEN);
      outbox.resume();
      await clock.tickAsync(1_000);
      assert.equal(bodies().at(-1), 'a');
      assert.deepEqual(rejected, []);
    });

    it('with all when all are refused, although some of what was sent before was still written', async () => {
      deliver.callsFake(({ id }) => sleep(id % 2 ? 10 : 1_000, id % 2 ? REFUSED : WRITTEN));
      await add50();
      await clock.tickAsync(5_000);
      deliver.resetBehavior();
      deliver.resetHistory();
      deliver.resolves(REFUSED);
      await clock.tickAsync(3 * HOUR);
      assert.equal(outbox.state.name, 'held');
      assert.ok(deliver.callCount <= 6, String(deliver.callCount));
    });

    it('and says what it does', async () => {
      deliver.onFirstCall().resolves(BROKEN);
      await add('a');
      await clock.tickAsync(5_000);
      assert.deepEqual(
        states.map(({ name }) => name),
        ['delivering', 'waiting', 'delivering', 'idle'],
      );
      const [, waiting] = states;
      assert.ok(waiting?.name === 'waiting' && waiting.message === 'Broken.');
    });
  });

  describe('outlives', () => {
    it('a store that cannot note what was written: nothing more is sent until it can', async () => {
      const settle = sinon.stub(store, 'settle').rejects(FULL);
      await add('a', 'a');
      await clock.tickAsync(100);
      for (const body of ['b', 'c', 'd']) await add(body, body);
      await clock.tickAsync(5_000);
      assert.equal(deliver.callCount, 1);
      assert.deepEqual(bodies(), []);
      assert.ok(errors.length > 3 && errors.every((error) => error === FULL));
      assert.ok(outbox.state.name === 'waiting' && outbox.state.code === FULL.code);
      settle.restore();
      await clock.tickAsync(2_000);
      assert.deepEqual(bodies().sort(), ['a', 'b', 'c', 'd']);
      assert.equal(deliver.callCount, 4);
    });

    it('a store that cannot be read for a while', async () => {
      await outbox.close();
      store = new MemoryStore();
      await store.add({ lane: 'device', body: 'a', target: '' });
      const page = sinon.stub(store, 'page').rejects(FULL);
      outbox = open();
      await clock.tickAsync(3_500);
      assert.equal(page.callCount, 4);
      page.restore();
      await clock.tickAsync(1_000);
      assert.deepEqual(bodies(), ['a']);
    });

    it('listeners that throw', async () => {
      const bug = new Error('bug');
      const throws = () => {
        throw bug;
      };
      const before = reopen({ onWritten: throws, onState: throws, onError: throws });
      const closing = before.close();
      await clock.runAllAsync();
      await closing;
      store = new MemoryStore();
      outbox = open({ onWritten: throws });
      await add('a');
      await add('b');
      await clock.tickAsync(100);
      assert.deepEqual(errors, [bug, bug]);
      assert.equal(await queued(), 0);
    });
  });

  describe('closes', () => {
    const close = () => {
      let closed = false;
      const closing = outbox.close().then(() => (closed = true));
      return { isClosed: () => closed, closing };
    };

    it('when what is under way has ended, and takes nothing more', async () => {
      deliver.callsFake(() => sleep(3_000, WRITTEN));
      for (const body of ['a', 'b', 'c']) await add(body);
      await clock.tickAsync(1_000);
      const { isClosed, closing } = close();
      await assert.rejects(add('d'), { code: 'closed' });
      await clock.tickAsync(1_900);
      assert.equal(isClosed(), false);
      await clock.tickAsync(200);
      await closing;
      assert.deepEqual(bodies(), ['a']);
      assert.equal(deliver.callCount, 1);
    });

    it('after 5 seconds at the latest; what was under way may be there twice later', async () => {
      const settled = sinon.spy(store, 'settle');
      deliver.callsFake((_, signal) =>
        sleep(60_000, WRITTEN, { signal }).catch(() => ({ ...BROKEN, doubtful: true })),
      );
      await add('a');
      await clock.tickAsync(1_000);
      const { isClosed, closing } = close();
      await clock.tickAsync(4_900);
      assert.equal(isClosed(), false);
      await clock.tickAsync(200);
      await closing;
      assert.deepEqual(settled.lastCall.args, [[{ id: 1, state: 'retry', doubtful: true }]]);
    });

    it('and doubts nothing that was about to be sent and is not', async () => {
      await outbox.close();
      store = new MemoryStore();
      await store.add({ lane: 'a', body: 'a', target: '' });
      const settle = store.settle.bind(store);
      const settled = sinon
        .stub(store, 'settle')
        .callsFake((changes) => sleep(7_000).then(() => settle(changes)));
      outbox = open();
      await clock.tickAsync(1);
      const stored = store.add.bind(store);
      sinon.stub(store, 'add').callsFake((record) => sleep(100).then(() => stored(record)));
      const adding = add('b', 'b');
      const { closing } = close();
      await clock.tickAsync(30_000);
      await Promise.all([adding, closing]);
      assert.deepEqual(settled.args.flat(), [
        [{ id: 1, state: 'sending' }],
        [
          { id: 2, state: 'retry', doubtful: false },
          { id: 1, state: 'retry', doubtful: false },
        ],
      ]);
      assert.equal(deliver.callCount, 0);
    });

    it('although one who delivers never ends', async () => {
      deliver.callsFake(() => new Promise(() => {}));
      await add('a');
      const { closing } = close();
      await clock.tickAsync(6_100);
      await closing;
    });

    it('once, however often it is told to', async () => {
      const close = sinon.spy(store, 'close');
      await Promise.all([outbox.close(), outbox.close()]);
      assert.equal(close.callCount, 1);
    });
  });

  it('counts', async () => {
    deliver.withArgs(sinon.match({ body: 'b' })).resolves(BAD);
    deliver.onFirstCall().resolves({ ...BROKEN, doubtful: true });
    for (const body of ['a', 'b', 'c']) await add(body, body);
    await clock.tickAsync(5_000);
    const stats = await outbox.stats();
    assert.deepEqual(
      { ...stats, store: undefined },
      {
        state: { name: 'idle' },
        store: undefined,
        inFlight: 0,
        inFlightLimit: 4,
        since: Date.now() - 5_000,
        accepted: 3,
        written: 2,
        possibleDuplicates: 1,
        retried: { server_error: 1 },
        rejected: { bad: 1 },
        refused: {},
        writtenLastMinute: 2,
        writtenLastHour: 2,
        writtenByMinute: [...Array<number>(59).fill(0), 2],
        last: { id: 1, at: stats.last!.at, result: 'id' },
        lastError: { code: 'bad', message: 'No.', at: stats.lastError!.at },
      },
    );
    assert.equal(stats.store.rejected, 1);
    await clock.tickAsync(2 * MINUTE);
    const later = await outbox.stats();
    assert.deepEqual([later.writtenLastMinute, later.writtenLastHour], [0, 2]);
    assert.deepEqual(later.writtenByMinute.slice(-4), [0, 2, 0, 0]);
  });
});
