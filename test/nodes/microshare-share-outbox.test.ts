import assert from 'node:assert/strict';
import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lake } from '../../demo/microshare/lake';
import { DiskStore } from '../../lib/outbox';
import { loadSqlite } from '../../lib/outbox/sqlite/node-sqlite';
import { outboxName } from '../../nodes/shared/outbox-names';
import { eventually } from '../eventually';
import type { Flow, FlowNode, Message } from './flow';
import { REC_TYPE, ShareBench, uplink } from './share-bench';

describe('the outbox of microshare-share', () => {
  const bench = new ShareBench();
  let lake: Lake;

  beforeEach(async () => (lake = await bench.open()));
  afterEach(() => bench.close());

  const numbers = () => lake.records(REC_TYPE).map(({ data }) => (data as Message).n as number);

  it('takes messages while Microshare is down, and writes them when it is up again', async () => {
    const flow = await bench.start();
    lake.fail({ kind: 'answer', status: 503, times: null });
    for (const n of [1, 2, 3]) flow.send('share', { payload: { n }, mine: n });
    await flow.arrived('completed', 3);
    await flow.shown('share', 'microshare-share.status.waiting');
    assert.deepEqual(numbers(), []);
    lake.heal();
    await bench.act('resume');
    const messages = (await flow.arrived('written', 4)).filter(({ mine }) => mine !== undefined);
    assert.deepEqual(numbers(), [1, 2, 3]);
    assert.deepEqual(
      messages.map(({ mine }) => mine as number),
      [1, 2, 3],
    );
    assert.ok(messages[0]?.microshare.attempts > 1);
    assert.equal(flow.inbox('caught').length, 0);
  });

  it('writes what waits after a restart, with a message for each', async () => {
    lake.fail({ kind: 'answer', status: 503, times: null });
    const before = await bench.start({ tags: 'roof' });
    for (const n of [1, 2]) before.send('share', { payload: { n } });
    await before.arrived('completed', 2);
    await bench.stop();
    lake.heal();

    const after = await bench.start({ tags: 'roof' });
    const [first] = await after.arrived('written', 2);
    assert.deepEqual(numbers(), [1, 2]);
    assert.deepEqual(first?.payload, { n: 1 });
    assert.equal(first?.recType, REC_TYPE);
    assert.deepEqual(first?.microshare.tags, ['roof']);
    assert.match(first?.microshare.url as string, /share\/io\.example\.room\//);
  });

  it('shows what is left of a record that was damaged on the disk, and can send it again', async () => {
    lake.fail({ kind: 'answer', status: 503, times: null });
    const before = await bench.start();
    for (const n of [1, 2]) before.send('share', { payload: { n } });
    await before.arrived('completed', 2);
    await bench.stop();
    const database = new (loadSqlite())(`${bench.stateDir}/outbox/share-account/outbox.sqlite`, {
      defensive: true,
    });
    database.exec(`UPDATE queue SET body = '{"n":', target = '?', addedAt = 9e15 WHERE id = 1`);
    database.close();
    lake.heal();

    const after = await bench.start();
    await after.arrived('written', 1);
    assert.deepEqual(numbers(), [2]);
    await bench.act('stats');
    assert.match(after.warnings('share').join(), /1 records that waited were damaged/);
    const [shown] = (await bench.act('rejected')) as Message[];
    assert.deepEqual([shown?.record, shown?.reason.code], ['{"n":', 'damaged']);
    assert.deepEqual(await bench.act('resend'), { resent: 0 }, 'nobody has looked at it');
    await bench.act('resend', { ids: [shown?.id] });
    const [again] = await after.arrived('rejected', 1);
    assert.deepEqual([again?.payload, again?.error.code], ['{"n":', 'bad_record']);
  });

  it('keeps the outbox of each account and node apart, in the state directory', async () => {
    await bench.start();
    await bench.written({ payload: {} });
    assert.deepEqual(readdirSync(`${bench.stateDir}/outbox`), ['share-account']);
  });

  it('tells of what it keeps for an account that it used before', async () => {
    lake.fail({ kind: 'answer', status: 503, times: null });
    const before = await bench.start();
    before.send('share', { payload: {} });
    await before.arrived('completed', 1);
    await bench.stop();
    renameSync(`${bench.stateDir}/outbox/share-account`, `${bench.stateDir}/outbox/share-other`);
    const after = await bench.start();
    const said = () => after.warnings('share').join();
    await eventually(() => said().includes('keeps 1 records that wait'), 'a warning');
    assert.match(said(), /the account with the id "other"/);
  });

  it('drops an uplink that it has had, also after a restart, and is done with it', async () => {
    const first = await bench.start();
    await bench.written({ payload: { n: 1 }, uplink: uplink('a') });
    await bench.stop();
    assert.equal(first.inbox('written').length, 1);

    const flow = await bench.start();
    flow.send('share', { payload: { n: 1 }, uplink: uplink('a') });
    await flow.arrived('completed');
    await flow.shown('share', 'microshare-share.status.duplicates');
    await bench.written({ payload: { n: 2 }, uplink: uplink('b') });
    assert.deepEqual(numbers(), [1, 2]);
    assert.equal((await bench.act('stats')).store.duplicates, 1);
  });

  it('writes the parts of one uplink, and what goes to several recTypes, each once', async () => {
    const flow = await bench.start({ recType: '' });
    const part = (index: number, recType = REC_TYPE) =>
      flow.send('share', {
        payload: { n: index },
        uplink: uplink('a'),
        parts: { id: 'x', index, count: 2 },
        recType,
      });
    for (let again = 0; again < 2; again++) {
      part(0);
      part(1);
      part(0, 'io.example.other');
    }
    await flow.arrived('completed', 6);
    await flow.arrived('written', 3);
    assert.deepEqual(numbers(), [0, 1]);
    assert.equal(lake.records('io.example.other').length, 1);
  });

  it('writes the parts of a list in a list, and tells them apart in Microshare', async () => {
    const flow = await bench.start({ record: 'unpacked' });
    for (const outer of [0, 1]) {
      for (const index of [0, 1]) {
        const parts = { id: 'x', index, count: 2, parts: { id: 'y', index: outer, count: 2 } };
        flow.send('share', { payload: {}, uplink: uplink('a'), lpp: { readings: [] }, parts });
      }
    }
    await flow.arrived('written', 4);
    assert.deepEqual(
      lake.records(REC_TYPE).map(({ data }) => (data as Message).meta.key as string),
      ['a#0.0', 'a#0.1', 'a#1.0', 'a#1.1'],
    );
  });

  it('writes a rejected record that comes back mended, once', async () => {
    const flow = await bench.start();
    lake.fail({ kind: 'answer', status: 400, body: 'not like this' });
    flow.send('share', { payload: { n: 1 }, uplink: uplink('a') });
    const [rejected] = await flow.arrived('rejected');
    for (let again = 0; again < 2; again++) flow.send('share', { ...rejected, payload: { n: 2 } });
    await flow.arrived('completed', 3);
    const [written] = await flow.arrived('written');
    assert.deepEqual(numbers(), [2]);
    assert.equal(written?.error, undefined);
    assert.deepEqual(await bench.act('resend'), { resent: 0 });
  });

  for (const [what, properties] of [
    ['which Microshare refuses', {}],
    ['of which no record can be made', { recType: '' }],
  ] as const) {
    it(`keeps a message once, ${what}, though the second output leads back to the input`, async () => {
      const flow = await bench.start({ ...properties, wires: [['written'], ['rejected', 'share']] });
      lake.fail({ kind: 'answer', status: 400, times: null });
      flow.send('share', { payload: { n: 1 }, uplink: uplink('a') });
      await flow.arrived('rejected', 10);
      await eventually(() => flow.warnings('share').some((text) => text.includes('10 times')), 'the end');
      assert.equal(flow.inbox('rejected').length, 10);
      assert.equal(((await bench.act('rejected')) as unknown[]).length, 1);
    });
  }

  describe('keeps a rejected record', () => {
    const record = { payload: { n: 1 }, uplink: uplink('a') };
    let flow: Flow;
    let rejected: Message;

    async function reject(properties = {}, msg: Message = record): Promise<void> {
      flow = await bench.start(properties);
      lake.fail({ kind: 'answer', status: 413 });
      flow.send('share', msg);
      [rejected] = (await flow.arrived('rejected')) as [Message];
    }

    const kept = async () =>
      ((await bench.act('rejected')) as Message[]).map(({ record }) => record as unknown);

    it('of which the flow sends back a part', async () => {
      await reject();
      await bench.written({ ...rejected, payload: { n: 2 }, parts: { id: 'x', index: 0, count: 2 } });
      assert.deepEqual([numbers(), await kept()], [[2], [{ n: 1 }]]);
    });

    it('until it comes back mended, where it was a part itself', async () => {
      await reject({}, { ...record, parts: { id: 'x', index: 0, count: 2 } });
      await bench.written({ ...rejected, payload: { n: 2 } });
      assert.deepEqual([numbers(), await kept()], [[2], []]);
    });

    it('whose marks another uplink bears, from a flow that puts messages together', async () => {
      await reject();
      await bench.written({ ...rejected, payload: { n: 2 }, uplink: uplink('b') });
      assert.deepEqual([numbers(), await kept()], [[2], [{ n: 1 }]]);
    });

    it('until both halves are written that the flow has made of it', async () => {
      await reject();
      for (const n of [2, 3]) flow.send('share', { ...rejected, payload: { n } });
      await flow.arrived('written', 2);
      assert.deepEqual([numbers(), await kept()], [[2, 3], []]);
    });

    it('about which the flow writes an alert to another recType', async () => {
      await reject({ recType: '' }, { ...record, recType: REC_TYPE });
      await bench.written({ ...rejected, payload: { alert: 1 }, recType: 'io.example.alerts' });
      assert.deepEqual(await kept(), [{ n: 1 }]);
    });

    it('until it comes back mended, also without the error', async () => {
      await reject();
      const { error: _, ...mended } = rejected;
      await bench.written({ ...mended, payload: { n: 2 } });
      assert.deepEqual(await kept(), []);
    });

    it('until it comes back mended after a restart, when the record is all that is left', async () => {
      flow = await bench.start({ record: 'unpacked' });
      lake.fail({ kind: 'answer', status: 503, times: null });
      flow.send('share', { ...record, lpp: { readings: [] } });
      await flow.arrived('completed');
      await bench.stop();
      lake.heal();
      lake.fail({ kind: 'answer', status: 400 });
      flow = await bench.start({ record: 'unpacked' });
      await bench.act('resume');
      [rejected] = (await flow.arrived('rejected')) as [Message];
      flow.send('share', { ...rejected, payload: { ...rejected.payload, n: 2 }, tags: 'latest' });
      const [, refused] = await flow.arrived('rejected', 2);
      for (let again = 0; again < 2; again++) flow.send('share', { ...refused, tags: [] });
      flow.send('share', { payload: { n: 3 }, microshare: { rebuilt: true } });
      await eventually(() => numbers().includes(3), 'the record behind them');
      assert.deepEqual([numbers(), await kept()], [[2, 3], []]);
    });

    it('whatever comes back to the node from the outbox of another account', async () => {
      await reject();
      await bench.stop();
      process.env.OTHER_TOKEN = lake.issueToken();
      const account = { ...bench.nodes()[0]!, id: 'other', tokenVariable: 'OTHER_TOKEN' };
      flow = await bench.start({ account: 'other' }, {}, {}, [account]);
      delete process.env.OTHER_TOKEN;
      lake.fail({ kind: 'answer', status: 400 });
      flow.send('share', { payload: { n: 5 }, uplink: uplink('b') });
      await flow.arrived('rejected');
      await bench.written({ ...rejected, payload: { n: 2 } });
      assert.deepEqual(await kept(), [{ n: 5 }]);
    });
  });

  it('ends the turns of a message between two nodes, each the way out of the other', async () => {
    const share = bench.nodes({ recType: '' }).find(({ type }) => type === 'microshare-share')!;
    const other = { ...share, id: 'other', wires: [['written'], ['rejected', 'share']] };
    const flow = await bench.start({ recType: '', wires: [['written'], ['rejected', 'other']] }, {}, {}, [
      other,
    ]);
    flow.send('share', { payload: { n: 1 } });
    await eventually(
      () => ['share', 'other'].some((id) => flow.warnings(id).some((text) => text.includes('10 times'))),
      'the end',
    );
    assert.equal(flow.inbox('rejected').length, 10);
  });

  it('writes of a message that comes back mended the records that were rejected, and no other again', async () => {
    const flow = await bench.start({ notAnObject: 'each' });
    lake.fail({ kind: 'answer', status: 400, times: 2 });
    flow.send('share', { payload: [{ n: 1 }, { n: 2 }, { n: 3 }], uplink: uplink('a') });
    const rejected = await flow.arrived('rejected', 2);
    await flow.arrived('written', 1);
    const payload = [{ n: 11 }, { n: 12 }, { n: 13 }];
    for (const msg of rejected) flow.send('share', { ...msg, payload });
    await flow.arrived('written', 3);
    await flow.arrived('completed', 3);
    assert.deepEqual(numbers().sort(), [11, 12, 3].sort());
  });

  it('writes them all, where the flow sends each back alone', async () => {
    const flow = await bench.start({ notAnObject: 'each' });
    lake.fail({ kind: 'answer', status: 400, times: 2 });
    flow.send('share', { payload: [{ n: 1 }, { n: 2 }], uplink: uplink('a') });
    for (const msg of await flow.arrived('rejected', 2)) {
      const n = msg.microshare.rejected as number;
      flow.send('share', { ...msg, payload: [{ n: n + 10 }] });
    }
    await flow.arrived('written', 2);
    assert.deepEqual(numbers(), [11, 12]);
  });

  it('writes each once, where the flow gives them another recType', async () => {
    const flow = await bench.start({ notAnObject: 'each', recType: '' });
    lake.fail({ kind: 'answer', status: 400, times: 3 });
    const payload = [{ n: 1 }, { n: 2 }, { n: 3 }];
    flow.send('share', { payload, uplink: uplink('a'), recType: 'io.example.wrong' });
    for (const msg of await flow.arrived('rejected', 3)) flow.send('share', { ...msg, recType: REC_TYPE });
    await flow.arrived('written', 3);
    await flow.arrived('completed', 4);
    assert.deepEqual(numbers(), [1, 2, 3]);
  });

  it('writes a rejected record that no record could be made of, before it was mended rightly', async () => {
    const flow = await bench.start();
    lake.fail({ kind: 'answer', status: 400 });
    flow.send('share', { payload: { n: 1 }, uplink: uplink('a') });
    const [rejected] = await flow.arrived('rejected');
    flow.send('share', { ...rejected, payload: { n: 2 }, tags: 'latest' });
    const [, refused] = await flow.arrived('rejected', 2);
    flow.send('share', { ...refused, tags: [] });
    await flow.arrived('written');
    assert.deepEqual(numbers(), [2]);
  });

  for (const account of [
    { ratePerSecond: '-5' },
    { maxInFlight: '${NOT_SET}' },
    { maxInFlight: 'Infinity' },
  ]) {
    it(`holds everything while the account has ${JSON.stringify(account)}`, async () => {
      const flow = await bench.start({}, account);
      flow.send('share', { payload: { n: 1 } });
      const [caught] = await flow.arrived('caught');
      assert.equal(caught?.error.code, 'bad_configuration');
      assert.match(
        caught?.error.message as string,
        /"(Rate|In flight)" is .*: give a number above 0|variable NOT_SET is not set/,
      );
      assert.deepEqual(numbers(), []);
    });
  }

  it('says which limit cannot be, and works when it is corrected', async () => {
    const flow = await bench.start({ limitDays: '-1' });
    const { error } = await bench.caught({ payload: { n: 1 } });
    assert.match(error.message as string, /"Days" is -1/);
    await flow.deploy(bench.nodes({ limitDays: '7' }), {});
    await bench.written({ payload: { n: 2 } });
    assert.deepEqual(numbers(), [2]);
  });

  it('is done when all records of a message are written, though the first is before the last is stored', async () => {
    const flow = await bench.start({ doneWhen: 'written', notAnObject: 'each' });
    const large = 'x'.repeat(3_900_000);
    flow.send('share', { payload: [{ n: 0 }, ...[1, 2, 3].map((n) => ({ n, large }))], mine: true });
    await flow.arrived('completed');
    const written = await flow.arrived('written', 4);
    assert.deepEqual(
      written.map(({ mine }) => mine as boolean),
      [true, true, true, true],
    );
  });

  it('is done when the record is written, where so set', async () => {
    const flow = await bench.start({ doneWhen: 'written' });
    lake.fail([{ kind: 'delay', delay: 300 }]);
    flow.send('share', { payload: { n: 1 } });
    await eventually(() => lake.requests.length > 0, 'the request');
    assert.equal(flow.inbox('completed').length, 0);
    await flow.arrived('completed');
    assert.deepEqual(numbers(), [1]);

    lake.fail({ kind: 'answer', status: 400, body: 'not like this' });
    const { error, microshare } = await bench.caught({ payload: { n: 2 } });
    assert.equal(error.code, 'rejected');
    assert.equal(microshare.statusCode, 400);
    await flow.arrived('rejected');
    assert.equal(flow.inbox('completed').length, 1);
    assert.equal(flow.inbox('caught').length, 1);
  });

  it('keeps what was rejected, to be looked at, sent again and thrown away', async () => {
    const flow = await bench.start();
    lake.fail({ kind: 'answer', status: 400, body: 'not like this', times: 2 });
    for (const n of [1, 2]) flow.send('share', { payload: { n } });
    await flow.arrived('rejected', 2);
    const kept = (await bench.act('rejected')) as unknown as Message[];
    assert.deepEqual(
      kept.map(({ recType, record, reason }) => [recType, record.n, reason.status, reason.text] as unknown[]),
      [
        [REC_TYPE, 1, 400, 'not like this'],
        [REC_TYPE, 2, 400, 'not like this'],
      ],
    );
    assert.deepEqual(await bench.act('resend', { ids: kept[1]?.id }), { resent: 1 });
    await eventually(() => lake.records().length === 1, 'the record that was sent again');
    assert.deepEqual(numbers(), [2]);
    assert.deepEqual(await bench.act('discard'), { discarded: 1 });
    assert.deepEqual(await bench.act('rejected'), []);
    assert.equal((await bench.caught({ action: 'discard', ids: 'all' })).error.code, 'bad_action');
  });

  it('shows that an action cannot be read', async () => {
    const flow = await bench.start();
    const { error } = await bench.caught({ action: 'discard', ids: 'all' });
    assert.match(error.message as string, /ids is "all"/);
    await flow.shown('share', 'microshare-share.status.bad_action');
  });

  it('holds everything when the token is refused, says so once, and goes on when told to', async () => {
    const flow = await bench.start();
    lake.fail({ kind: 'answer', status: 401, times: null });
    for (const n of [1, 2, 3]) flow.send('share', { payload: { n } });
    await flow.shown('share', 'microshare-share.status.unauthorized');
    await flow.arrived('completed', 3);
    assert.equal(flow.inbox('caught').length, 1);
    assert.equal(flow.inbox('caught')[0]?.error.code, 'unauthorized');
    assert.equal(flow.inbox('rejected').length, 0);
    assert.equal(lake.requests.length, 1);

    lake.heal();
    await bench.act('resume');
    await eventually(() => lake.records().length === 3, 'the records');
    assert.deepEqual(numbers(), [1, 2, 3]);
  });

  it('refuses new records with an error when it is full', async () => {
    lake.fail({ kind: 'answer', status: 503, times: null });
    const flow = await bench.start({ limitRecords: '2' });
    for (const n of [1, 2]) flow.send('share', { payload: { n } });
    await flow.arrived('completed', 2);
    assert.equal((await bench.caught({ payload: { n: 3 } })).error.code, 'full');
    assert.equal(flow.inbox('rejected').length, 0);
  });

  it('warns of no refused records where a message comes while a deploy closes the node', async () => {
    lake.fail([{ kind: 'delay', delay: 500 }]);
    const flow = await bench.start();
    flow.send('share', { payload: { n: 1 } });
    await eventually(() => lake.requests.length > 0, 'the write');
    flow.sendAtClose('share', { payload: { n: 2 } });
    await flow.deploy(bench.nodes({ tags: 'roof' }), {}, 'nodes');
    assert.equal((await flow.arrived('caught'))[0]?.error.code, 'closed');
    assert.ok(!flow.warnings('share').some((text) => text.includes('refused')));
  });

  it('drops the oldest records when it is full, where so set', async () => {
    lake.fail({ kind: 'answer', status: 503, times: null });
    const flow = await bench.start({ limitRecords: 2, whenFull: 'dropOldest' });
    for (const n of [1, 2, 3]) flow.send('share', { payload: { n } });
    await flow.arrived('completed', 3);
    const { dropped, records } = (await bench.act('stats')).store;
    assert.deepEqual([dropped, records], [1, 2]);
    await flow.shown('share', 'microshare-share.status.dropped');
    assert.match(flow.warnings('share').join(), /1 of the oldest records were dropped/);
  });

  it('says that the oldest rejected records make room for newer ones', async () => {
    lake.fail({ kind: 'answer', status: 400, times: null });
    const flow = await bench.start({ limitRecords: 20 });
    for (const n of [1, 2, 3, 4, 5]) flow.send('share', { payload: { n } });
    await flow.arrived('rejected', 5);
    const said = () => flow.warnings('share').join();
    await eventually(() => said().includes('no room for more rejected records'), 'a warning');
    assert.equal(((await bench.act('rejected')) as Message[]).length, 2);
    const told = flow.warnings('share').length;
    await bench.act('stats');
    assert.equal(flow.warnings('share').length, told);
  });

  it('drops them with an error where the message waits until it is written', async () => {
    lake.fail({ kind: 'answer', status: 503, times: null });
    const flow = await bench.start({ limitRecords: 2, whenFull: 'dropOldest', doneWhen: 'written' });
    for (const n of [1, 2, 3, 4, 5, 6]) flow.send('share', { payload: { n } });
    const caught = await flow.arrived('caught', 4);
    assert.deepEqual(
      caught.map(({ payload, error }) => [payload.n, error.code] as unknown[]).sort(),
      [1, 2, 3, 4].map((n) => [n, 'dropped']),
    );
    lake.heal();
    await bench.act('resume');
    await flow.arrived('completed', 3);
    assert.deepEqual(numbers(), [5, 6]);
  });

  it('says that it has no directory, and works in memory, over a deploy too', async () => {
    delete process.env.TTN_MICROSHARE_STATE_DIR;
    lake.fail({ kind: 'answer', status: 503, times: null });
    const flow = await bench.start();
    await flow.shown('share', 'microshare-share.status.memoryOnly');
    assert.match(flow.warnings('share').join(), /lost when Node-RED ends/);
    flow.send('share', { payload: { n: 1 } });
    await flow.arrived('completed');
    assert.equal((await bench.act('stats')).store.kind, 'memory');
    await bench.stop();
    lake.heal();
    await (await bench.start()).arrived('written');
    assert.deepEqual(numbers(), [1]);
  });

  /** A record that waits in memory alone. */
  async function takenInMemory(): Promise<Flow> {
    delete process.env.TTN_MICROSHARE_STATE_DIR;
    lake.fail({ kind: 'answer', status: 503, times: null });
    const flow = await bench.start();
    flow.send('share', { payload: { n: 1 } });
    await flow.arrived('completed');
    return flow;
  }

  it('keeps in memory what a node that is disabled has taken', async () => {
    const flow = await takenInMemory();
    await flow.deploy(bench.nodes({ d: true }));
    lake.heal();
    await flow.deploy(bench.nodes());
    await flow.arrived('written');
    assert.deepEqual(numbers(), [1]);
  });

  it('keeps in memory what a node has taken, until its deletion, or its change of account, is undone', async () => {
    const flow = await takenInMemory();
    const [account, share, ...others] = bench.nodes() as [FlowNode, FlowNode, ...FlowNode[]];
    await flow.deploy([account, ...others]);
    await flow.deploy([account, { ...account, id: 'another' }, { ...share, account: 'another' }, ...others]);
    await eventually(
      () => /keeps 1 records .*lost when Node-RED ends/.test(flow.warnings('share').join()),
      'the warning',
    );
    lake.heal();
    await flow.deploy(bench.nodes());
    await flow.arrived('written');
    assert.deepEqual(numbers(), [1]);
  });

  it('takes the limits of a deploy in memory, too', async () => {
    delete process.env.TTN_MICROSHARE_STATE_DIR;
    lake.fail({ kind: 'answer', status: 503, times: null });
    const before = await bench.start({ limitRecords: 1 });
    before.send('share', { payload: { n: 1 } });
    await before.arrived('completed');
    assert.equal((await bench.caught({ payload: { n: 2 } })).error.code, 'full');
    await bench.stop();
    const after = await bench.start({ limitRecords: 2 });
    after.send('share', { payload: { n: 3 } });
    await after.arrived('completed');
    lake.heal();
    await bench.act('resume');
    await after.arrived('written', 3);
    assert.deepEqual(numbers(), [1, 3]);
  });

  it('tells every message that the directory cannot be used', async () => {
    process.env.TTN_MICROSHARE_STATE_DIR = join(bench.stateDir, 'file');
    writeFileSync(process.env.TTN_MICROSHARE_STATE_DIR, '');
    const flow = await bench.start();
    await flow.shown('share', 'microshare-share.status.cannot_open');
    for (const n of [1, 2]) assert.equal((await bench.caught({ payload: { n } })).error.code, 'cannot_open');
  });

  it('refuses what comes while another process has its outbox open, and nothing from the moment that this has ended', async () => {
    const directory = join(bench.stateDir, 'outbox', outboxName('share', 'account'));
    const ofAnother = await DiskStore.open({ directory });
    const flow = await bench.start();
    // One more, without a message, is of the node itself.
    const refused = () => flow.inbox('caught').filter(({ payload }) => payload !== undefined);
    for (const n of [1, 2]) flow.send('share', { payload: { n } });
    await eventually(() => refused().length === 2, 'two errors', 8_000);
    for (const { error } of refused()) assert.equal(error.code, 'locked');
    await flow.shown('share', 'microshare-share.status.locked');
    await ofAnother.close();
    await bench.written({ payload: { n: 3 } });
    assert.deepEqual(numbers(), [3]);
    assert.equal(refused().length, 2);
  });

  it('warns once of a field that Microshare may take for its own', async () => {
    const flow = await bench.start();
    for (const n of [1, 2]) await bench.written({ payload: { n, name: 'x' } });
    assert.equal(flow.warnings('share').filter((text) => text.includes('"name"')).length, 1);
  });

  it('warns once when another node writes the same uplinks to the same recType', async () => {
    const share = bench.nodes({ recType: '' }).find(({ type }) => type === 'microshare-share')!;
    const flow = await bench.start({ recType: '' }, {}, {}, [{ ...share, id: 'copy' }]);
    const send = (key: string, recType = REC_TYPE) => {
      for (const id of ['share', 'copy']) {
        flow.send(id, { payload: {}, uplink: uplink(key), recType: id === 'copy' ? recType : REC_TYPE });
      }
    };
    send('a', 'io.example.other');
    await flow.arrived('completed', 2);
    // The helper counts the warnings of all nodes together.
    assert.deepEqual(flow.warnings('share'), []);
    send('b');
    send('c');
    await flow.arrived('completed', 6);
    const [warning, ...more] = flow.warnings('share');
    assert.match(warning ?? '', /same uplinks .* twice/);
    assert.deepEqual(more, []);
  });

  it('refuses a recType that is not among those allowed', async () => {
    await bench.start({ recType: 'io.example.{{uplink.deviceId}}', allowed: 'io.example.office-*' });
    await bench.written({ payload: {}, uplink: uplink('a') });
    assert.equal(lake.records()[0]?.recType, 'io.example.office-1');
    const { error } = await bench.caught({ payload: {}, uplink: uplink('b', 'cellar') });
    assert.equal(error.code, 'bad_rectype');
  });
});
