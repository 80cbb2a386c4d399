import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile, copyFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FeedOptions } from '../../../../lib/ttn/feed';
import { eventually } from '../../../eventually';
import { closeStages, FakeStorage, HOUR, MINUTE, stage, uplink, uplinks } from './stand-ins';

describe('Feed, after a restart', () => {
  const now = Date.now();
  let directory: string;
  let stateFile: string;
  let storage: FakeStorage;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'feed-'));
    stateFile = join(directory, 'state', 'my-app');
    storage = new FakeStorage();
  });
  afterEach(async () => {
    await closeStages();
    await rm(directory, { recursive: true });
  });

  async function started(options: Partial<FeedOptions> = {}) {
    const staged = stage({ storage, stateFile, ...options });
    await eventually(() => staged.transport.opened, 'the transport');
    staged.transport.connect();
    return staged;
  }

  /** One life in which these messages came. */
  async function life(messages: ReturnType<typeof uplinks>, options: Partial<FeedOptions> = {}) {
    const staged = await started(options);
    storage.keep(...messages);
    for (const message of messages) staged.transport.deliver(message);
    await eventually(() => staged.got.length >= messages.length, 'the messages');
    return staged;
  }

  it('fetches what was sent meanwhile, and gives nothing twice', async () => {
    const { feed } = await life(uplinks(10, now - HOUR, 1_000));
    await feed.close();
    storage.keep(...uplinks(20, now - 30 * MINUTE, 1_000, 11));
    const { fCnts, of } = await started();
    await eventually(() => of('recovered').length > 0, 'the reading');
    assert.deepEqual(
      fCnts(),
      Array.from({ length: 20 }, (_, index) => 11 + index),
    );
  });

  it('fetches nothing that was sent before the very first start, unless it was to look back', async () => {
    storage.keep(...uplinks(3, Date.now() - 5 * MINUTE, MINUTE));
    for (const [lookBackMs, expected] of [
      [0, []],
      [4.5 * MINUTE, [2, 3]],
    ] as const) {
      await rm(join(directory, 'state'), { recursive: true, force: true });
      const first = await life([uplink({ fCnt: 4 + lookBackMs, at: Date.now() })], { lookBackMs });
      first.transport.lose();
      first.transport.connect();
      await eventually(() => first.of('recovered').length >= 3, 'the readings');
      await first.feed.close();
      const second = await started({ lookBackMs });
      await eventually(() => second.of('recovered').length > 0, 'the reading');
      const all = [...first.fCnts(), ...second.fCnts()].filter((fCnt) => fCnt! < 4);
      assert.deepEqual(all, expected);
      await second.feed.close();
    }
  });

  it('drops what the broker delivers again of the life before', async () => {
    const messages = uplinks(10, now - HOUR, 1_000);
    const { feed } = await life(messages);
    await feed.close();
    const { transport, got } = await started();
    const outcomes: string[] = [];
    for (const message of messages) transport.deliver(message, (outcome) => outcomes.push(outcome));
    await eventually(() => outcomes.length === 10, 'the outcomes');
    assert.deepEqual(new Set(outcomes), new Set(['done']));
    assert.equal(got.length, 0);
  });

  it('brings again what the flow may not have stored at the end', async () => {
    const limits = { processedMs: 200 };
    const { feed, transport, got } = await life(uplinks(3, now - 3 * MINUTE, 1_000), { limits });
    await sleep(250);
    const last = uplinks(2, now - 2 * MINUTE, 1_000, 4);
    storage.keep(...last);
    for (const message of last) transport.deliver(message);
    await eventually(() => got.length === 5, 'the last messages');
    await feed.close();
    const { fCnts, of } = await started();
    await eventually(() => of('recovered').length > 0, 'the reading');
    assert.deepEqual(fCnts(), [4, 5]);
  });

  it('does not where the process goes on, and tells another feed what it handed on', async () => {
    const limits = { processedMs: MINUTE };
    const { feed } = await life(uplinks(3, now - 3 * MINUTE, 1_000), { limits });
    await feed.close();
    const { got, of } = await started({ handedOn: feed.unprocessed });
    await eventually(() => of('recovered').length > 0, 'the reading');
    assert.equal(got.length, 0);
  });

  it('brings again what was handed on in the last second before a kill, and loses nothing', async () => {
    await life(uplinks(10, now - HOUR, 1_000));
    await eventually(() => existsSync(stateFile), 'the state');
    await sleep(30);
    const killed = join(directory, 'killed');
    await copyFile(stateFile, killed);
    await closeStages();
    const { transport, got, feed } = await started();
    const last = uplinks(5, now - 20 * MINUTE, 1_000, 11);
    storage.keep(...last);
    for (const message of last) transport.deliver(message);
    await eventually(() => got.length >= 5, 'the last messages');
    await feed.close();

    const { fCnts, of } = await started({ stateFile: killed });
    await eventually(() => of('recovered').length > 0, 'the reading');
    assert.deepEqual(fCnts(), [11, 12, 13, 14, 15]);
  });

  it('loses no gap that was not read to its end, though later messages came', async () => {
    const first = await life(uplinks(3, now - HOUR, 1_000));
    first.transport.lose();
    storage.readStorage = () => new Promise(() => undefined);
    first.transport.connect();
    first.transport.deliver(uplink({ fCnt: 50, at: now }));
    await eventually(() => first.got.length === 4, 'the live message');
    await first.feed.close();

    storage = new FakeStorage();
    storage.keep(...uplinks(40, now - 50 * MINUTE, 1_000, 4));
    const { got } = await started();
    await eventually(() => got.length === 40, 'the gap');
  });

  it('loses nothing that was read from storage and waited for the flow', async () => {
    const limits = { recheckMs: HOUR };
    const first = await life(uplinks(3, now - HOUR, 1_000), { limits });
    first.transport.lose();
    const meanwhile = uplinks(40, now - 50 * MINUTE, 1_000, 4);
    let answer: () => void = () => undefined;
    storage.readStorage = () => new Promise((resolve) => (answer = () => resolve({ messages: meanwhile })));
    first.transport.connect();
    first.transport.deliver(uplink({ fCnt: 50, at: now }));
    await eventually(() => first.got.length === 4, 'the live message');
    first.feed.detach();
    answer();
    await eventually(() => first.feed.stats().queued === 40, 'the messages from storage');
    await first.feed.close();

    storage = new FakeStorage();
    storage.keep(...meanwhile);
    const { got } = await started({ limits });
    await eventually(() => got.length === 40, 'the gap');
  });

  it('reads a gap again that was to be read again', async () => {
    const limits = { recheckMs: 300 };
    const first = await life(uplinks(3, now - HOUR, 1_000), { limits });
    first.transport.lose();
    const { length } = first.of('recovered');
    first.transport.connect();
    await eventually(() => first.of('recovered').length > length, 'the first reading');
    first.transport.deliver(uplink({ fCnt: 50, at: now }));
    await eventually(() => first.got.length === 4, 'the live message');
    await first.feed.close();
    storage.keep(...uplinks(10, now - 50 * MINUTE, 1_000, 4));
    const { got } = await started({ limits });
    await eventually(() => got.length === 10, 'the late batch');
  });

  it('starts from a torn file, and at worst brings messages again', async () => {
    const { feed } = await life(uplinks(10, now - HOUR, 1_000));
    await feed.close();
    const whole = await readFile(stateFile);
    storage.keep(...uplinks(5, now - MINUTE, 1_000, 11));
    for (const cut of [1, 20, whole.length - 30, whole.length - 1]) {
      await writeFile(stateFile, whole.subarray(0, cut));
      const { got, of, feed } = await started();
      await eventually(() => of('recovered').length > 0, 'the reading');
      const fCnts = got.map(({ uplink }) => uplink.fCnt);
      assert.ok(
        [11, 12, 13, 14, 15].every((fCnt) => fCnts.includes(fCnt)),
        `cut at ${cut}: ${fCnts.join(' ')}`,
      );
      assert.equal(new Set(fCnts).size, fCnts.length);
      await feed.close();
    }
  });

  it('says that the file is damaged, and fetches what storage has of a day where nothing of it is left', async () => {
    await mkdir(join(directory, 'state'));
    await writeFile(stateFile, 'rubbish\nand more\n');
    storage.keep(uplink({ fCnt: 1, at: now - 23 * HOUR }));
    const { got, problems } = await started({ retentionMs: 24 * HOUR });
    await eventually(() => got.length === 1, 'the message');
    assert.deepEqual(problems(), ['state_not_read']);
  });

  it('goes on to write when the disk is writable again', async () => {
    const inTheWay = join(directory, 'state');
    await writeFile(inTheWay, 'a file in place of the directory');
    const { transport, got, problems } = await started();
    transport.deliver(uplink({ fCnt: 1, at: now }));
    await eventually(() => got.length === 1, 'the message');
    await eventually(() => problems().includes('state_not_written'), 'the problem');
    await rm(inTheWay);
    await closeStages();
    assert.match(await readFile(stateFile, 'utf8'), new RegExp(got[0]!.uplink.key));
  });

  it('works on where the file cannot be written, and says so once', async () => {
    await writeFile(join(directory, 'state'), 'a file in place of the directory');
    const { transport, got, problems } = await started();
    transport.deliver(uplink({ fCnt: 1, at: now }));
    await eventually(() => got.length === 1, 'the message');
    await eventually(() => problems().includes('state_not_written'), 'the problem');
    await sleep(30);
    assert.equal(problems().filter((code) => code === 'state_not_written').length, 1);
  });

  it('finds frames that were lost while it was not there', async () => {
    const { feed } = await life(uplinks(10, now - HOUR, 1_000));
    await feed.close();
    const { transport, of } = await started({ storage: undefined });
    transport.deliver(uplink({ fCnt: 15, at: Date.now() }));
    await eventually(() => of('lost').length > 0, 'the report');
    assert.equal(of('lost')[0]?.whileAway, 4);
  });

  it('writes nothing while nothing comes', async () => {
    await life(uplinks(10, now - HOUR, 1_000), { limits: { recheckMs: 1, processedMs: 10 } });
    await eventually(() => existsSync(stateFile), 'the state');
    let size: number | undefined;
    const isStill = async () => size === (size = (await stat(stateFile)).size);
    for (let still = 0; still < 5; await sleep(20)) still = (await isStill()) ? still + 1 : 0;
  });

  it('keeps the file small', async () => {
    const { feed } = await life(uplinks(2_000, now - HOUR, 1_000));
    await feed.close();
    const { size } = await stat(stateFile);
    assert.ok(size < 2_000 * 30, `${size} bytes for 2,000 keys`);
  });
});
