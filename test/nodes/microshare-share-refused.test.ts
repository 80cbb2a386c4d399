import assert from 'node:assert/strict';
import sinon from 'sinon';
import type { Lake } from '../../demo/microshare/lake';
import { Outbox, OutboxError } from '../../lib/outbox';
import { loadSqlite } from '../../lib/outbox/sqlite/node-sqlite';
import { eventually } from '../eventually';
import type { Flow, Message } from './flow';
import { REC_TYPE, ShareBench, uplink } from './share-bench';

describe('microshare-share keeps', () => {
  const bench = new ShareBench();
  let lake: Lake;

  beforeEach(async () => (lake = await bench.open()));
  afterEach(() => bench.close());

  const numbers = () => lake.records(REC_TYPE).map(({ data }) => (data as Message).n as number);
  const rejected = async () => (await bench.act('rejected')) as Message[];
  const store = async () => ((await bench.act('stats')) as { store: Message }).store;

  async function refused(flow: Flow, msg: Message): Promise<Message> {
    const before = flow.inbox('rejected').length;
    const { error } = await bench.caught(msg);
    const [left] = (await flow.arrived('rejected', before + 1)).slice(before);
    assert.deepEqual(left?.error.code, error.code);
    return left ?? {};
  }

  describe('what comes while its recType cannot be right', () => {
    const FROM_VARIABLE = { recType: 'TEST_RECTYPE', recTypeType: 'env' };

    afterEach(() => delete process.env.TEST_RECTYPE);

    it('and writes it once, and in order, when that is mended', async () => {
      const wrong = await bench.start(FROM_VARIABLE);
      await wrong.shown('share', 'microshare-share.status.bad_rectype');
      for (const n of [1, 2, 3]) wrong.send('share', { payload: { n }, uplink: uplink(`k${n}`) });
      await wrong.arrived('completed', 3);
      const [held] = await wrong.arrived('caught', 1);
      assert.match(held?.error.message as string, /TEST_RECTYPE.*Records are kept, and/);
      assert.equal(lake.requests.length, 0);
      await bench.stop();

      process.env.TEST_RECTYPE = REC_TYPE;
      const right = await bench.start(FROM_VARIABLE);
      // Whatever ttn-uplink reads once more after the restart.
      for (const n of [2, 3, 4]) right.send('share', { payload: { n }, uplink: uplink(`k${n}`) });
      await right.arrived('written', 4);
      await right.arrived('completed', 3);
      assert.deepEqual(numbers(), [1, 2, 3, 4]);
      assert.equal((await store()).duplicates, 2);
    });

    it('and what came before it was wrong is not written once more', async () => {
      await bench.start({ recType: REC_TYPE });
      await bench.written({ payload: { n: 1 }, uplink: uplink('k1') });
      await bench.stop();
      const wrong = await bench.start({ recType: REC_TYPE, allowed: 'io.other.*' });
      wrong.send('share', { payload: { n: 1 }, uplink: uplink('k1') });
      await wrong.arrived('completed', 1);
      assert.deepEqual([(await store()).records, (await store()).duplicates], [0, 1]);
    });

    it('and rejects it, to be mended in the flow, where messages bring the recType later', async () => {
      const wrong = await bench.start({ recType: 'io/example' });
      wrong.send('share', { payload: { n: 1 } });
      await wrong.arrived('completed', 1);
      await bench.stop();
      const flow = await bench.start({ recType: '' });
      const [left] = await flow.arrived('rejected', 1);
      assert.deepEqual([left?.payload, left?.error.code], [{ n: 1 }, 'bad_rectype']);
      await bench.stop();
      // As it is told to.
      await bench.start();
      await bench.act('resend');
      await bench.flow.arrived('written', 2);
      assert.deepEqual(numbers(), [1]);
    });

    it('and knows what was written while messages brought the recType, and the other way round', async () => {
      const send = async (n: number) => {
        const msg = { payload: { n }, uplink: uplink(`k${n}`), recType: REC_TYPE };
        const before = bench.flow.inbox('completed').length;
        bench.flow.send('share', msg);
        await bench.flow.arrived('completed', before + 1);
      };
      for (const [recType, ...sent] of [
        ['', 1, 2],
        [REC_TYPE, 2, 3],
        ['', 3, 4],
      ] as [string, ...number[]][]) {
        await bench.start({ recType });
        for (const n of sent) await send(n);
        await bench.stop();
      }
      await bench.start();
      await send(5);
      await bench.flow.arrived('written', 1);
      assert.deepEqual(numbers(), [1, 2, 3, 4, 5]);
    });
  });

  describe('a message of which no record can be made', () => {
    it('to be looked at, over a restart, and counts it', async () => {
      const flow = await bench.start({ recType: '' });
      const left = await refused(flow, { payload: { n: 1 }, uplink: uplink('k1'), mine: 7 });
      const [kept] = await rejected();
      assert.equal(left.microshare.kept, kept?.id);
      await bench.stop();

      await bench.start({ recType: '' });
      const [{ id, device, message, reason, ...more }] = (await rejected()) as [Message];
      assert.deepEqual([id, device], [kept?.id, 'app/office-1']);
      assert.deepEqual([message.payload, message.mine], [{ n: 1 }, 7]);
      assert.deepEqual([reason.code, 'record' in more, 'recType' in more], ['bad_rectype', false, false]);
      assert.match(reason.message as string, /recType is missing/);
      assert.equal((await store()).rejected, 1);
    });

    it('and makes and writes it when it is sent again, once its cause is gone', async () => {
      const flow = await bench.start({ recType: '', record: 'unpacked' });
      for (const n of [1, 2]) {
        const readings = [{ channel: 1, type: 103, name: 'temperature', value: n, unit: '°C' }];
        await refused(flow, { payload: {}, uplink: uplink(`k${n}`), lpp: { readings } });
      }
      await bench.stop();
      const mended = await bench.start({ record: 'unpacked' });
      assert.deepEqual(await bench.act('resend'), { resent: 2 });
      await mended.arrived('written', 3);
      const written = lake.records(REC_TYPE).map(({ data }) => data as Record<string, [{ value: number }]>);
      assert.deepEqual(
        written.map(({ temperature }) => temperature?.[0].value),
        [1, 2],
      );
      assert.deepEqual([(await store()).records, (await store()).rejected], [0, 0]);
    });

    it('and writes it once, though its uplink came again meanwhile', async () => {
      const flow = await bench.start({ recType: '' });
      const msg = { payload: { n: 1 }, uplink: uplink('k1') };
      await refused(flow, { ...msg });
      await refused(flow, { ...msg });
      await bench.stop();
      await bench.start();
      await bench.written({ ...msg });
      assert.deepEqual(await bench.act('resend'), { resent: 2 });
      assert.deepEqual([(await store()).records, (await store()).duplicates], [0, 2]);
      assert.deepEqual(numbers(), [1]);
    });

    it('among others, of which some are chosen', async () => {
      const flow = await bench.start({ recType: '' });
      lake.fail({ kind: 'answer', status: 400 });
      await bench.caught({ payload: { n: 1 }, recType: REC_TYPE });
      for (const n of [2, 3]) await refused(flow, { payload: { n } });
      const [first, second, third] = await rejected();
      await bench.stop();
      await bench.start();
      assert.deepEqual(await bench.act('resend', { ids: [first?.id, third?.id, 99] }), { resent: 2 });
      await bench.flow.arrived('written', 3);
      assert.deepEqual(numbers(), [1, 3]);
      assert.deepEqual(await bench.act('discard', { ids: second?.id as number }), { discarded: 1 });
      assert.deepEqual(await rejected(), []);
    });

    it('and tells of it anew when it is sent again, and still wrong', async () => {
      const flow = await bench.start();
      // As JSON it would be null, which nobody measured.
      await refused(flow, { payload: { n: NaN } });
      const [before] = await rejected();
      assert.deepEqual(await bench.act('resend'), { resent: 1 });
      const [, again] = await flow.arrived('rejected', 2);
      assert.ok(Number.isNaN(again?.payload.n));
      assert.equal((await flow.arrived('caught', 2))[1]?.error.code, 'bad_record');
      const [after, ...more] = await rejected();
      assert.deepEqual([after?.reason.code, more], ['bad_record', []]);
      assert.notEqual(after?.id, before?.id);
      assert.equal(lake.requests.length, 0);
    });

    it('and leaves it there, and says so, when it is sent again and the outbox is full', async () => {
      await refused(await bench.start({ recType: '' }), { payload: { n: 1 } });
      await bench.stop();
      lake.fail({ kind: 'answer', status: 503, times: null });
      const flow = await bench.start({ limitRecords: '1' });
      flow.send('share', { payload: { n: 2 } });
      await flow.arrived('completed');
      const { error } = await bench.caught({ action: 'resend' });
      assert.equal(error.code, 'full');
      assert.equal((await store()).rejected, 1);
      assert.equal(flow.inbox('written').length, 1, 'what was asked last');
    });

    it('and leaves it there, and says so, when it was damaged on the disk', async () => {
      const flow = await bench.start({ recType: '' });
      for (const n of [1, 2]) await refused(flow, { payload: { n } });
      await bench.stop();
      const file = `${bench.stateDir}/outbox/share-account/outbox.sqlite`;
      const database = new (loadSqlite())(file, { defensive: true });
      database.exec(`UPDATE rejected SET body = 'AAAA' WHERE id = 1`);
      database.close();
      await bench.start();
      assert.deepEqual(await bench.act('resend'), { resent: 1 });
      assert.deepEqual(await bench.act('resend', { ids: 1 }), { resent: 0 });
      assert.match(bench.flow.warnings('share').join(), /The message 1 .*cannot be read/);
      assert.deepEqual(
        (await rejected()).map(({ id, message, reason }) => [id, message, reason.code] as unknown),
        [[1, 'AAAA', 'damaged']],
      );
      assert.deepEqual(numbers(), [2]);
    });

    it('once, and writes it once, though it is sent again twice at a time', async () => {
      const flow = await bench.start({ recType: '' });
      for (const n of [1, 2, 3]) await refused(flow, { payload: { n } });
      for (let click = 0; click < 2; click++) flow.send('share', { action: 'resend' });
      await flow.arrived('written', 2);
      assert.deepEqual(
        (await rejected()).map(({ message }) => message.payload.n as number),
        [1, 2, 3],
      );
      await bench.stop();
      await bench.start();
      await bench.act('resend');
      await bench.flow.arrived('written', 4);
      assert.deepEqual(numbers(), [1, 2, 3]);
    });

    it('until the flow has mended it, by however many turns', async () => {
      const flow = await bench.start({ recType: '' });
      let msg: Message = { payload: { n: 1 }, uplink: uplink('k1') };
      for (let turn = 0; turn < 3; turn++) msg = await refused(flow, { ...msg });
      await bench.written({ ...msg, recType: REC_TYPE });
      assert.deepEqual([(await store()).records, (await store()).rejected], [0, 0]);
      assert.deepEqual(await bench.act('resend'), { resent: 0 });
      assert.deepEqual(numbers(), [1]);
    });

    it('and lets it out once more when it is sent again, however many turns it went before', async () => {
      const circle = await bench.start({ recType: '', wires: [['written'], ['rejected', 'share']] });
      circle.send('share', { payload: { n: 1 } });
      await circle.arrived('rejected', 10);
      await bench.stop();
      const flow = await bench.start({ recType: '' });
      await bench.act('resend');
      const [left] = await flow.arrived('rejected');
      await bench.written({ ...left, recType: REC_TYPE });
      assert.deepEqual([numbers(), await rejected()], [[1], []]);
    });

    it('and tells Catch nodes when it is made, and Microshare refuses it', async () => {
      const flow = await bench.start({ recType: '', doneWhen: 'written' });
      await refused(flow, { payload: { n: 1 } });
      await bench.stop();
      await bench.start({ doneWhen: 'written' });
      lake.fail({ kind: 'answer', status: 400 });
      await bench.act('resend');
      assert.equal((await bench.flow.arrived('caught', 1))[0]?.error.code, 'rejected');
    });

    it('in its order among the records of its device', async () => {
      const flow = await bench.start({ recType: '' });
      const send = (n: number, recType?: string) =>
        bench.caught({ payload: { n }, uplink: uplink(`k${n}`), ...(recType && { recType }) });
      await send(1);
      lake.fail({ kind: 'answer', status: 400 });
      await send(2, REC_TYPE);
      await send(3);
      assert.equal(flow.inbox('rejected').length, 3);
      await bench.stop();
      await bench.start();
      await bench.act('resend');
      await bench.flow.arrived('written', 4);
      assert.deepEqual(numbers(), [1, 2, 3]);
    });

    it('until each of its records is stored', async () => {
      const flow = await bench.start({ recType: '', limitMB: '0.002', notAnObject: 'each' });
      await refused(flow, { payload: [{ n: 1, pad: 'x'.repeat(3_000) }, { n: 2 }] });
      await bench.stop();
      await bench.start({ limitMB: '0.002', notAnObject: 'each' });
      assert.equal((await bench.caught({ action: 'resend' })).error.code, 'full');
      await bench.stop();
      await bench.start({ notAnObject: 'each' });
      assert.deepEqual(await bench.act('resend'), { resent: 1 });
      await bench.flow.arrived('written', 3);
      assert.deepEqual([numbers(), await rejected()], [[1, 2], []]);
    });

    it('although many come at a time, before those that follow, and when the node ends', async () => {
      const flow = await bench.start({ recType: '' });
      for (let n = 0; n < 50; n++) flow.send('share', { payload: { n } });
      flow.send('share', { payload: { n: 50 }, recType: REC_TYPE });
      await bench.stop();
      await bench.start();
      assert.deepEqual(
        (await rejected()).map(({ message }) => message.payload.n as number),
        Array.from({ length: 50 }, (_, n) => n),
      );
    });

    it('without the access key in what the stack before sent', async () => {
      const flow = await bench.start({ recType: '' });
      await refused(flow, { payload: {}, ttn: { dev_id: 'a', downlink_url: 'https://x/?key=secret' } });
      assert.doesNotMatch(JSON.stringify(await rejected()), /secret/);
    });

    it('without the session key of a payload that TTN does not decrypt', async () => {
      const flow = await bench.start({ recType: '' });
      const uplink_message = { frm_payload: 'A2cBEA==', app_s_key: { key: 'secret' } };
      await refused(flow, { payload: {}, ttn: { end_device_ids: {}, uplink_message } });
      const [{ message }] = (await rejected()) as [Message];
      assert.deepEqual(message.ttn.uplink_message, { frm_payload: 'A2cBEA==', app_s_key: {} });
    });

    it('at least the last one, however small the outbox is', async () => {
      const flow = await bench.start({ recType: '', limitRecords: '5' });
      for (const n of [1, 2]) await refused(flow, { payload: { n } });
      assert.deepEqual(
        (await rejected()).map(({ message }) => message.payload.n as number),
        [2],
      );
    });

    it('but not one so large that it would push out all others', async () => {
      const flow = await bench.start({ recType: '', limitMB: '1' });
      await refused(flow, { payload: { n: 1 } });
      const left = await refused(flow, { payload: Buffer.alloc(200_000) });
      assert.equal(left.error.code, 'bad_rectype');
      assert.match(left.error.message as string, /recType is missing.* The message is not kept: .*0\.1 MB/);
      assert.equal('kept' in left.microshare, false);
      assert.deepEqual((await bench.act('stats')).refused, { full: 1 });
      assert.deepEqual(
        (await rejected()).map(({ message }) => message.payload.n as number),
        [1],
      );
    });

    it('or tells its source that the disk is full, to which it may be handed back', async () => {
      const flow = await bench.start({ recType: '' });
      sinon.stub(Outbox.prototype, 'reject').rejects(new OutboxError('disk_full', 'The disk is full.'));
      const { error } = await bench.caught({ payload: { n: 1 } });
      assert.equal(error.code, 'disk_full');
      assert.equal(flow.inbox('rejected').length, 0);
    });

    it('and takes none of one node for one of another', async () => {
      const share = bench.nodes({ recType: '' }).find(({ type }) => type === 'microshare-share')!;
      const flow = await bench.start({ recType: '' }, {}, {}, [{ ...share, id: 'other' }]);
      for (const id of ['share', 'other']) flow.send(id, { payload: { id } });
      await flow.arrived('rejected', 2);
      await bench.stop();
      const after = await bench.start({}, {}, {}, [{ ...share, id: 'other', recType: REC_TYPE }]);
      for (const id of ['share', 'other']) after.send(id, { action: 'resend' });
      await after.arrived('written', 4);
      assert.deepEqual(after.warnings('share'), []);
    });

    it('and forgets the failure when it is discarded', async () => {
      const flow = await bench.start({ recType: '' });
      await refused(flow, { payload: { n: 1 } });
      await flow.shown('share', 'microshare-share.status.bad_rectype');
      await bench.act('discard');
      await eventually(() => flow.status('share') === undefined, 'an empty status');
    });

    it('without the connection of an "http in" node, and what else no disk can keep', async () => {
      const flow = await bench.start({ recType: '' });
      const req = { headers: { authorization: 'secret' } };
      const payload = { n: 1, call: () => 1, list: [() => 1, 2] };
      await refused(flow, { payload, topic: 'a', req, res: { send: () => undefined } });
      const [{ message }] = (await rejected()) as [Message];
      assert.deepEqual(Object.keys(message as object).sort(), ['_msgid', 'payload', 'topic']);
      assert.deepEqual(message.payload.n, 1);
    });

    it('and lists and exports it although JSON has no form for it', async () => {
      const flow = await bench.start({ recType: '' });
      const circular: Message = { n: 1 };
      circular.self = circular;
      await refused(flow, { payload: circular });
      await refused(flow, { payload: 10n });
      for (const route of ['rejected', 'export']) {
        const { status, text } = await bench.ask(`/microshare-share/share/${route}`, 'microshare-share.read');
        assert.equal(status, 200);
        assert.match(text, /Circular.*10n/s);
      }
    });
  });
});
