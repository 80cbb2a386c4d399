import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Arrivals, sum } from './arrivals';
import { MoodyLake, shuffledMoods } from './moody-lake';
import { NodeRedProcess } from './node-red-process';
import { Senders } from './senders';
import { SHARE_ENV, emptied, flagged, shareFlow } from './share-flow';

const DEVICES = Array.from({ length: 20 }, (_, index) => `device-${index}`);
const PAUSE_MS = 100;
const MOOD_MS = 1_000;

describe('Node-RED while the API is in a bad mood, with the settings that a new account has', () => {
  const arrivals = new Arrivals();
  let lake: MoodyLake;
  let nodeRed: NodeRedProcess;
  let senders: Senders | undefined;

  before(async () => {
    lake = await MoodyLake.start(arrivals);
    nodeRed = await NodeRedProcess.start('moods', shareFlow(lake.url), SHARE_ENV);
  });

  after(async () => {
    await nodeRed?.kill();
    await senders?.end();
    await lake?.close();
  });

  it('delivers every record once and in order, and is held by a refused token until it is resumed', async () => {
    senders = new Senders(nodeRed, DEVICES, PAUSE_MS);
    // A request without an answer would take 30 s.
    for (const mood of shuffledMoods().filter((mood) => mood !== 'silent')) {
      const from = nodeRed.log.length;
      await lake.feel(mood);
      if (mood === '401') {
        await nodeRed.logged(
          /caught .*Microshare answered 401 .*The token was refused.* Records are kept/,
          from,
        );
        await nodeRed.logged(/status token refused$/, from);
        const last = lake.requests.at(-1);
        await sleep(2 * MOOD_MS);
        assert.equal(lake.requests.at(-1), last, 'nobody asks while the line is held');
        assert.equal(nodeRed.log.slice(from).filter((line) => line.includes(' caught ')).length, 1);
      } else await sleep(MOOD_MS);
      await lake.feel('up');
      // By the route of the dialog; `emptied` uses the message.
      await nodeRed.post('microshare-share/share/resume', {});
    }
    await senders.end();
    await emptied(nodeRed);
    await nodeRed.stop();
    console.log(
      `      ${sum(senders.accepted)} records, ${arrivals.copies.size} came twice, ${flagged(nodeRed).size} were flagged`,
    );
    arrivals.check(senders.accepted, flagged(nodeRed));
  });
});
