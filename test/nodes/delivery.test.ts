import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Node } from 'node-red';
import sinon from 'sinon';
import { DiskStore } from '../../lib/outbox';
import { LeftBehind } from '../../nodes/delivery/left-behind';
import type { DeliveryReport } from '../../nodes/delivery/report';
import { deliveryBoard, type ApplicationLine } from '../../nodes/shared/delivery-board';
import { DeviceLog } from '../../nodes/ttn-application/device-log';
import { applicationLine } from '../../nodes/ttn-application/delivery-line';
import { eventually } from '../eventually';
import type { FlowNode } from './flow';
import { REC_TYPE, ShareBench } from './share-bench';

const READ = 'ttn-microshare.read';

const APPLICATION: ApplicationLine = {
  id: 'app',
  name: 'sensors',
  state: { name: 'connected' },
  lastUplinkAt: 3_000,
  received: 60,
  recovered: 2,
  lostOnTheRadio: 1,
  lostWhileAway: 0,
  queued: 0,
  devices: Array.from({ length: 60 }, (_, index) => ({ deviceId: `Office-${index}`, at: index })),
};

/** A node as far as the board wants to know it. */
function runningNode(id: string, more: object = {}): Node {
  return Object.assign(new EventEmitter(), { id, ...more }) as unknown as Node;
}

describe('what the sidebar tab asks for', () => {
  const bench = new ShareBench();
  const application = runningNode('app');

  beforeEach(() => bench.open());

  afterEach(async () => {
    application.emit('close');
    await bench.close();
  });

  async function report(query = ''): Promise<DeliveryReport> {
    const { json } = await bench.ask(`/ttn-microshare/delivery${query}`, READ);
    return json as unknown as DeliveryReport;
  }

  it('is for users who may read', async () => {
    await bench.start();
    for (const right of ['none', 'microshare-share.read', 'ttn-microshare.write']) {
      assert.equal((await bench.ask('/ttn-microshare/delivery', right)).status, 401);
    }
    assert.equal((await bench.ask('/ttn-microshare/delivery', READ)).status, 200);
  });

  it('says which node is not configured, and why', async () => {
    const flow = await bench.start({ recType: 'no recType' });
    await flow.shown('share', 'microshare-share.status.bad_rectype');
    const [{ state }] = (await report()).shares as [DeliveryReport['shares'][0]];
    assert.deepEqual([state.name, state.code], ['held', 'bad_rectype']);
    for (const [share, code] of [
      [{ account: '' }, 'bad_configuration'],
      [{ recType: 'io.example/{{topic}}' }, 'bad_rectype'],
    ] as const) {
      await flow.deploy(bench.nodes(share));
      const [{ state: next }] = (await report()).shares as [DeliveryReport['shares'][0]];
      assert.deepEqual([next.name, next.code], ['invalid', code]);
    }
  });

  it('says what each node has written and rejected, and why', async () => {
    const flow = await bench.start({ name: 'to the lake' });
    await bench.written({ payload: { n: 1 } });
    bench.lake.fail({ kind: 'answer', status: 400, body: 'not like this' });
    flow.send('share', { payload: { n: 2 } });
    await flow.arrived('rejected');
    const { now, shares } = await report();
    assert.equal(shares.length, 1);
    const [{ id, name, state, figures }] = shares as [Required<(typeof shares)[0]>];
    assert.deepEqual([id, name, state], ['share', 'to the lake', { name: 'rejected' }]);
    assert.equal(figures.queued, 0);
    assert.equal(figures.rejected, 1);
    assert.equal(figures.writtenByMinute.length, 60);
    assert.equal(
      figures.writtenByMinute.reduce((all, count) => all + count),
      1,
    );
    assert.match(figures.lastError?.message ?? '', /not like this/);
    assert.ok(now - (figures.lastWrittenAt ?? 0) < 5_000);
  });

  it('says that new records are refused, how many and why, until one is written; the log says so once', async () => {
    bench.lake.fail({ kind: 'answer', status: 503, times: null });
    const flow = await bench.start({ limitRecords: '1' });
    flow.send('share', { payload: { n: 1 } });
    await flow.arrived('completed');
    for (const n of [2, 3]) assert.equal((await bench.caught({ payload: { n } })).error.code, 'full');
    const [line] = (await report()).shares;
    assert.deepEqual([line?.state.name, line?.state.code, line?.figures?.refused], ['refusing', 'full', 2]);
    assert.match(line?.state.detail ?? '', /outbox is full/);
    const said = () => flow.warnings('share').filter((text) => text.includes('New records are refused'));
    assert.equal(said().length, 1);
    assert.deepEqual((await bench.act('stats')).refused, { full: 2 });

    bench.lake.heal();
    await bench.act('resume');
    await flow.arrived('written', 3);
    const [after] = (await report()).shares;
    assert.deepEqual([after?.state.name, after?.figures?.refused], ['idle', 2]);
  });

  it('says why nothing is written', async () => {
    await bench.start({}, {}, { token: 'no-such-token' });
    bench.flow.send('share', { payload: { n: 1 } });
    await bench.flow.arrived('caught');
    const [line] = (await report()).shares;
    assert.equal(line?.state.name, 'held');
    assert.equal(line?.state.code, 'unauthorized');
    assert.equal(line?.figures?.queued, 1);
    assert.ok(line?.figures?.oldestAt);
    assert.ok((line?.state.nextTryAt ?? 0) > Date.now() + 200_000);
    assert.match(
      bench.flow.inbox('caught')[0]?.error.message as string,
      /tried again in \d min; "Try what waits now"/,
    );
  });

  it('names no next try where only a change helps', async () => {
    const login = { username: 'ada@example.com', password: 'wrong-password', apiKey: 'wrong-key' };
    await bench.start({}, { mode: 'password' }, login);
    bench.flow.send('share', { payload: { n: 1 } });
    await bench.flow.arrived('caught');
    const [line] = (await report()).shares;
    assert.equal(line?.state.code, 'login_refused');
    assert.equal(line?.state.nextTryAt, undefined);
  });

  it('writes what waits as soon as a better token is deployed', async () => {
    const flow = await bench.start({}, {}, { token: 'no-such-token' });
    flow.send('share', { payload: { n: 1 } });
    await flow.arrived('caught');
    await flow.deploy(bench.nodes(), { account: { token: bench.lake.issueToken() } });
    await flow.arrived('written');
  });

  it('counts on over a deploy, and from a new start of the node on else', async () => {
    const flow = await bench.start();
    await bench.written({ payload: { n: 1 } });
    await flow.deploy(bench.nodes());
    await bench.written({ payload: { n: 2 } });
    const [{ figures }] = (await report()).shares as [Required<DeliveryReport['shares'][0]>];
    assert.equal(
      figures.writtenByMinute.reduce((all, count) => all + count),
      2,
    );
    assert.ok(Date.now() - figures.countedSince < 10_000);
  });

  it('lists what deleted nodes have left behind, to be exported and discarded', async () => {
    bench.lake.fail({ kind: 'answer', status: 503, times: null });
    const flow = await bench.start();
    for (const n of [1, 2]) flow.send('share', { payload: { n } });
    await flow.arrived('completed', 2);
    assert.deepEqual((await report()).leftBehind, []);
    const disabled = bench.nodes({ d: true });
    await flow.deploy(disabled);
    const counted = { records: 2, rejected: 0, recType: REC_TYPE };
    const inFlow = { id: 'share-account', node: 'share', account: 'account', disabled: true };
    assert.deepEqual((await report()).leftBehind, [{ ...inFlow, ...counted }]);
    const { status } = await bench.ask(
      '/ttn-microshare/left-behind/share-account/discard',
      'microshare-share.write',
      {},
    );
    assert.equal(status, 404, 'it may be enabled again');
    await flow.deploy(disabled.filter(({ id }) => id !== 'share'));
    const [left] = (await report()).leftBehind;
    assert.deepEqual(left, { id: 'share-account', ...counted });

    const path = '/ttn-microshare/left-behind/share-account';
    assert.equal((await bench.ask(`${path}/export`, READ)).status, 401);
    const { text } = await bench.ask(`${path}/export`, 'microshare-share.read');
    const records = JSON.parse(text) as { record: object; recType: string }[];
    assert.deepEqual(
      records.map(({ record }) => record),
      [{ n: 1 }, { n: 2 }],
    );
    assert.equal((await bench.ask(`${path}/discard`, 'microshare-share.read', {})).status, 401);
    assert.equal((await bench.ask(`${path}/discard`, 'microshare-share.write', {})).status, 200);
    assert.deepEqual((await report()).leftBehind, []);
    assert.deepEqual(readdirSync(join(bench.stateDir, 'outbox')), []);
  });

  async function leaveBehind(...payloads: object[]): Promise<void> {
    bench.lake.fail({ kind: 'answer', status: 503, times: null });
    const flow = await bench.start();
    for (const payload of payloads) flow.send('share', { payload });
    await flow.arrived('completed', payloads.length);
    await flow.deploy(bench.nodes().filter(({ id }) => id !== 'share'));
  }

  it('lists what a node keeps for an account that it writes for no more, until it does again', async () => {
    await leaveBehind({ n: 1 });
    const [account] = bench.nodes();
    const deploy = (share: object) =>
      bench.flow.deploy([account!, { ...account!, id: 'other' }, ...bench.nodes(share).slice(1)]);
    await deploy({ account: 'other' });
    const left = { id: 'share-account', node: 'share', account: 'account' };
    const counted = { records: 1, rejected: 0, recType: REC_TYPE };
    assert.deepEqual((await report()).leftBehind, [{ ...left, ...counted }]);
    await deploy({ operation: 'read' });
    assert.deepEqual((await report()).leftBehind, [{ ...left, ...counted }]);
    for (const ofNow of [{}, { account: '${ACCOUNT}' }]) {
      await deploy(ofNow);
      assert.deepEqual((await report()).leftBehind, []);
    }
  });

  it('lists what the node of a subflow has left behind, and not what one writes', async () => {
    await leaveBehind({ n: 1 });
    const outboxes = join(bench.stateDir, 'outbox');
    renameSync(join(outboxes, 'share-account'), join(outboxes, 'instance-share-account'));
    const [account, share, ...others] = bench.nodes() as [FlowNode, FlowNode, ...FlowNode[]];
    const subflow = { id: 'sub', type: 'subflow', in: [], out: [] };
    const instance = { id: 'instance', type: 'subflow:sub', wires: [] };
    const listed = async (...nodes: FlowNode[]) => {
      await bench.flow.deploy([account, ...others, ...nodes]);
      return (await report()).leftBehind.map(({ id }) => id);
    };
    const inSubflow = { ...share, z: 'sub', d: true };
    assert.deepEqual(await listed(subflow, instance, { ...inSubflow, d: false }), []);
    assert.deepEqual(await listed(subflow, instance, inSubflow), ['instance-share-account']);
    const [{ node: off, disabled }] = (await report()).leftBehind as [DeliveryReport['leftBehind'][0]];
    assert.deepEqual([off, disabled], ['instance', true]);
    const tab = { id: 'off', type: 'tab', disabled: true };
    assert.deepEqual(await listed(subflow, tab, { ...instance, z: 'off' }, { ...inSubflow, d: false }), [
      'instance-share-account',
    ]);
    assert.deepEqual(await listed(subflow, inSubflow), ['instance-share-account']);
    assert.deepEqual(await listed(subflow, instance), ['instance-share-account']);
    const another = { ...inSubflow, account: 'another' };
    assert.deepEqual(await listed(subflow, instance, another), ['instance-share-account']);
    const [{ node, account: former }] = (await report()).leftBehind as [DeliveryReport['leftBehind'][0]];
    assert.deepEqual([node, former], ['instance', 'account']);
  });

  it('lists what is disabled in a subflow inside another one', async () => {
    await leaveBehind({ n: 1 });
    const outboxes = join(bench.stateDir, 'outbox');
    renameSync(join(outboxes, 'share-account'), join(outboxes, 'outer-inner-share-account'));
    const [account, share, ...others] = bench.nodes() as [FlowNode, FlowNode, ...FlowNode[]];
    const listed = async (ofInner: object, ofShare: object) => {
      await bench.flow.deploy([
        ...[account, ...others],
        ...['sub', 'around'].map((id) => ({ id, type: 'subflow', in: [], out: [] })),
        { ...share, z: 'sub', ...ofShare },
        { id: 'inner', type: 'subflow:sub', z: 'around', wires: [], ...ofInner },
        { id: 'outer', type: 'subflow:around', wires: [] },
      ]);
      return (await report()).leftBehind;
    };
    assert.deepEqual(await listed({}, {}), []);
    const counted = { records: 1, rejected: 0, recType: REC_TYPE };
    const left = { id: 'outer-inner-share-account', node: 'outer', account: 'account' };
    assert.deepEqual(await listed({ d: true }, {}), [{ ...left, ...counted, disabled: true }]);
    assert.deepEqual(await listed({}, { d: true }), [{ ...left, ...counted, disabled: true }]);
    assert.deepEqual(await listed({}, {}), []);
    assert.deepEqual(readdirSync(outboxes), [left.id], 'so its node calls it, too');
  });

  it('lists what was left behind while it is exported, however long a page takes', async () => {
    await leaveBehind({ n: 1 });
    const leftBehind = new LeftBehind({ settings: {}, nodes: { eachNode: () => undefined } } as never);
    const page = sinon.stub(DiskStore.prototype, 'page').callThrough();
    page.onFirstCall().callsFake(async function (this: DiskStore, after, limit) {
      await sleep(1_500);
      return this.page(after, limit);
    });
    const exporting = leftBehind.records('share-account').next();
    await eventually(() => page.called, 'the page');
    assert.equal((await leftBehind.list()).length, 1);
    assert.equal((await exporting).value?.length, 1);
  });

  it('counts anew what came while nobody looked', async () => {
    await leaveBehind({ n: 1 });
    assert.equal((await report()).leftBehind[0]?.records, 1);
    await bench.stop();
    await leaveBehind({ n: 2 }, { n: 3 });
    assert.equal((await report()).leftBehind[0]?.records, 3);
  });

  it('keeps no outbox from a node that comes back while it is exported', async () => {
    await leaveBehind({ n: 1 });
    const leftBehind = new LeftBehind({ settings: {}, nodes: { eachNode: () => undefined } } as never);
    const pages = leftBehind.records('share-account');
    assert.equal((await pages.next()).value?.length, 1);
    const directory = join(bench.stateDir, 'outbox', 'share-account');
    const store = await DiskStore.open({ directory, lockWaitMs: 0 });
    await store.close();
  });

  it('never touches the outbox of a node in the flow, nor another folder', async () => {
    await bench.start();
    await bench.written({ payload: {} });
    for (const id of ['share-account', '..', '%2e%2e']) {
      const path = `/ttn-microshare/left-behind/${encodeURIComponent(id)}`;
      assert.equal((await bench.ask(`${path}/discard`, 'microshare-share.write', {})).status, 404);
      assert.equal((await bench.ask(`${path}/export`, 'microshare-share.read')).status, 404);
    }
    assert.deepEqual(readdirSync(join(bench.stateDir, 'outbox')), ['share-account']);
  });

  it('leaves nothing of a deleted node that had written all', async () => {
    const flow = await bench.start();
    await bench.written({ payload: {} });
    await flow.deploy(bench.nodes().filter(({ id }) => id !== 'share'));
    assert.deepEqual(readdirSync(join(bench.stateDir, 'outbox')), []);
  });

  it('leaves out nodes that read, and nodes that are gone', async () => {
    await bench.start({ operation: 'read', recType: REC_TYPE });
    assert.deepEqual((await report()).shares, []);
    await bench.stop();
    assert.deepEqual(deliveryBoard.shares.all(), []);
  });

  it('has some of the devices: the last heard, the most silent, or those that are searched', async () => {
    await bench.start();
    deliveryBoard.applications.add(application, () => APPLICATION);
    const [{ devices, heard, found, ...line }] = (await report()).applications as [
      DeliveryReport['applications'][0],
    ];
    assert.deepEqual({ ...line, devices: APPLICATION.devices }, APPLICATION);
    assert.deepEqual([heard, found, devices.length, devices[0]?.deviceId], [60, 60, 50, 'Office-59']);
    const [silent] = (await report('?order=silent')).applications;
    assert.equal(silent?.devices[0]?.deviceId, 'Office-0');
    const [searched] = (await report('?search=ice-5')).applications;
    assert.deepEqual([searched?.heard, searched?.found], [60, 11]);
    assert.equal(APPLICATION.devices[0]?.deviceId, 'Office-0');
  });
});

describe('the line of an application', () => {
  const def = { name: '', applicationId: 'sensors' };

  it('says what its feed has counted', () => {
    const devices = new DeviceLog();
    devices.note({
      kind: 'up',
      simulated: false,
      deviceId: 'a',
      receivedAt: '1970-01-01T00:00:02Z',
      fCnt: 0,
    });
    const counts = { received: 5, recovered: 1, lostOnTheRadio: 2, lostWhileAway: 3, queued: 4 };
    const rest = { emitted: 0, duplicates: 0, unreadable: 0, dropped: 0, failed: 0, gapsOpen: false };
    const stats = () => ({ ...counts, ...rest, newest: new Date(2_000) });
    const state = { name: 'connected', detail: 'no storage' } as const;
    const feed = { stats, devices, shared: false };
    assert.deepEqual(applicationLine(runningNode('1', { _alias: '2' }), def, state, feed), {
      id: '1',
      alias: '2',
      name: 'sensors',
      state,
      lastUplinkAt: 2_000,
      ...counts,
      devices: [{ deviceId: 'a', at: 2_000, fCnt: 0 }],
    });
  });

  it('says that no node uses it', () => {
    const { state } = applicationLine(runningNode('1'), def, { name: 'connecting' }, undefined);
    assert.deepEqual(state, { name: 'unused' });
  });
});

describe('the log of devices', () => {
  const at = (seconds: number) => new Date(seconds * 1_000).toISOString();
  const note = (log: DeviceLog, deviceId: string, seconds: number, kind: 'up' | 'join' = 'up') =>
    log.note({ kind, simulated: false, deviceId, receivedAt: at(seconds) });

  it('keeps the last uplink of each device, whenever it comes', () => {
    const log = new DeviceLog();
    note(log, 'a', 10);
    note(log, 'a', 20);
    note(log, 'a', 15);
    note(log, 'a', 30, 'join');
    assert.deepEqual(log.all(), [{ deviceId: 'a', at: 20_000 }]);
  });

  it('does not take a simulated uplink for a sign of life', () => {
    const log = new DeviceLog();
    note(log, 'a', 10);
    log.note({ kind: 'up', simulated: true, deviceId: 'a', receivedAt: at(20), fCnt: 0 });
    assert.deepEqual(log.all(), [{ deviceId: 'a', at: 10_000 }]);
  });

  it('takes the time of day where the uplink has none', () => {
    const log = new DeviceLog();
    log.note({ kind: 'up', simulated: false, deviceId: 'a' });
    assert.ok(Math.abs(Date.now() - log.all()[0]!.at) < 1_000);
  });

  it('forgets the most silent device when there are too many', () => {
    const log = new DeviceLog(2);
    note(log, 'a', 1);
    note(log, 'b', 2);
    note(log, 'a', 3);
    note(log, 'c', 4);
    assert.deepEqual(
      log.all().map(({ deviceId }) => deviceId),
      ['a', 'c'],
    );
  });
});
