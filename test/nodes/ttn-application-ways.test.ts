import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import sinon from 'sinon';
import { startLake, type Lake } from '../../demo/microshare/lake';
import { DEMO_APPLICATION, fakeApiKey, type Application } from '../../demo/things-stack/applications';
import { FEED_LIMITS } from '../../lib/ttn/feed';
import lppDecode from '../../nodes/lpp-decode';
import microshareAccount from '../../nodes/microshare-account';
import microshareShare from '../../nodes/microshare-share';
import { deliveryBoard } from '../../nodes/shared/delivery-board';
import { eventually } from '../eventually';
import { startBroker, type Broker } from '../lib/ttn/transports/aedes';
import { coreNode, NUMBER_VARIABLE, type FlowNode } from './flow';
import { TtnBench } from './ttn-bench';

const SECRET = 'a-long-random-text';
const TOPIC = 'v3/demo-sensors@ttn/devices/office-1/up';
const SPLITTING = ['sequence/17-split', 'function/10-switch'].map(coreNode);
const NOT_SET = '${NO_SUCH_VARIABLE}';

describe('the ways into ttn-application', () => {
  const bench = new TtnBench();

  afterEach(() => bench.close());

  const message = (fCnt: number) => ({
    end_device_ids: { device_id: 'office-1', application_ids: { application_id: 'demo-sensors' } },
    received_at: '2026-04-16T11:54:13.995136483Z',
    uplink_message: {
      f_port: 1,
      f_cnt: fCnt,
      frm_payload: 'A2cBEA==',
      received_at: '2026-04-16T11:54:13.787593298Z',
    },
  });

  describe('a private v2 network', () => {
    it('brings its uplinks', async () => {
      const v2: Application = {
        applicationId: 'old-sensors',
        tenantId: '',
        version: 'v2',
        apiKeys: [{ key: 'ttn-account-v2.FAKE', rights: ['RIGHT_APPLICATION_TRAFFIC_READ'] }],
      };
      await bench.open([v2]);
      await bench.connected(
        bench.nodes({ transport: 'v2', applicationId: 'old-sensors' }),
        bench.credentials({ apiKey: 'ttn-account-v2.FAKE' }),
      );
      bench.stack.publishV2Uplink({ deviceId: 'office-1', bytes: Buffer.from('03670110', 'hex') });
      await eventually(() => bench.messages.length === 1, 'the uplink');
      assert.equal(bench.messages[0]?.topic, 'old-sensors/devices/office-1/up');
      assert.deepEqual(bench.messages[0]?.payload, Buffer.from('03670110', 'hex'));
    });
  });

  describe('a webhook', () => {
    beforeEach(() => bench.open());

    const nodes = (more: object = {}) =>
      bench.nodes({ transport: 'webhook', webhookPath: 'here', host: '', applicationId: '', ...more });
    const secret = () => bench.credentials({ webhookSecret: SECRET });
    /** A second application with the same path. */
    const other = () => {
      const [app, up] = nodes();
      return [
        { ...app!, id: 'other' },
        { ...up!, id: 'up2', application: 'other' },
      ];
    };
    const secrets = () => ({ ...secret(), other: { webhookSecret: SECRET } });
    const post = (body: unknown, headers: Record<string, string> = { authorization: `Bearer ${SECRET}` }) =>
      fetch(`${bench.url}/ttn/here`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });

    it('takes messages with the secret, and answers when the flow has them', async () => {
      await bench.connected(nodes(), secret());
      const answer = await post(message(1));
      assert.equal(answer.status, 200);
      await eventually(() => bench.messages.length === 1, 'the uplink');
      assert.equal(bench.messages[0]?.topic, 'v3/demo-sensors/devices/office-1/up');
      assert.equal((await post(message(2), {})).status, 401);
      assert.equal((await post({ no: 'message' })).status, 400);
      assert.equal((await fetch(`${bench.url}/ttn/elsewhere`, { method: 'POST' })).status, 404);
    });

    it('is gone with its node, and has another path when that is changed', async () => {
      const flow = await bench.connected(nodes(), secret());
      await flow.deploy(nodes({ webhookPath: 'there' }), secret());
      await eventually(async () => (await post(message(1))).status === 404, 'the end of the path');
    });

    it('loses nothing while the flow is deployed', async () => {
      const flow = await bench.connected(nodes(), secret());
      const answers: Promise<Response>[] = [];
      const timer = setInterval(() => answers.push(post(message(answers.length))), 5);
      for (let i = 0; i < 3; i++) {
        await sleep(60);
        await flow.deploy(nodes(), secret());
      }
      clearInterval(timer);
      const statuses = (await Promise.all(answers)).map(({ status }) => status);
      assert.deepEqual(new Set(statuses), new Set([200]));
      await eventually(() => bench.messages.length === statuses.length, 'all uplinks');
    });

    it('says where two applications have one path, and lets the second in when it is free', async () => {
      const flow = await bench.start([...nodes(), ...other()], secrets());
      const [caught] = await flow.arrived('caught');
      assert.match(caught?.error.message as string, /Another application has the webhook path "here"/);
      await flow.shown('up2', 'ttn-uplink.status.bad_configuration');
      await flow.deploy([...nodes({ webhookPath: 'there' }), ...other()], secrets());
      await flow.shown('up2', 'ttn-uplink.status.waiting');
      assert.equal((await post(message(1))).status, 200);
    });

    it('gives its path to another application in one deploy, while an uplink waits', async () => {
      const stored = (webhookPath: string) => nodes({ webhookPath, acknowledge: 'stored' });
      const flow = await bench.connected(stored('here'), secret());
      const waits = post(message(1));
      await eventually(() => bench.messages.length === 1, 'the uplink');
      await flow.deploy([...stored('there'), ...other()], secrets());
      await flow.shown('up2', 'ttn-uplink.status.waiting');
      assert.equal((await waits).status, 503);
      assert.equal((await post(message(2))).status, 200);
      assert.deepEqual(flow.inbox('caught'), []);
    });

    it('says where the secret is missing', async () => {
      await (await bench.start(nodes())).shown('up', 'ttn-uplink.status.bad_configuration');
    });

    it('stays shut where the variable of the secret is not set: its name would be the secret', async () => {
      const flow = await bench.start(nodes(), bench.credentials({ webhookSecret: NOT_SET }));
      await flow.shown('up', 'ttn-uplink.status.bad_configuration');
      assert.equal((await post(message(1), { authorization: `Bearer ${NOT_SET}` })).status, 404);
    });

    it('fetches what could not be delivered, with a host and a key', async () => {
      const recovering = nodes({ host: bench.stack.url, applicationId: 'demo-sensors' });
      await bench.connected(recovering, secret());
      bench.stack.publishUplink({ deviceId: 'office-1' });
      await bench.stop();
      await bench.connected(recovering, secret());
      await eventually(() => bench.messages.length === 1, 'the uplink');
      assert.equal(bench.messages[0]?.uplink.recovered, true);
    });

    it('tells of no lost frames behind a load balancer, where others have them and it fetches nothing', async () => {
      await bench.connected(nodes({ recovery: false }), secret());
      const line = deliveryBoard.applications.get('app')();
      assert.deepEqual([line.lostOnTheRadio, line.lostWhileAway], [undefined, undefined]);
    });

    it('fetches, while it runs, what is missing between two frames', async () => {
      sinon.stub(FEED_LIMITS, 'lateMs').value(100);
      sinon.stub(FEED_LIMITS, 'tickMs').value(50);
      sinon.stub(FEED_LIMITS, 'recheckMs').value(100);
      const recovering = nodes({ host: bench.stack.url, applicationId: 'demo-sensors' });
      await bench.connected(recovering, secret());
      await eventually(() => bench.stack.api.requests.length >= 2, 'the readings of the start');
      const [first, , third] = [1, 2, 3].map(() => bench.stack.publishUplink({ deviceId: 'office-1' }));
      for (const delivered of [first, third]) assert.equal((await post(delivered)).status, 200);
      await eventually(() => bench.messages.length === 3, 'the missing uplink');
      assert.deepEqual(
        bench.messages.map(({ uplink }) => uplink.recovered as boolean),
        [false, false, true],
      );
    });
  });

  describe('an MQTT broker', () => {
    let broker: Broker;
    let acknowledged: number;

    beforeEach(async () => {
      await bench.open();
      broker = await startBroker();
      acknowledged = 0;
      broker.aedes.on('ack', () => acknowledged++);
    });

    afterEach(async () => {
      await bench.stop();
      await broker.close();
    });

    const nodes = (more: object = {}) =>
      bench.nodes({ transport: 'broker', host: broker.url, mqttVersion: '3.1.1', ...more });
    const publish = (fCnt: number) => broker.publish(TOPIC, JSON.stringify(message(fCnt)));

    it('keeps what comes while Node-RED is away', async () => {
      await bench.connected(nodes());
      await publish(1);
      await eventually(() => acknowledged === 1, 'the acknowledgement');
      await bench.stop();
      await publish(2);
      await bench.start(nodes());
      await eventually(() => bench.messages.length === 2, 'both uplinks');
      assert.deepEqual(
        bench.messages.map((msg) => msg.uplink.fCnt as number),
        [1, 2],
      );
    });

    it('is not asked again for what Node-RED cannot copy: that is told, and left out', async () => {
      const [application, up, out] = nodes() as [FlowNode, FlowNode, FlowNode];
      const others = [
        { ...up, id: 'other', wires: [['out', 'out']] },
        { ...up, id: 'second', wires: [['out']] },
      ];
      const flow = await bench.connected([application, { ...up, wires: [['out', 'out']] }, ...others, out]);
      const deep = JSON.stringify(message(1)).replace('{', `{"deep":${'['.repeat(6000)}${']'.repeat(6000)},`);
      await broker.publish(TOPIC, deep);
      await publish(2);
      await eventually(() => acknowledged === 2, 'both acknowledgements');
      const caught = await flow.arrived('caught', 3);
      for (const { error, topic } of caught) {
        assert.match(error.message as string, /office-1 could not be handed on.*nested too deep/);
        assert.equal(topic, TOPIC);
      }
      await eventually(() => bench.messages.length > 0, 'the other uplink');
      assert.deepEqual([...new Set(bench.messages.map((msg) => msg.uplink.fCnt as number))], [2]);
    });

    it('is said, once, not to keep messages of QoS 0', async () => {
      const flow = await bench.connected(nodes());
      const told = () => flow.warnings('app').filter((text) => text.includes('queue_qos0_messages true'));
      await publish(1);
      await eventually(() => bench.messages.length === 1, 'an uplink of QoS 1');
      assert.deepEqual(told(), []);
      for (const fCnt of [2, 3]) await broker.publish(TOPIC, JSON.stringify(message(fCnt)), 0);
      await eventually(() => bench.messages.length === 3, 'two of QoS 0');
      assert.equal(told().length, 1);
    });

    describe('that waits until a microshare-share node has the record', () => {
      let lake: Lake;
      beforeEach(async () => {
        lake = await startLake();
      });
      afterEach(async () => {
        await bench.stop();
        await lake.close();
      });

      const share = (more: object): FlowNode[] => [
        {
          ...{ id: 'account', type: 'microshare-account', mode: 'pipe', readBack: true },
          ...{ apiUrl: lake.apiUrl, authUrl: lake.url },
        },
        {
          ...{ id: 'share', type: 'microshare-share', account: 'account', recType: 'io.example.room' },
          ...{ recTypeType: 'str', record: 'received', property: 'ttn', wires: [[], []], ...more },
        },
      ];
      const login = () => {
        const { username, password, clientId: apiKey } = lake.accounts[0]!;
        return { username, password, apiKey };
      };
      const start = (
        wires: string[][],
        more: object = {},
        shareMore: object = {},
        between: FlowNode[] = [],
      ) =>
        bench.connected(
          [...nodes({ acknowledge: 'stored', ...more }), ...between, ...share(shareMore)].map((node) =>
            node.id === 'out' ? { ...node, wires } : node,
          ),
          { ...bench.credentials(), account: { token: lake.issueToken(), ...login() } },
          [lppDecode, ...SPLITTING, microshareAccount, microshareShare],
        );

      it('acknowledges then', async () => {
        await start([['share']]);
        await publish(1);
        await eventually(() => acknowledged === 1, 'the acknowledgement');
        await eventually(() => lake.records().length === 1, 'the record');
      });

      it('acknowledges what is stored while Microshare is down, though it is done when the record is written', async () => {
        lake.fail({ kind: 'answer', status: 503, times: null });
        const flow = await start([['share']], { acknowledgeSeconds: '0.5' }, { doneWhen: 'written' });
        await publish(1);
        await eventually(() => acknowledged === 1, 'the acknowledgement');
        await sleep(600);
        assert.deepEqual(flow.inbox('caught'), []);
      });

      it('acknowledges what Microshare refuses for good: it is kept with the rejected records', async () => {
        lake.fail({ kind: 'answer', status: 400, body: 'bad' });
        await start([['share']], {}, { doneWhen: 'written' });
        await publish(1);
        await eventually(() => acknowledged === 1, 'the acknowledgement');
      });

      describe('and makes each reading of an uplink a list of messages', () => {
        const TWO_READINGS = Buffer.from('03670110056700ff', 'hex').toString('base64');
        const FIELDS_OF_A_READING = 5;
        const uplink = message(1);
        uplink.uplink_message.frm_payload = TWO_READINGS;
        /** @param most of the readings that get to the node */
        const startLists = (most: number, more: object = {}) =>
          start([['lpp']], more, {}, [
            { id: 'lpp', type: 'lpp-decode', split: true, wires: [['split']] },
            { id: 'split', type: 'split', wires: [['some']] },
            {
              ...{ id: 'some', type: 'switch', property: 'parts.parts.index', propertyType: 'msg' },
              ...{ rules: [{ t: 'lt', v: String(most), vt: 'num' }], outputs: 1, wires: [['share']] },
            },
          ]);

        it('acknowledges when the last one of the last list is stored', async () => {
          await startLists(2);
          await broker.publish(TOPIC, JSON.stringify(uplink));
          await eventually(() => acknowledged === 1, 'the acknowledgement');
          await eventually(() => lake.records().length === 2 * FIELDS_OF_A_READING, 'all records');
        });

        it('hands the uplink back when only the first list is stored', async () => {
          const flow = await startLists(1, { acknowledgeSeconds: '0.5' });
          await broker.publish(TOPIC, JSON.stringify(uplink));
          await eventually(() => lake.records().length === FIELDS_OF_A_READING, 'the first list');
          await flow.shown('up', 'ttn-uplink.status.handed_back');
          assert.equal(acknowledged, 0);
        });
      });

      it('hands back what only such a node gets that reads', async () => {
        const flow = await start([['share']], { acknowledgeSeconds: '0.5' }, { operation: 'read' });
        await publish(1);
        await flow.shown('up', 'ttn-uplink.status.handed_back');
        assert.equal(acknowledged, 0);
      });

      it('hands back what no such node gets', async () => {
        const flow = await start([[]], { acknowledgeSeconds: '0.2' });
        await publish(1);
        await flow.shown('up', 'ttn-uplink.status.handed_back');
        await eventually(() => bench.messages.length >= 2, 'the same uplink again');
        assert.equal(acknowledged, 0);
      });
    });
  });

  it('lead to Microshare without loss, and without doubles, while the flow is deployed again and again', async () => {
    await bench.open();
    const lake = await startLake();
    try {
      const nodes = (): FlowNode[] => [
        bench.nodes()[0]!,
        { id: 'up', type: 'ttn-uplink', application: 'app', payload: 'bytes', wires: [['lpp']] },
        { id: 'lpp', type: 'lpp-decode', wires: [['share']] },
        { id: 'account', type: 'microshare-account', mode: 'pipe', apiUrl: lake.apiUrl, authUrl: lake.url },
        {
          ...{ id: 'share', type: 'microshare-share', account: 'account', recType: 'io.example.room' },
          ...{ recTypeType: 'str', record: 'unpacked', wires: [[], []] },
        },
      ];
      const credentials = { ...bench.credentials(), account: { token: lake.issueToken() } };
      const flow = await bench.connected(nodes(), credentials, [
        lppDecode,
        microshareAccount,
        microshareShare,
      ]);
      const stop = bench.traffic(100);
      for (let deploy = 0; deploy < 5; deploy++) {
        await sleep(100);
        await flow.deploy(nodes(), credentials);
      }
      const sent = stop();
      await eventually(() => lake.records().length >= sent, `${sent} records`, 15_000).catch(() => undefined);
      await sleep(100);
      assert.equal(lake.records().length, sent);
      await bench.stop();
    } finally {
      await lake.close();
    }
  });

  const WITH_VARIABLES: [way: object, fields: string[], secrets: string[]][] = [
    [{ transport: 'things-stack' }, ['host', 'applicationId', 'lookBackHours', 'silenceMinutes'], ['apiKey']],
    [{ transport: 'v2' }, ['host', 'applicationId'], ['apiKey']],
    [
      { transport: 'webhook', webhookPath: 'here', acknowledge: 'stored' },
      ['webhookPath', 'webhookHeader', 'acknowledgeSeconds'],
      ['webhookSecret'],
    ],
    [
      { transport: 'broker' },
      ['host', 'username', 'topics', 'clientId', 'group', 'sessionHours'],
      ['password'],
    ],
    [
      { transport: 'amqp', host: 'amqp://127.0.0.1:1', queue: 'uplinks' },
      ['host', 'virtualHost', 'username', 'queue', 'exchange', 'topics', 'applicationId'],
      ['password'],
    ],
  ];
  for (const [way, fields, secrets] of WITH_VARIABLES) {
    const { transport } = way as { transport: string };
    const unset = (name: string) => ({ [name]: NOT_SET });
    const names = async (application: object, credentials: Record<string, string>) => {
      const flow = await bench.start(bench.nodes({ ...way, ...application }), bench.credentials(credentials));
      await flow.shown('up', 'ttn-uplink.status.bad_configuration');
      const [error] = flow.errors('app') as [Error];
      await bench.stop();
      return error.message;
    };

    it(`name the variable that is not set: ${transport}`, async () => {
      await bench.open();
      const secret = { webhookSecret: SECRET };
      for (const name of fields)
        assert.match(await names(unset(name), secret), /variable NO_SUCH_VARIABLE is not set/, name);
      for (const name of secrets)
        assert.match(await names({}, { ...secret, ...unset(name) }), /variable NO_SUCH_VARIABLE/, name);
    });
  }

  it('say which number cannot be right', async () => {
    await bench.open();
    const flow = await bench.start(bench.nodes({ silenceMinutes: '-5' }), bench.credentials());
    const [caught] = await flow.arrived('caught');
    assert.match(caught?.error.message as string, /"Warn after" is -5: give a number from 0 on/);
  });

  it('warn where the key goes unencrypted through foreign networks', async () => {
    await bench.open();
    const warned = async (application: object) => {
      const secrets = bench.credentials({ password: 'secret' });
      const flow = await bench.start(bench.nodes(application), secrets);
      await eventually(() => flow.errors('app').length > 0, 'the try');
      const { length } = flow.warnings('app').filter((text) => text.includes('not encrypted'));
      await bench.stop();
      return length;
    };
    for (const way of [
      { host: 'mqtt://lora.invalid' },
      { host: 'lora.invalid', apiUrl: 'http://lora.invalid/api/v3' },
      { transport: 'v2', host: 'mqtt://lora.invalid' },
      { transport: 'broker', host: 'mqtt://lora.invalid' },
      { transport: 'amqp', host: 'amqp://lora.invalid', queue: 'uplinks' },
    ])
      assert.equal(await warned(way), 1, JSON.stringify(way));
    assert.equal(await warned({ host: 'lora.invalid' }), 0);
    assert.equal(await warned({ host: 'mqtt://127.0.0.1:1' }), 0);
  });

  it('take numbers, as a variable of a tab or of all flows may hold them', async () => {
    await bench.open([{ ...DEMO_APPLICATION, applicationId: '12345' }]);
    const nodes = (application: object) => [NUMBER_VARIABLE, ...bench.nodes(application)];
    await bench.connected(nodes({ applicationId: '${NUM}' }), bench.credentials());
    bench.stack.publishUplink({ deviceId: 'office-1' });
    await eventually(() => bench.messages.length === 1, 'the uplink');
    const tried = await bench.ask('/ttn-application/app/test', 'ttn-application.write', {
      ...bench.nodes()[0],
      applicationId: '${NUM}',
    });
    assert.deepEqual(tried.json.tried?.[0], { what: 'connection', answer: 'yes' }, tried.text);
    await bench.stop();

    for (const secret of [{ webhookSecretVariable: 'NUM' }, {}]) {
      const webhook = { transport: 'webhook', webhookPath: '${NUM}', host: '', applicationId: '', ...secret };
      const credentials = bench.credentials({ webhookSecret: '${NUM}' });
      await bench.connected(nodes(webhook), credentials);
      const { status } = await fetch(`${bench.url}/ttn/12345`, {
        ...{ method: 'POST', body: JSON.stringify(message(1)) },
        headers: { 'content-type': 'application/json', authorization: 'Bearer 12345' },
      });
      assert.equal(status, 200);
      await bench.stop();
    }
  });

  it('are known by name', async () => {
    await bench.open();
    const flow = await bench.start(bench.nodes({ transport: 'pigeon' }), {
      app: { apiKey: DEMO_APPLICATION.apiKeys[0]?.key ?? fakeApiKey('none') },
    });
    const [caught] = await flow.arrived('caught');
    assert.match(caught?.error.message as string, /no way in "pigeon"/);
  });
});
