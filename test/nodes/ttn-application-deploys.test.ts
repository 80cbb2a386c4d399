import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import sinon from 'sinon';
import { deliveryBoard } from '../../nodes/shared/delivery-board';
import { eventually } from '../eventually';
import { coreNode, userNode, type FlowNode, type Message } from './flow';
import { TtnBench } from './ttn-bench';

const DELAY = coreNode('function/89-delay');

describe('ttn-application, while it is deployed', () => {
  const bench = new TtnBench();

  beforeEach(() => bench.open());
  afterEach(() => bench.close());

  it('loses and doubles nothing in Full deploys under traffic, and keeps its connection', async () => {
    let subscriptions = 0;
    bench.stack.on('subscribed', () => subscriptions++);
    const flow = await bench.connected();
    const stop = bench.traffic(500);
    for (let deploy = 0; deploy < 5; deploy++) {
      await sleep(100);
      await flow.deploy(bench.nodes(), bench.credentials());
    }
    await bench.eachOnce(stop());
    assert.equal(subscriptions, 1);
  });

  for (const [what, application, uplink] of [
    ['nothing', {}, {}],
    ['the application', { silenceMinutes: 5 }, {}],
    ['the kinds of a node', {}, { kinds: ['up', 'join'] }],
  ] as const) {
    it(`emits once more, as it came, what was on its way in a deploy that changes ${what}`, async () => {
      let deployed: Promise<void> | undefined;
      // A function node that edits the message while the user deploys.
      const edit = userNode('edit', (node) => {
        node.on('input', (msg: Message, send, done) => {
          msg.uplink.deviceId += ' edited';
          send(msg);
          done();
          deployed ??= bench.flow?.deploy(nodes(application, uplink), bench.credentials());
        });
      });
      const nodes = (changed = {}, changedUplink = {}) => [
        ...bench.nodes(changed, { ...changedUplink, wires: [['edit']] }),
        { id: 'edit', type: 'edit', wires: [['out']] },
      ];
      await bench.connected(nodes(), bench.credentials(), [edit]);
      bench.stack.publishUplink({ deviceId: 'office-1' });
      await eventually(() => bench.messages.length > 0, 'the uplink');
      await deployed;
      await sleep(50);
      assert.deepEqual(
        bench.messages.map((msg) => msg.uplink.deviceId as string),
        ['office-1 edited'],
      );
    });
  }

  for (const [what, held, { type, ...properties }, changed] of [
    [
      'a delay',
      3,
      { type: 'delay', pauseType: 'delay', timeout: '60', timeoutUnits: 'seconds' },
      { timeout: '0.01' },
    ],
    [
      'a rate limit',
      2,
      { type: 'delay', pauseType: 'rate', rate: '1', nbRateUnits: '1', rateUnits: 'hour' },
      { rateUnits: 'second', rate: '1000' },
    ],
    ['a batch', 3, { type: 'batch', mode: 'count', count: 5 }, { count: 3 }],
  ] as const) {
    const holding = { delay: DELAY, batch: coreNode('sequence/19-batch') }[type];
    const nodes = (more: object, wires = ['holds', 'out']): FlowNode[] => [
      ...bench.nodes({}, { wires: [wires] }),
      { id: 'holds', type, ...properties, wires: [['out']], ...more },
    ];

    for (const [where, deployed] of [
      ['goes on after a deploy, and nothing else', () => nodes(changed)],
      ['comes once more where the deploy removes that node', () => nodes({}, ['out']).slice(0, -1)],
    ] as const) {
      it(`what ${what} held back ${where}`, async () => {
        const flow = await bench.connected(nodes({}), bench.credentials(), [holding]);
        for (const fCnt of [1, 2, 3]) bench.stack.publishUplink({ deviceId: 'office-1', fCnt });
        // Each comes by the other wire; what is not held back comes by this one, too.
        await eventually(() => bench.messages.length === 6 - held, 'the uplinks');
        const came = new Map(bench.messages.map(({ uplink }) => [uplink.key, uplink.recovered as boolean]));
        bench.messages.length = 0;
        await flow.deploy(deployed(), bench.credentials());
        await eventually(() => bench.messages.length >= held, 'what was held back');
        await sleep(50);
        assert.equal(bench.messages.length, held);
        assert.ok(bench.messages.every(({ uplink }) => came.get(uplink.key) === uplink.recovered));
      });
    }
  }

  it('says how many uplinks a deploy has removed with their nodes, where none takes them any more', async () => {
    const holding = userNode('holding', (node) => {
      const held: (() => void)[] = [];
      node.on('input', (_, __, done) => void held.push(done));
      node.on('close', () => held.forEach((done) => done()));
    });
    const nodes = [
      ...bench.nodes({}, { wires: [['holding']] }),
      { id: 'holding', type: 'holding', wires: [] },
    ];
    const flow = await bench.connected(nodes, bench.credentials(), [holding]);
    for (const fCnt of [1, 2, 3]) bench.stack.publishUplink({ deviceId: 'office-1', fCnt });
    await sleep(100);
    const [application] = nodes;
    await flow.deploy([application!], bench.credentials());
    const said = flow.log().filter((text) => text.includes('that this deploy has removed'));
    assert.match(said.join(), /^3 uplinks were at nodes/);
  });

  it('loses no more of a thousand that a delay holds, though others passed meanwhile', async () => {
    const delay = {
      id: 'delay',
      type: 'delay',
      pauseType: 'delay',
      timeoutUnits: 'seconds',
      wires: [['out']],
    };
    const nodes = (timeout: string, wires: string[]) => [
      ...bench.nodes({}, { wires: [wires] }),
      { ...delay, timeout },
    ];
    const flow = await bench.connected(nodes('50', ['delay']), bench.credentials(), [DELAY]);
    const deployed = (timeout: string) => flow.deploy(nodes(timeout, ['delay']), bench.credentials());
    // It is not the first deploy, and the minute after the first is over.
    const { setTimeout: start } = globalThis;
    sinon
      .stub(globalThis, 'setTimeout')
      .callsFake((run: () => void, ms?: number) => start(run, ms === 60_000 ? 10 : ms));
    await deployed('50');
    await sleep(100);
    for (let fCnt = 0; fCnt < 1000; fCnt++) bench.stack.publishUplink({ deviceId: 'office-1', fCnt });
    await sleep(500);
    await deployed('0.01');
    await bench.eachOnce(1000);
    assert.ok(!flow.log().some((text) => text.includes('that this deploy has removed')));
  });

  describe('a node that is busy with an uplink while a deploy closes it', () => {
    /** As *http request*: it sends when the answer is there, whatever has become of it. */
    const request = userNode('request', (node) => {
      node.on('input', (msg, send, done) => {
        setTimeout(() => {
          send(msg);
          done();
        }, 300);
      });
    });
    const nodes = (...out: string[]) => [
      ...bench.nodes({}, { wires: [['request']] }),
      { id: 'request', type: 'request', wires: [['out', ...out]] },
      { id: 'other', type: 'helper' },
    ];

    it('still has it handed on', async () => {
      const flow = await bench.connected(nodes(), bench.credentials(), [request]);
      const stop = bench.traffic(50);
      for (let deploy = 0; deploy < 3; deploy++) {
        await sleep(150);
        await flow.deploy(nodes(), bench.credentials());
      }
      await bench.eachOnce(stop());
    });

    it('has it handed on to each of its wires, and not to those that lead nowhere', async () => {
      const flow = await bench.connected(nodes('other', 'nowhere'), bench.credentials(), [request]);
      bench.stack.publishUplink({ deviceId: 'office-1' });
      await sleep(100);
      await flow.deploy(nodes('other', 'nowhere'), bench.credentials());
      await bench.eachOnce(1);
      assert.equal((await flow.arrived('other')).length, 1);
    });
  });

  it('what a node that stays sends to one that is being exchanged arrives', async () => {
    // As a microshare-share node that waits for an answer when it closes.
    const slow = userNode('slow', (node) => {
      node.on('input', (msg, send, done) => {
        send(msg);
        done();
      });
      node.on('close', (done: () => void) => void setTimeout(done, 300));
    });
    const later = userNode('later', (node) => {
      node.on('input', (msg, send) => void setTimeout(() => send(msg), 100));
    });
    const nodes = (name: string) => [
      ...bench.nodes({}, { wires: [['later']] }),
      { id: 'later', type: 'later', wires: [['slow']] },
      { id: 'slow', type: 'slow', name, wires: [['out']] },
    ];
    const flow = await bench.connected(nodes(''), bench.credentials(), [slow, later]);
    const stop = bench.traffic(50);
    for (const name of ['a', 'b']) {
      await sleep(150);
      await flow.deploy(nodes(name), bench.credentials(), 'nodes');
    }
    await bench.eachOnce(stop());
  });

  it('connects anew where the application was changed, and loses nothing that storage has', async () => {
    const flow = await bench.connected();
    await bench.firstUplink();
    const [before] = bench.stack.connections;
    await flow.deploy(bench.nodes({ silenceMinutes: 5 }), bench.credentials());
    bench.stack.publishUplink({ deviceId: 'office-1' });
    await bench.eachOnce(2);
    assert.equal(bench.stack.connections.length, 1);
    assert.notEqual(bench.stack.connections[0], before);
  });

  it('goes on after a deploy of modified nodes that Node-RED refuses to start', async () => {
    const nodes = bench.nodes({ recovery: false });
    const flow = await bench.connected(nodes);
    await bench.firstUplink();
    await flow.deployRefused(nodes, bench.credentials(), 'nodes');
    bench.stack.publishUplink({ deviceId: 'office-1' });
    await bench.eachOnce(2);
    assert.equal(flow.status('up'), 'ttn-uplink.status.now');
    await flow.deploy(nodes, bench.credentials(), 'nodes');
    bench.stack.publishUplink({ deviceId: 'office-1' });
    await bench.eachOnce(3);
  });

  describe('while Node-RED has closed nodes, and starts none', () => {
    const place = (z: string) => ({ z, x: 0, y: 0 });
    const flow = ({ app = {}, env = [] as object[], out = {}, elsewhere = {} } = {}): FlowNode[] => {
      const [application, uplink, end] = bench.nodes({ recovery: false, ...app }) as [
        FlowNode,
        FlowNode,
        FlowNode,
      ];
      return [
        { id: 'here', type: 'tab', env },
        { id: 'there', type: 'tab' },
        application,
        { ...uplink, ...place('here') },
        { ...end, ...place('here'), ...out },
        { id: 'elsewhere', type: 'helper', ...place('there'), ...elsewhere },
      ];
    };
    const OF_TAB = { env: [{ name: 'SITE', type: 'str', value: 'roof' }] };

    for (const [what, changed, mended] of [
      ['a node of its flow', { out: { name: 'changed' } }, {}],
      ['a variable of its tab', OF_TAB, {}],
      ['a node elsewhere, which may be behind a link', { elsewhere: { name: 'changed' } }, {}],
      ['a node, and then the application', { out: { name: 'changed' } }, { app: { silenceMinutes: 5 } }],
    ] as const) {
      it(`keeps its uplinks, and says so, after a change of ${what}`, async () => {
        const running = await bench.connected(flow());
        await bench.firstUplink();
        for (let deploy = 0; deploy < 2; deploy++) {
          await running.deployRefused(flow(changed), bench.credentials(), 'nodes');
          bench.stack.publishUplink({ deviceId: 'office-1' });
          const queued = () => deliveryBoard.applications.get('app')().queued;
          await eventually(() => queued() === deploy + 1, 'the uplink waits');
        }
        assert.match(running.warnings('app').join(), /Node-RED does not start what was deployed/);
        // With the variables of a tab all of its nodes are closed.
        if (changed !== OF_TAB) assert.equal(running.status('up'), 'ttn-uplink.status.held');
        assert.equal(bench.messages.length, 1);
        await running.deploy(flow({ ...changed, ...mended }), bench.credentials(), 'nodes');
        await bench.eachOnce(3);
      });
    }
  });

  it('serves a subflow, whose property chooses it, also when it alone is deployed, disabled and enabled', async () => {
    const env = (value: string) => [{ name: 'APP', type: 'str', value }];
    const nodes = (changed: object = {}) => {
      const [app, up, out] = bench.nodes({ recovery: false, ...changed });
      return [
        app!,
        { id: 'sf', type: 'subflow', in: [], out: [{ wires: [{ id: 'up', port: 0 }] }], env: env('') },
        { ...up!, z: 'sf', application: '${APP}', wires: [[]] },
        { id: 'instance', type: 'subflow:sf', env: env('app'), wires: [['out']] },
        out!,
      ];
    };
    let subscribed = once(bench.stack, 'subscribed');
    const flow = await bench.start(nodes());
    await subscribed;
    await bench.firstUplink();
    await flow.deploy(nodes({ name: 'renamed' }), bench.credentials(), 'nodes');
    bench.stack.publishUplink({ deviceId: 'office-1' });
    await bench.eachOnce(2);
    await flow.deploy(nodes({ d: true }), bench.credentials(), 'nodes');
    await eventually(() => bench.stack.connections.length === 0, 'no connection');
    assert.match(flow.errors('out').join(), /The TTN application app does not exist, or is disabled/);
    subscribed = once(bench.stack, 'subscribed');
    await flow.deploy(nodes({ silenceMinutes: 5 }), bench.credentials(), 'nodes');
    await subscribed;
    bench.stack.publishUplink({ deviceId: 'office-1' });
    await bench.eachOnce(3);
    assert.equal(bench.stack.connections.length, 1);
  });

  it('serves its nodes again when it was deleted, and is put back', async () => {
    const flow = await bench.connected();
    await flow.deploy(bench.nodes().slice(1), {}, 'nodes');
    await eventually(() => bench.stack.connections.length === 0, 'no connection');
    const subscribed = once(bench.stack, 'subscribed');
    await flow.deploy(bench.nodes(), bench.credentials(), 'nodes');
    await subscribed;
    await bench.firstUplink();
    await flow.deploy(bench.nodes().slice(0, 1), bench.credentials(), 'nodes');
    await eventually(() => bench.stack.connections.length === 0, 'no connection for nobody');
  });

  it('loses and doubles nothing in a Full deploy that takes long, and keeps its connection', async () => {
    let closesMs = 5_500;
    const slow = userNode('slow', (node) => {
      node.on('close', (done: () => void) => void setTimeout(done, closesMs));
    });
    const nodes = [...bench.nodes({ recovery: false }), { id: 'slow', type: 'slow', wires: [] }];
    const flow = await bench.connected(nodes, bench.credentials(), [slow]);
    const [connection] = bench.stack.connections;
    const stop = bench.traffic(20);
    await flow.deploy(nodes, bench.credentials());
    await bench.eachOnce(stop());
    assert.deepEqual(bench.stack.connections, [connection]);
    closesMs = 0;
  });

  it('keeps its connection, and what comes, until a Full deploy is mended that Node-RED refused', async () => {
    const nodes = bench.nodes({ recovery: false });
    const flow = await bench.connected(nodes);
    await bench.firstUplink();
    const [connection] = bench.stack.connections;
    for (let deploy = 0; deploy < 2; deploy++) {
      await flow.deployRefused(nodes, bench.credentials(), 'full');
      bench.stack.publishUplink({ deviceId: 'office-1' });
    }
    await flow.deploy(nodes, bench.credentials());
    await bench.eachOnce(3);
    assert.deepEqual(bench.stack.connections, [connection]);
  });

  it('gives up after five minutes what came since a Full deploy that Node-RED refused, and says so', async () => {
    const { setTimeout } = globalThis;
    const sooner = (task: () => void, ms: number) => setTimeout(task, ms === 5 * 60_000 ? 500 : ms);
    sinon.stub(globalThis, 'setTimeout').callsFake(sooner as never);
    const nodes = bench.nodes({ recovery: false });
    const flow = await bench.connected(nodes);
    await bench.firstUplink();
    await flow.deployRefused(nodes, bench.credentials(), 'full');
    bench.stack.publishUplink({ deviceId: 'office-1' });
    await eventually(() => bench.stack.connections.length === 0, 'no connection');
    await flow.deploy(nodes, bench.credentials());
    assert.match(flow.warnings('app').join(), /^1 messages are given up/);
    await eventually(() => bench.stack.connections.length === 1, 'a new connection');
  });

  it('ends the connection when nobody uses it any more, or the flows are stopped', async () => {
    const flow = await bench.connected();
    await flow.deploy(bench.nodes().slice(0, 1), bench.credentials());
    await eventually(() => bench.stack.connections.length === 0, 'no connection');
    await bench.stop();
    await bench.connected();
    await bench.stop();
    await eventually(() => bench.stack.connections.length === 0, 'no connection');
  });
});
