/*
 * Measures a long queue in the outbox, as it is built: memory while it grows, start-up with it, memory while it is
 * delivered over HTTP. Prints Markdown. `QUEUE_RECORDS=100000`: a shorter one.
 */
import { join } from 'node:path';
import { table, whereAndWhen } from './markdown';
import { measureQueue } from './queue/measure';

const RECORDS = Number(process.env.QUEUE_RECORDS ?? 1_000_000);

const megabytes = (bytes: number) => `${count(bytes / 1e6)} MB`;
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const count = (number: number) => Math.round(number).toLocaleString('en-US');

async function main(): Promise<void> {
  const figures = await measureQueue(RECORDS, join(__dirname, '..', 'dist', 'lib'));
  const rows = [
    ['empty outbox: memory of the process', megabytes(figures.memoryEmpty)],
    ['API down, first tenth of the records comes: memory', megabytes(figures.memoryFirstTenth)],
    ['the rest comes: memory', megabytes(figures.memoryRest)],
    ['records taken', `${count(figures.takenPerSecond)} a second`],
    ['queue on the disk', megabytes(figures.bytesOnDisk)],
    ['`kill -9`, then a new process: the queue is open after', seconds(figures.openMs)],
    ['first record in Microshare, counted from the start of the process', seconds(figures.firstRecordMs)],
    ['queue delivered, each record once and in its order', `${count(figures.deliveredPerSecond)} a second`],
    ['while it is delivered: memory', megabytes(figures.memoryDelivering)],
  ];
  console.log(table([`${count(RECORDS)} records of 0.5 kB, 1,000 devices`, ''], rows));
  console.log(`Memory: largest resident size. ${whereAndWhen()}.`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
