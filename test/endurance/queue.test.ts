import assert from 'node:assert/strict';
import { join } from 'node:path';
import { measureQueue } from '../../bench/queue/measure';
import { PLACE } from '../package/workshop';
import { installedPackage } from './node-red-process';

const RECORDS = Number(process.env.QUEUE_RECORDS ?? 100_000);
const MB = 1e6;
/** Up to 23 bytes for each key that is known. */
const KEYS = 23 * RECORDS;
/** What V8 has not swept yet. */
const MOST_GROWTH = 40 * MB + KEYS;
/** The client of the API with its connections, and what V8 has not swept yet. */
const MOST_DELIVERING = 150 * MB + KEYS;
const MOST_OPEN_MS = 5_000;

describe('A queue of the time in which the API was down', () => {
  it(`of ${RECORDS} records takes no memory, opens within seconds after a kill, and arrives once`, async function () {
    this.timeout(120_000 + RECORDS * 5);
    const figures = await measureQueue(RECORDS, join(await installedPackage(), PLACE, 'dist', 'lib'));
    console.table(figures);
    const { memoryEmpty, memoryFirstTenth, memoryRest, memoryDelivering, openMs } = figures;
    assert.ok(memoryRest - memoryFirstTenth < MOST_GROWTH, 'memory grew with the queue');
    assert.ok(openMs < MOST_OPEN_MS, 'the queue opens late');
    assert.ok(memoryDelivering - memoryEmpty < MOST_DELIVERING, 'more than the keys stays in memory');
  });
});
