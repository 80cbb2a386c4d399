import assert from 'node:assert/strict';
import { appendFile, mkdtemp, open, readdir, readFile, rm, stat, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import sinon from 'sinon';
import { Journal } from '../../../../lib/ttn/feed/journal';
import { FEED_LIMITS } from '../../../../lib/ttn/feed/limits';
import { Progress } from '../../../../lib/ttn/feed/progress';
import { ProgressFile } from '../../../../lib/ttn/feed/progress-file';
import { Problems } from '../../../../lib/ttn/feed/reports';
import { receiveUplink } from '../../../../lib/ttn/message';
import { uplink } from './stand-ins';

describe('ProgressFile', () => {
  const now = Date.now();
  let directory: string;
  let path: string;
  let file: ProgressFile;
  let progress: Progress;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'feed-'));
    path = join(directory, 'my-app');
    file = new ProgressFile(path);
    progress = new Progress({ ...FEED_LIMITS, processedMs: 0 });
  });
  afterEach(async () => {
    sinon.restore();
    await file.close();
    await rm(directory, { recursive: true });
  });

  function note(fCnt: number): string {
    const received = receiveUplink(uplink({ fCnt, at: now - 1_000 + fCnt }), {});
    progress.note(received.uplink.key, received, now);
    progress.counters.note(received.uplink, now);
    return received.uplink.key;
  }

  /** The prototype of all. */
  async function fileHandles(): Promise<FileHandle> {
    const handle = await open(directory);
    await handle.close();
    return Object.getPrototypeOf(handle) as FileHandle;
  }

  async function restored(): Promise<Progress> {
    const read = new Progress(FEED_LIMITS);
    read.restore((await file.read()).parts);
    return read;
  }

  it('gives back what was written, in parts', async () => {
    const keys: string[] = [];
    for (const fCnt of [1, 2, 5]) {
      keys.push(note(fCnt));
      await file.write(progress);
    }
    const read = await restored();
    assert.deepEqual(read.seen.keys(), keys);
    assert.equal(read.newest, progress.newest);
    assert.deepEqual(read.counters.all(), progress.counters.all());
    assert.equal((await readFile(path, 'utf8')).split('\n').length, 6);
  });

  it('makes a folder that other users of the machine cannot read, as the outbox does', async function () {
    // Windows has no such rights.
    if (process.platform === 'win32') this.skip();
    file = new ProgressFile(join(directory, 'state', 'my-app'));
    note(1);
    await file.write(progress);
    assert.equal((await stat(join(directory, 'state'))).mode & 0o777, 0o700);
  });

  it('begins a new file now and then, which holds no more than is known', async () => {
    for (let fCnt = 0; fCnt < 12_000; fCnt++) note(fCnt);
    await file.write(progress);
    await file.close();
    await appendFile(path, 'x'.repeat(5_000_000));
    await file.write(progress);
    assert.ok((await readFile(path)).length < 400_000);
    assert.equal((await restored()).seen.keys().length, 12_000);
    assert.deepEqual(await readdir(directory), ['my-app']);
  });

  it('writes a new file bit by bit, so that others get their turn', async () => {
    for (let fCnt = 0; fCnt < 50_000; fCnt++) note(fCnt);
    const append = sinon.spy(await fileHandles(), 'appendFile');
    await file.write(progress);
    const longest = Math.max(...append.args.map(([text]) => String(text).length));
    assert.ok(longest < 200_000, `${longest} characters`);
    assert.equal((await restored()).seen.keys().length, 50_000);
  });

  it('writes a short line for an uplink, however often the connection was lost, and knows of all absences', async () => {
    const bytes = async () => (await readFile(path)).length;
    await file.write(progress);
    for (let night = 1; night <= 50; night++) {
      progress.gaps.mark(night * 1_000, night * 1_000);
      progress.gaps.resume(night * 1_000 + 500);
      progress.gaps.forget();
      progress.touch();
      await file.write(progress);
    }
    const before = await bytes();
    note(1);
    await file.write(progress);
    const line = (await bytes()) - before;
    assert.ok(line < 500, `${line} bytes`);
    assert.deepEqual((await restored()).gaps.state(), progress.gaps.state());
  });

  it('counts a damaged line, and reads the others', async () => {
    for (const fCnt of [1, 2, 3]) {
      note(fCnt);
      await file.write(progress);
    }
    const lines = (await readFile(path, 'utf8')).split('\n');
    lines[3] = lines[3]!.replace('"newest":1', '"newest":9');
    await rm(path);
    await appendFile(path, lines.join('\n'));
    const { parts, damaged } = await file.read();
    assert.equal(damaged, 1);
    assert.deepEqual(
      parts.map(({ keys }) => keys?.length),
      [undefined, 1, undefined, 1],
    );
  });

  it('writes all after a write that failed, such as on a full disk', async () => {
    note(1);
    await file.write(progress);
    const key = note(2);
    const full = sinon.stub(await fileHandles(), 'appendFile').rejects(new Error('ENOSPC'));
    await assert.rejects(file.write(progress), /ENOSPC/);
    await assert.rejects(file.write(progress), /ENOSPC/);
    assert.deepEqual(await readdir(directory), ['my-app'], 'nothing takes room on it');
    assert.equal(progress.changed, true);
    full.restore();
    await file.write(progress);
    assert.ok((await restored()).seen.has(key));
  });

  it('leaves a disk that is full alone for longer and longer, and writes when it has to be saved', async () => {
    const told: string[] = [];
    const journal = new Journal(path, progress, new Problems(({ kind }) => void told.push(kind)));
    const write = sinon.stub(ProgressFile.prototype, 'write').rejects(new Error('ENOSPC'));
    const now = performance.now();
    const time = sinon.stub(performance, 'now').returns(now);
    for (let second = 0; second < 3_600; second++) {
      time.returns(now + second * 1_000);
      journal.write();
      await turn();
    }
    assert.ok(write.callCount < 25, `${write.callCount} times in an hour`);
    assert.deepEqual(told, ['problem']);
    write.restore();
    await journal.save();
    assert.equal(progress.changed, false);
    assert.deepEqual(await readdir(directory), ['my-app']);
    await journal.close();
  });
});
