import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { eventually } from '../../../eventually';
import { closeStages, FakeStorage, HOUR, stage, uplink, type Stage } from './stand-ins';

const COUNT = 10_000;
const DEVICES = 50;

describe('Feed, 10,000 uplinks with 20 reconnects and 4 restarts', () => {
  let directory: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'feed-'));
  });
  after(async () => {
    await closeStages();
    await rm(directory, { recursive: true });
  });

  it('brings every uplink once', async () => {
    const start = Date.now() - HOUR;
    const storage = new FakeStorage();
    const keys: string[] = [];
    const begin = async () => {
      const staged = stage({ storage, stateFile: join(directory, 'my-app'), lookBackMs: 2 * HOUR });
      staged.feed.attach({ emit: ({ uplink: { key } }) => void keys.push(key) });
      await eventually(() => staged.transport.opened, 'the transport');
      return staged;
    };
    let staged: Stage = await begin();
    let connected = false;
    for (let index = 0; index < COUNT; index++) {
      if (index % 2_000 === 1_999) {
        await staged.feed.close();
        staged = await begin();
        connected = false;
      }
      if (index % 250 === 0) {
        connected = !connected;
        if (connected) staged.transport.connect();
        else staged.transport.lose();
        await turn();
      }
      const fCnt = Math.floor(index / DEVICES);
      const message = uplink({ fCnt, at: start + 300 * index, device: `dev-${index % DEVICES}` });
      storage.keep(message);
      if (connected) staged.transport.deliver(message);
      if (index % 100 === 0) await turn();
    }
    staged.transport.lose();
    staged.transport.connect();
    await eventually(() => new Set(keys).size === COUNT && !staged.feed.stats().gapsOpen, 'all uplinks');
    assert.equal(keys.length, COUNT);
    assert.equal(staged.feed.stats().lostOnTheRadio + staged.feed.stats().lostWhileAway, 0);
  });
});
