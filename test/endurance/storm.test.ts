import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { ACCOUNTS } from '../../demo/microshare/accounts';
import { Account, type AccountAuth } from '../../lib/microshare/account';
import { targetText } from '../../lib/microshare/deliver';
import type { WrittenRecord } from '../../lib/microshare/share';
import { DiskStore, Outbox } from '../../lib/outbox';
import { eventually } from '../eventually';
import { Arrivals, nameOf, type NumberedRecord } from './arrivals';
import { MoodyLake, shuffledMoods } from './moody-lake';
import { folder } from './node-red-process';

const RECORDS = 10_000;
const DEVICES = 50;
/** Records come in so many steps of 100 ms. */
const STEPS = 150;
const MOOD_MS = 300;
const HOUR_MS = 3_600_000;
/** In each round one mood refuses the token, and one forgets it. */
const MOST_LOGINS_A_ROUND = 12;

const [{ username, password, clientId, pipeToken }] = ACCOUNTS;
const PASSWORD: AccountAuth = {
  mode: 'password',
  style: 'form',
  credentials: { username, password, clientId },
};
const PIPE: AccountAuth = { mode: 'pipe', token: pipeToken! };

/** An account and an outbox on disk, with shorter pauses, and an API whose mood changes. */
class Storm {
  readonly #arrivals = new Arrivals();
  readonly #accepted = new Map<string, number>();
  readonly #flagged = new Set<string>();
  readonly #troubles: unknown[] = [];
  rounds = 0;
  lake!: MoodyLake;
  outbox!: Outbox;
  #account!: Account;

  async start(auth: AccountAuth, holdMs: number): Promise<void> {
    this.lake = await MoodyLake.start(this.#arrivals);
    const hosts = { apiUrl: this.lake.url, authUrl: this.lake.url };
    this.#account = new Account({ hosts, auth, connections: 256 });
    const store = await DiskStore.open({ directory: folder(`storm-${auth.mode}`) });
    this.outbox = new Outbox({
      store,
      deliver: this.#account.deliverer(),
      settings: {
        backoff: { firstMs: 20, maxMs: 300 },
        hold: { firstMs: holdMs, maxMs: 4 * holdMs },
        longestRetryAfterMs: 200,
        deadlineMs: 1_000,
      },
      onWritten: ({ body }, result) => {
        const { possibleDuplicate } = result as WrittenRecord;
        if (possibleDuplicate) this.#flagged.add(nameOf(JSON.parse(body) as NumberedRecord));
      },
      onRejected: (_, reason) => this.#troubles.push(reason),
      onError: (error) => this.#troubles.push(error),
    });
    this.outbox.start();
  }

  async close(): Promise<void> {
    await this.outbox.close();
    await this.#account.close();
    await this.lake.close();
  }

  /** Goes through all moods, again and again, until all records are taken; then waits until they are delivered. */
  async rage(whenHeld: () => Promise<void>): Promise<void> {
    let isTaking = true;
    const taking = this.#takeAll().finally(() => (isTaking = false));
    for (; isTaking; this.rounds++) {
      for (const mood of shuffledMoods()) {
        await this.lake.feel(mood);
        if (mood === '401') await this.#held();
        await (mood === '401' ? whenHeld() : sleep(MOOD_MS));
      }
    }
    await taking;
    await this.lake.feel('up');
    await this.#emptied();
  }

  check(): void {
    assert.deepEqual(this.#troubles, []);
    console.log(
      `      ${this.rounds} rounds, ${this.#arrivals.total} records, ${this.#arrivals.copies.size} came twice, ` +
        `${this.#flagged.size} were flagged, ${this.lake.logins} logins`,
    );
    this.#arrivals.check(this.#accepted, this.#flagged);
    assert.equal(this.#arrivals.total, RECORDS);
    assert.ok(this.#flagged.size < RECORDS / 4);
  }

  async #takeAll(): Promise<void> {
    for (let taken = 0, step = 1; step <= STEPS; step++, await sleep(100)) {
      const adds: Promise<unknown>[] = [];
      for (; taken < (RECORDS * step) / STEPS; taken++) adds.push(this.#take(`device-${taken % DEVICES}`));
      await Promise.all(adds);
    }
  }

  async #take(device: string): Promise<void> {
    const record = { device, n: this.#accepted.get(device) ?? 0 };
    this.#accepted.set(device, record.n + 1);
    await this.outbox.add({
      key: nameOf(record),
      lane: device,
      body: JSON.stringify(record),
      target: targetText({ recType: 'io.example.storm', tags: [] }),
    });
  }

  /** The line is held, and nothing is under way. */
  async #held(): Promise<void> {
    await eventually(() => this.outbox.state.name === 'held', 'the hold');
    while ((await this.outbox.stats()).inFlight > 0) await sleep(10);
  }

  async #emptied(): Promise<void> {
    for (const end = Date.now() + 60_000; Date.now() < end; await sleep(50)) {
      if ((await this.outbox.stats()).store.records === 0) return;
    }
    assert.fail(`Not empty: ${JSON.stringify(await this.outbox.stats())}`);
  }
}

describe(`${RECORDS} records while the API is down, slow, resetting, silent, or answers 401, 429, 500 or 503`, () => {
  let storm: Storm;

  beforeEach(() => (storm = new Storm()));
  afterEach(() => storm.close());

  it('arrive once and in order with password tokens, with few logins', async () => {
    await storm.start(PASSWORD, 100);
    await storm.rage(() => sleep(MOOD_MS));
    storm.check();
    assert.ok(storm.lake.logins > storm.rounds && storm.lake.logins < storm.rounds * MOST_LOGINS_A_ROUND);
  });

  it('arrive once and in order with a pipe token, whose refusal holds the line until somebody resumes it', async () => {
    await storm.start(PIPE, HOUR_MS);
    await storm.rage(async () => {
      const last = storm.lake.requests.at(-1);
      await sleep(MOOD_MS);
      assert.equal(storm.lake.requests.at(-1), last, 'nobody asks while the line is held');
      await storm.lake.feel('up');
      storm.outbox.resume();
    });
    storm.check();
  });
});
