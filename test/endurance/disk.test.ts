import assert from 'node:assert/strict';
import { Arrivals } from './arrivals';
import { MoodyLake } from './moody-lake';
import { NodeRedProcess, folder } from './node-red-process';
import { SHARE_ENV, emptied, shareFlow } from './share-flow';
import { makeReadOnly, mountSmallDisk, type Mount } from './small-disk';

const DISK_BYTES = 24_000_000;
const RECORD_BYTES = 100_000;
/** An outbox that cannot be opened is tried again every ten seconds. */
const OPEN_AGAIN_MS = 30_000;

describe('Node-RED whose outbox', () => {
  let arrivals: Arrivals;
  let accepted: Map<string, number>;
  let lake: MoodyLake;
  let running: NodeRedProcess[];
  let mounts: Mount[];

  beforeEach(async () => {
    arrivals = new Arrivals();
    accepted = new Map();
    running = [];
    mounts = [];
    lake = await MoodyLake.start(arrivals, 'down');
  });

  afterEach(async () => {
    for (const nodeRed of running) await nodeRed.kill();
    await lake.close();
    for (const mount of mounts) mount.undo();
  });

  async function start(name: string, directory: string): Promise<NodeRedProcess> {
    const env = { ...SHARE_ENV, TTN_MICROSHARE_STATE_DIR: directory };
    const nodeRed = await NodeRedProcess.start(name, shareFlow(lake.url), env);
    running.push(nodeRed);
    return nodeRed;
  }

  /** Posts the next record of a device. Returns why it was refused, or undefined. */
  async function refusal(
    nodeRed: NodeRedProcess,
    device: string,
  ): Promise<Record<string, unknown> | undefined> {
    const n = accepted.get(device) ?? 0;
    const more = ''.padEnd(RECORD_BYTES, 'x');
    const { status, body } = await nodeRed.post('records', { device, n, more });
    if (status !== 200) return body;
    accepted.set(device, n + 1);
    return undefined;
  }

  async function everythingArrives(nodeRed: NodeRedProcess): Promise<void> {
    await lake.feel('up');
    await emptied(nodeRed);
    arrivals.check(accepted, new Set());
  }

  it('has a full disk says so, keeps and delivers what it took, also after a kill, and takes more when there is room', async function () {
    const directory = folder('small-disk');
    const disk = mountSmallDisk(directory, DISK_BYTES);
    if (!disk) {
      console.log('      A small disk cannot be mounted here (it takes root on Linux).');
      return this.skip();
    }
    mounts.push(disk);
    const nodeRed = await start('disk-full', directory);
    let refused;
    while (!refused) refused = await refusal(nodeRed, 'device');
    assert.equal(refused.code, 'disk_full');
    assert.match(
      String(refused.message),
      /No room on the disk for the outbox in .*small-disk.*Free more than 16 MB/,
    );
    await nodeRed.logged(/status disk full$/);
    assert.ok(
      accepted.get('device')! * RECORD_BYTES > DISK_BYTES / 4,
      `${accepted.get('device')} records fit`,
    );

    await nodeRed.kill();
    await nodeRed.start();
    assert.equal((await refusal(nodeRed, 'device'))?.code, 'disk_full');
    await everythingArrives(nodeRed);
    await eventuallyTaken(nodeRed, 'device');
    await everythingArrives(nodeRed);
  });

  it('lies in a read-only directory says so, and works when it may write there', async function () {
    const directory = folder('read-only');
    const readOnly = makeReadOnly(directory);
    if (!readOnly) {
      console.log('      Root may write everywhere, and may not mount a read-only disk here.');
      return this.skip();
    }
    mounts.push(readOnly);
    const nodeRed = await start('disk-read-only', directory);
    const refused = await refusal(nodeRed, 'device');
    assert.equal(refused?.code, 'read_only');
    assert.match(String(refused?.message), /cannot write in .*read-only.*Let Node-RED's user write there/);
    await nodeRed.logged(/status disk read-only$/);
    await nodeRed.logged(/caught .*cannot write in/);
    readOnly.undo();
    await eventuallyTaken(nodeRed, 'device');
    await everythingArrives(nodeRed);
  });

  it('is open in another process says so, and opens when the other has ended', async () => {
    const directory = folder('shared');
    const first = await start('first', directory);
    for (let n = 0; n < 10; n++) assert.equal(await refusal(first, 'of-first'), undefined);
    const second = await start('second', directory);
    const refused = await refusal(second, 'of-second');
    assert.equal(refused?.code, 'locked');
    assert.match(String(refused?.message), /open in another process.*Stop the other/);
    await second.logged(/status outbox in use$/);
    for (let n = 0; n < 10; n++) assert.equal(await refusal(first, 'of-first'), undefined);
    await first.kill();
    await eventuallyTaken(second, 'of-second');
    await everythingArrives(second);
  });

  async function eventuallyTaken(nodeRed: NodeRedProcess, device: string): Promise<void> {
    let refused: unknown = 'not tried';
    for (const end = Date.now() + OPEN_AGAIN_MS; refused && Date.now() < end;) {
      refused = await refusal(nodeRed, device);
    }
    assert.equal(refused, undefined);
  }
});
