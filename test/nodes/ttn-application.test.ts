import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sinon from 'sinon';
import { DEMO_APPLICATION, fakeApiKey } from '../../demo/things-stack/applications';
import type { CodedError } from '../../lib/errors';
import { FEED_LIMITS } from '../../lib/ttn/feed';
import { deliveryBoard } from '../../nodes/shared/delivery-board';
import { eventually } from '../eventually';
import { RemoteStack, standStill } from './remote-stack';
import { TtnBench } from './ttn-bench';

const SILENT_KEY = fakeApiKey('silent');
const OTHER_KEY = { ...DEMO_APPLICATION.apiKeys[0]!, key: fakeApiKey('other') };
const OTHER_APPLICATION = {
  ...DEMO_APPLICATION,
  applicationId: 'other-sensors',
  apiKeys: [OTHER_KEY],
};

describe('ttn-application', () => {
  const bench = new TtnBench();

  beforeEach(() => {
    const silent = { key: SILENT_KEY, rights: ['RIGHT_APPLICATION_TRAFFIC_DOWN_WRITE' as const] };
    const first = { ...DEMO_APPLICATION, apiKeys: [...DEMO_APPLICATION.apiKeys, silent] };
    return bench.open([first, OTHER_APPLICATION]);
  });

  afterEach(() => bench.close());

  it('fetches what was sent while the broker was down', async () => {
    const flow = await bench.connected();
    await bench.firstUplink();
    await bench.stack.stop();
    for (let i = 0; i < 20; i++) bench.stack.publishUplink({ deviceId: 'office-1' });
    await bench.stack.start();
    await bench.eachOnce(21);
    // Of the first, the copy in storage may have come before the live one.
    assert.ok(bench.messages.every(({ uplink }) => uplink.fCnt === 0 || uplink.recovered === true));
    await flow.shown('up', 'ttn-uplink.status.recovered');
  });

  it('tells of a connection that breaks again and again at first after a minute once more, and of one outage once', async () => {
    const flow = await bench.connected();
    const codes = () => flow.errors('app').map((error) => (error as CodedError).code);
    const breaks = async () => {
      const subscribed = once(bench.stack, 'subscribed');
      bench.stack.disconnectAll();
      await subscribed;
    };
    for (let time = 0; time < 5; time++) await breaks();
    assert.deepEqual(codes(), ['connection_lost']);
    const now = performance.now.bind(performance);
    sinon.stub(performance, 'now').callsFake(() => now() + 61_000);
    await breaks();
    assert.deepEqual(codes(), ['connection_lost', 'connection_lost']);
    for (const reason of [
      'rate-limit',
      'too-many-connections',
      'rate-limit',
      'too-many-connections',
    ] as const) {
      bench.stack.refuse(reason);
      bench.stack.disconnectAll();
      await sleep(200);
    }
    assert.deepEqual(codes().slice(2), ['no_answer', 'too_many_connections']);
  });

  it('tells nothing of what it recovered as lost, outage after outage and deploy after deploy', async () => {
    sinon.stub(FEED_LIMITS, 'recheckMs').value(500);
    sinon.stub(FEED_LIMITS, 'tickMs').value(50);
    const flow = await bench.connected();
    let sent = 0;
    const send = (more = {}) => {
      bench.stack.publishUplink({ deviceId: 'office-1', ...more });
      return bench.distinct(++sent);
    };
    for (let outage = 0; outage < 2; outage++) {
      await send();
      await bench.stack.stop();
      const missed = [send(), send(), send()];
      await bench.stack.start();
      await Promise.all(missed);
      // The same again keeps the connection, another takes up what the one before has written down.
      for (const silenceMinutes of [0, 0, 5]) {
        await flow.deploy(bench.nodes({ silenceMinutes }), bench.credentials());
        await send();
      }
    }
    const lostOnTheRadio = 5;
    await send({ fCnt: sent + lostOnTheRadio });
    const line = () => deliveryBoard.applications.get('app')();
    await eventually(() => line().lostOnTheRadio! > 0, 'the loss');
    assert.equal(line().lostOnTheRadio, lostOnTheRadio);
    assert.equal(line().lostWhileAway, 0);
    await bench.eachOnce(sent);
  });

  it('fetches after a restart of Node-RED what was sent meanwhile', async () => {
    sinon.stub(FEED_LIMITS, 'processedMs').value(0);
    await bench.connected();
    await bench.firstUplink();
    await bench.stop();
    await eventually(() => bench.stack.connections.length === 0, 'no connection');
    const files = readdirSync(join(bench.directory, 'applications'));
    assert.match(files.join(), /^app-[0-9a-f]{8}\.journal$/);
    bench.stack.publishUplink({ deviceId: 'office-1' });
    await bench.connected();
    await bench.eachOnce(2);
  });

  it('fetches after a restart, too, what may still have been on its way through the flow', async () => {
    await bench.connected();
    await bench.firstUplink();
    await bench.stop();
    await bench.connected();
    await eventually(() => bench.messages.length === 2, 'the uplink once more');
    const [first, again] = bench.messages;
    assert.equal(again?.uplink.key, first?.uplink.key);
    assert.equal(again?.uplink.recovered, true);
  });

  it('fetches nothing that was sent before the very first start, nor after a restart', async () => {
    sinon.stub(FEED_LIMITS, 'processedMs').value(0);
    bench.stack.publishUplink({ deviceId: 'office-1' });
    await sleep(10);
    await bench.connected();
    bench.stack.publishUplink({ deviceId: 'office-1' });
    await bench.distinct(1);
    await bench.stop();
    bench.stack.publishUplink({ deviceId: 'office-1' });
    await bench.connected();
    await bench.eachOnce(2);
  });

  it('loses nothing when Node.js stands still for a while at 900 uplinks a second', async () => {
    const stack = await RemoteStack.start();
    try {
      await bench.connected(bench.nodes({ host: stack.url, apiUrl: stack.apiUrl }));
      const sent = stack.tell({ do: 'send', count: 2_700, perSecond: 900 });
      await sleep(500);
      standStill(2_000);
      await sent;
      await bench.eachOnce(2_700);
    } finally {
      await bench.stop();
      await stack.close();
    }
  });

  it('fetches what was sent before the very first start, as far back as is chosen', async () => {
    bench.stack.publishUplink({ deviceId: 'office-1' });
    await bench.connected(bench.nodes({ lookBackHours: '1' }));
    await bench.distinct(1);
    bench.stack.publishUplink({ deviceId: 'office-1' });
    await bench.eachOnce(2);
  });

  it('fetches nothing of before for another application that is chosen', async () => {
    await bench.connected();
    await bench.firstUplink();
    bench.stack.publishUplink({ deviceId: 'office-2' }, OTHER_APPLICATION);
    const { applicationId } = OTHER_APPLICATION;
    const credentials = bench.credentials({ apiKey: OTHER_KEY.key });
    await bench.flow?.deploy(bench.nodes({ applicationId }), credentials);
    await sleep(300);
    bench.stack.publishUplink({ deviceId: 'office-3' }, OTHER_APPLICATION);
    await bench.distinct(2);
    assert.deepEqual(
      bench.messages.map(({ uplink }) => uplink.deviceId as string),
      ['office-1', 'office-3'],
    );
  });

  it('fetches nothing where recovery is off', async () => {
    await bench.connected(bench.nodes({ recovery: false }));
    await bench.firstUplink();
    await bench.stop();
    bench.stack.publishUplink({ deviceId: 'office-1' });
    await bench.connected(bench.nodes({ recovery: false }));
    await sleep(200);
    assert.equal(bench.messages.length, 1);
    assert.ok(!bench.stack.api.requests.some((request) => request.includes('uplink_message?after=')));
  });

  it('emits the kinds that a node asks for, over one connection', async () => {
    const [app, up, out] = bench.nodes({}, { kinds: ['join'] });
    await bench.connected([app!, up!, { ...up!, id: 'second', kinds: [], wires: [[]] }, out!]);
    bench.stack.publishUplink({ deviceId: 'office-1' });
    bench.stack.publishJoin({ deviceId: 'office-1' });
    await eventually(() => bench.messages.length === 1, 'the join');
    assert.equal(bench.messages[0]?.uplink.kind, 'join');
    assert.equal(bench.stack.connections.length, 1);
  });

  it('says once that storage is not enabled, and what to do', async () => {
    bench.stack.storage.disable(bench.stack.applications[0]);
    const flow = await bench.connected();
    const warned = () => flow.warnings('app').filter((text) => text.includes('(storage_disabled)'));
    await eventually(() => warned().length > 0, 'a warning');
    assert.match(warned()[0]!, /Enable it in the Console/);
    assert.equal(warned().length, 1);
  });

  it('says once that the key lacks the right to read, which the connection does not show', async () => {
    const flow = await bench.start(bench.nodes(), bench.credentials({ apiKey: SILENT_KEY }));
    await flow.shown('up', 'ttn-uplink.status.missing_right');
    const refused = () => bench.stack.api.requests.some((request) => request.includes('?after='));
    await eventually(refused, 'storage, which refuses the key, too');
    await sleep(100);
    const [caught, ...more] = flow.inbox('caught');
    assert.equal(caught?.error.code, 'missing_right');
    assert.match(String(caught?.error.message), /RIGHT_APPLICATION_TRAFFIC_READ/);
    assert.deepEqual(more, []);
  });
});
