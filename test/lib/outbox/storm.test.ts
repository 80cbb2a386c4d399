import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import sinon from 'sinon';
import { MemoryStore } from '../../../lib/outbox/memory-store';
import { Outbox } from '../../../lib/outbox/outbox';
import type { Outcome } from '../../../lib/outbox/outcome';
import { DELIVERY } from '../../../lib/outbox/settings';
import type { StoredRecord } from '../../../lib/outbox/store';
import { randomNumbers } from '../lpp/random';

const RECORDS = 10_000;
const LANES = 200;
const MOODS = ['up', 'up', 'slow', 'down', 'resetting', '401', '429', '500', '503'] as const;

/** An API whose mood changes every 150 calls, or after a while. It keeps what it stored, in order. */
class MoodyApi {
  readonly stored = new Map<string, number>();
  readonly lastOfLane = new Map<string, number>();
  readonly busyLanes = new Set<string>();
  readonly faults: string[] = [];
  mostBusy = 0;
  calls = 0;
  #mood: (typeof MOODS)[number] = 'up';

  constructor(readonly random: (limit: number) => number) {}

  changeMood(): void {
    this.#mood = MOODS[this.random(MOODS.length)]!;
  }

  readonly deliver = async (record: StoredRecord, signal: AbortSignal): Promise<Outcome> => {
    if (this.busyLanes.has(record.lane)) this.faults.push(`two records of lane ${record.lane} at a time`);
    this.busyLanes.add(record.lane);
    this.mostBusy = Math.max(this.mostBusy, this.busyLanes.size);
    if (++this.calls % 150 === 0) this.changeMood();
    const outcome = await this.#answer(record, signal);
    this.busyLanes.delete(record.lane);
    return outcome;
  };

  async #answer(record: StoredRecord, signal: AbortSignal): Promise<Outcome> {
    const mood = this.#mood;
    const retry = { outcome: 'retry', code: mood, message: 'Not now.' } as const;
    await pause(mood === 'slow' ? this.random(60_000) : this.random(200), signal);
    switch (mood) {
      case 'down':
        return { ...retry, serviceDown: true };
      case '401':
        return { ...retry, outcome: 'hold' };
      case '429':
        return { ...retry, serviceDown: true, retryAfterMs: 2_000 };
      case '500':
        return retry;
      case '503':
        return { ...retry, serviceDown: true };
      case 'resetting':
        if (this.random(2)) this.#store(record);
        return { ...retry, doubtful: true, serviceDown: true };
      default:
        if (signal.aborted) {
          if (this.random(2)) this.#store(record);
          return { ...retry, code: 'timeout', doubtful: true, serviceDown: true };
        }
        this.#store(record);
        return { outcome: 'written', result: record.id };
    }
  }

  #store({ lane, body }: StoredRecord): void {
    const number = Number(body);
    if (number < (this.lastOfLane.get(lane) ?? 0)) this.faults.push(`lane ${lane}: ${body} came too late`);
    this.lastOfLane.set(lane, number);
    this.stored.set(body, (this.stored.get(body) ?? 0) + 1);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<unknown> {
  return sleep(ms, undefined, { signal }).catch(() => undefined);
}

describe('The outbox in a storm', () => {
  let clock: sinon.SinonFakeTimers;
  beforeEach(() => (clock = sinon.useFakeTimers({ now: Date.parse('2026-11-22T06:00:00Z') })));
  afterEach(() => sinon.restore());

  for (const seed of [1, 2, 3]) {
    it(`loses nothing, doubles nothing and keeps the order of a device, seed ${seed}`, async () => {
      const random = randomNumbers(seed);
      sinon.stub(Math, 'random').callsFake(() => random(1_000_000) / 1_000_000);
      const api = new MoodyApi(random);
      const ended = new Map<string, boolean>();
      const troubles: unknown[] = [];
      const outbox = new Outbox({
        store: new MemoryStore(),
        deliver: api.deliver,
        onWritten: ({ body, doubtful }) => {
          if (ended.has(body)) troubles.push(`${body} was told twice`);
          ended.set(body, doubtful);
        },
        onRejected: (_, reason) => troubles.push(reason),
        onError: (error) => troubles.push(error),
      });
      outbox.start();
      for (let number = 1; number <= RECORDS; number++) {
        const body = String(number);
        // Every tenth comes twice, as after a reconnect of the source.
        for (let times = number % 10 ? 1 : 2; times > 0; times--) {
          void outbox.add({ key: body, lane: `device-${random(LANES)}`, body, target: '' });
        }
        if (number % 100 === 0) await clock.tickAsync(1_000);
      }
      while (ended.size < RECORDS) {
        await clock.tickAsync(30_000);
        api.changeMood();
      }
      assert.deepEqual(troubles, []);
      assert.deepEqual(api.faults, []);
      assert.equal(api.stored.size, RECORDS);
      for (const [body, times] of api.stored) {
        assert.ok(times === 1 || ended.get(body), `${body} is there ${times} times, and nobody was told`);
      }
      assert.ok(api.mostBusy <= DELIVERY.maxInFlight);
      const { store, written, accepted } = await outbox.stats();
      assert.deepEqual(
        { accepted, written, queued: store.records, duplicates: store.duplicates },
        { accepted: RECORDS, written: RECORDS, queued: 0, duplicates: RECORDS / 10 },
      );
      await outbox.close();
    });
  }
});
