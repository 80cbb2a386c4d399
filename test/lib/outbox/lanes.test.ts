import assert from 'node:assert/strict';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import sinon from 'sinon';
import { Lanes, type Lane } from '../../../lib/outbox/lanes';
import { MemoryStore } from '../../../lib/outbox/memory-store';
import { Outbox } from '../../../lib/outbox/outbox';
import type { Deliver } from '../../../lib/outbox/outcome';
import type { NewRecord, Store, StoredRecord } from '../../../lib/outbox/store';
import { randomNumbers } from '../lpp/random';
import { addAll } from './add-all';

/** So large that a few thousand records are more than the outbox keeps in memory. */
const FILLING = 'x'.repeat(2_000);

describe('The outbox with a long queue', () => {
  let clock: sinon.SinonFakeTimers;
  let store: MemoryStore;
  let page: sinon.SinonSpy;
  let read: number;
  let written: string[];
  beforeEach(() => {
    clock = sinon.useFakeTimers();
    store = new MemoryStore();
    page = sinon.spy(store, 'page');
    read = 0;
    written = [];
  });
  afterEach(() => sinon.restore());

  const record = (lane: string, number: number): NewRecord => ({
    lane,
    body: `${number} ${FILLING}`,
    target: lane,
  });

  const open = (deliver: Deliver) => {
    const outbox = new Outbox({
      store,
      deliver: (record, signal) => {
        read++;
        return deliver(record, signal);
      },
      onWritten: ({ lane, body }) => written.push(`${lane} ${body.split(' ')[0]}`),
      onError: assert.ifError,
    });
    outbox.start();
    return outbox;
  };

  const numbersOf = (lane: string) =>
    written.filter((one) => one.startsWith(`${lane} `)).map((one) => Number(one.split(' ')[1]));
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

  it('lets other devices pass one that has thousands of records before theirs', async () => {
    await addAll(
      store,
      upTo(8_000).map((number) => record('hot', number)),
    );
    await addAll(
      store,
      upTo(2_000).map((number) => record(`other-${number % 50}`, number)),
    );
    const outbox = open(async () => {
      await sleep(10);
      return { outcome: 'written' };
    });
    await clock.tickAsync(5_000);
    assert.equal(written.filter((one) => one.startsWith('other')).length, 2_000);
    assert.ok(numbersOf('hot').length > 400, 'the one device goes on, too');
    await clock.tickAsync(100_000);
    assert.deepEqual(numbersOf('hot'), upTo(8_000));
    const handedOut = await Promise.all(page.returnValues as Promise<unknown[]>[]);
    const records = handedOut.reduce((sum, { length }) => sum + length, 0);
    assert.ok(records < 2.5 * 10_000, `read ${records} records from the store`);
    assert.equal(read, 10_000);
    await outbox.close();
  });

  it('lets other devices pass hundreds that cannot be written, and writes these later in order', async () => {
    const broken = { outcome: 'retry', code: 'server_error', message: 'Broken.' } as const;
    let isBroken = true;
    const outbox = open(async ({ lane }) => {
      await sleep(5);
      return lane.startsWith('bad') && isBroken ? broken : { outcome: 'written' };
    });
    for (const number of upTo(20)) {
      for (const device of upTo(300)) await outbox.add(record(`bad-${device}`, number));
      for (const device of upTo(20)) await outbox.add(record(`good-${device}`, number));
      await clock.tickAsync(1_000);
    }
    await clock.tickAsync(5_000);
    for (const device of upTo(20)) assert.deepEqual(numbersOf(`good-${device}`), upTo(20));
    assert.equal(written.length, 400);
    isBroken = false;
    await clock.tickAsync(600_000);
    for (const device of upTo(300)) assert.deepEqual(numbersOf(`bad-${device}`), upTo(20));
    assert.equal((await outbox.stats()).store.records, 0);
    await outbox.close();
  });

  it('keeps the order when records come while it reads', async () => {
    await addAll(
      store,
      upTo(600).map((number) => record('device', number)),
    );
    const outbox = open(() => Promise.resolve({ outcome: 'written' }));
    for (let number = 601; number <= 1_200; number++) {
      void outbox.add(record('device', number));
      if (number % 10 === 0) await clock.tickAsync(1);
    }
    await clock.tickAsync(5_000);
    assert.deepEqual(numbersOf('device'), upTo(1_200));
    await outbox.close();
  });
});

describe('Lanes', () => {
  const LARGE = 'x'.repeat(100_000);
  const WHY = { code: 'x', message: 'x' };

  it('reads no record twice where what it left in the store borders on what it has not read', async () => {
    const store = new MemoryStore();
    const add = (count: number, lane: (index: number) => string) =>
      addAll(
        store,
        Array.from({ length: count }, (_, index) => ({
          lane: lane(index),
          body: 'x'.repeat(40_000),
          target: '',
        })),
      );
    await add(50, () => 'device');
    await add(200, (index) => `other-${index}`);
    await add(50, () => 'device');
    const lanes = new Lanes(store);
    await lanes.read(1);
    const device = lanes.take()!;
    lanes.retry(device, 1, { code: 'x', message: 'x' });
    // Until memory is full.
    for (let reading; (reading = lanes.read(1_000));) await reading;
    assert.deepEqual([device.queue.length, device.restFrom], [1, 2]);

    const seen: number[] = [];
    lanes.wake(1);
    for (let reading; (reading = lanes.read(1)) || lanes.ready > 0; await reading) {
      const lane = lanes.take();
      if (!lane) continue;
      seen.push(lane.queue[0]!.id);
      lanes.next(lane);
    }
    assert.deepEqual(
      [...seen].sort((a, b) => a - b),
      Array.from({ length: 300 }, (_, index) => index + 1),
    );
    assert.ok(lanes.empty);
  });

  it('hands out every record once, those of a lane in order, whatever it leaves to the store or that drops', async () => {
    for (let seed = 1; seed <= 100; seed++) {
      const random = randomNumbers(seed);
      let stored: StoredRecord[] = [];
      const page = (after: number) => {
        if (random(9) === 0) return Promise.reject(new Error('not now'));
        return Promise.resolve(stored.filter(({ id }) => id > after).slice(0, 1 + random(30)));
      };
      const lanes = new Lanes({ page } as unknown as Store);
      const busy: Lane[] = [];
      const written: StoredRecord[] = [];
      const dropped: StoredRecord[] = [];
      const lull = random(300);
      let [added, now] = [0, 0];

      const add = async () => {
        const lane = `device-${random(4) && random(12)}`;
        const record = {
          id: ++added,
          lane,
          body: LARGE,
          target: '',
          addedAt: 0,
          attempts: 0,
          doubtful: false,
        };
        stored.push(record);
        const oldest = stored.length > 200 ? stored.shift() : undefined;
        // What was read before is answered before.
        await turn();
        if (random(20) === 0) lanes.readOn();
        else lanes.offer(record);
        if (oldest && lanes.takeDropped(oldest)) dropped.push(oldest);
      };
      const take = () => {
        const lane = lanes.take();
        if (lane) busy.push(lane);
      };
      const end = () => {
        const [lane] = busy.splice(random(busy.length), 1);
        if (!lane) return;
        if (random(3) === 0 && !lane.dropped) return lanes.retry(lane, now + random(20), WHY);
        written.push(lane.taken!);
        lanes.next(lane);
      };

      for (let step = 0; step < 400 || !lanes.empty; step++) {
        assert.ok(step < 6_000, `seed ${seed}: not all came`);
        lanes.wake(++now);
        const reading = step > lull && random(2) ? lanes.read(random(20))?.catch(() => {}) : undefined;
        for (let count = step < 400 ? random(3) : 0; count > 0; count--) await add();
        if (random(3)) take();
        if (random(3)) end();
        // It is noted in the store a little later.
        if (random(5) === 0) stored = stored.filter((record) => !written.includes(record));
        await reading;
      }
      const ids = [...written, ...dropped].map(({ id }) => id);
      assert.deepEqual(
        ids.sort((a, b) => a - b),
        Array.from({ length: added }, (_, index) => index + 1),
        `seed ${seed}`,
      );
      const last = new Map<string, number>();
      for (const { id, lane } of written) {
        assert.ok(id > (last.get(lane) ?? 0), `seed ${seed}: ${id} of ${lane} came too late`);
        last.set(lane, id);
      }
    }
  });
});
