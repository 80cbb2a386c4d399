import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { startLake, type Lake } from '../../demo/microshare/lake';
import { Arrivals, sum } from './arrivals';
import { NodeRedProcess } from './node-red-process';
import { Senders } from './senders';
import { SHARE_ENV, emptied, flagged, shareFlow } from './share-flow';

const KILLS = Number(process.env.KILLS ?? 3);
const LONGEST_LIFE_MS = 1_500;
const DEVICES = Array.from({ length: 40 }, (_, index) => `device-${index}`);
const PAUSE_MS = 40;
/** Between the moment in which a record arrives and the one in which the flow has said so. */
const TELLING_MS = 250;

describe('Node-RED under kill -9', () => {
  let lake: Lake;
  let nodeRed: NodeRedProcess;
  let senders: Senders | undefined;

  before(async function () {
    this.timeout(120_000);
    lake = await startLake({ maxRecords: 1_000 });
    nodeRed = await NodeRedProcess.start('kill', shareFlow(lake.apiUrl), SHARE_ENV);
  });

  after(async () => {
    await nodeRed?.kill();
    await senders?.end();
    await lake?.close();
  });

  it(`has every accepted record in the lake once, or flagged, after ${KILLS} kills under load`, async function () {
    this.timeout(120_000 + KILLS * 20_000);
    lake.fail([
      { kind: 'answer', status: 503, times: null, chance: 0.02, path: '/share/' },
      { kind: 'answer', status: 429, times: null, chance: 0.02, path: '/share/' },
      { kind: 'reset', times: null, chance: 0.02, path: '/share/' },
      { kind: 'store-and-reset', times: null, chance: 0.02, path: '/share/' },
      { kind: 'store-and-hang', times: null, chance: 0.001, path: '/share/' },
      { kind: 'delay', delay: 20, times: null, path: '/share/' },
    ]);
    const arrivals = new Arrivals();
    lake.on('record', arrivals.add);
    senders = new Senders(nodeRed, DEVICES, PAUSE_MS);
    const kills: number[] = [];
    while (kills.length < KILLS) {
      await sleep(Math.random() * LONGEST_LIFE_MS);
      kills.push(Date.now());
      await nodeRed.kill();
      await nodeRed.start();
    }
    await senders.end();
    lake.heal();
    await emptied(nodeRed);
    await nodeRed.stop();
    const accepted = sum(senders.accepted);

    const told = flagged(nodeRed);
    const untold = [...arrivals.copies].filter(
      ([name, at]) => !told.has(name) && kills.some((kill) => at < kill && kill - at < TELLING_MS),
    );
    console.log(
      `      ${kills.length} kills, ${accepted} records accepted, ${arrivals.copies.size} came twice, ` +
        `${told.size} were flagged, ${untold.length} were to be told of when Node-RED was killed`,
    );
    arrivals.check(senders.accepted, new Set([...told, ...untold.map(([name]) => name)]));
    assert.ok(accepted > KILLS * 50 && told.size < accepted / 4);
  });
});
