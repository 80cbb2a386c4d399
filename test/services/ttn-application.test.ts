import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectAmqp } from 'amqplib';
import { connect, connectAsync } from 'mqtt';
import sinon from 'sinon';
import { startLake, type Lake } from '../../demo/microshare/lake';
import { FEED_LIMITS } from '../../lib/ttn/feed';
import microshareAccount from '../../nodes/microshare-account';
import microshareShare from '../../nodes/microshare-share';
import { deliveryBoard } from '../../nodes/shared/delivery-board';
import { eventually } from '../eventually';
import type { Flow, FlowNode } from '../nodes/flow';
import { TtnBench } from '../nodes/ttn-bench';
import { describeWith } from './installed';
import { MOSQUITTO, startMosquitto } from './mosquitto';
import { RABBITMQ, startRabbitMq } from './rabbitmq';

const QUEUE = 'uplinks';
const CLIENT_ID = 'my-session';
const COUNT = 200;

/** A broker that a bridge feeds, and what is to be typed in the dialog for it. */
interface Source {
  application: object;
  credentials: Record<string, string>;
  publish(messages: object[]): Promise<void>;
  /** How many messages it has that were not acknowledged; nobody is connected. It has none afterwards. */
  left(): Promise<number>;
  close(): Promise<void>;
}

async function rabbitMqQueue(): Promise<Source> {
  const rabbitMq = await startRabbitMq();
  const bridge = await connectAsync(rabbitMq.mqttUrl, { username: 'guest', password: 'guest' });
  const admin = await connectAmqp(rabbitMq.url);
  const channel = await admin.createChannel();
  return {
    application: {
      ...{ transport: 'amqp', host: rabbitMq.url, username: 'guest', queue: QUEUE },
      ...{ exchange: 'amq.topic', topics: 'v3/+/devices/+/up' },
    },
    credentials: { password: 'guest' },
    async publish(messages) {
      await Promise.all(messages.map((message) => bridge.publishAsync(...published(message), { qos: 1 })));
    },
    left: async () => (await channel.purgeQueue(QUEUE)).messageCount,
    async close() {
      await bridge.endAsync();
      await admin.close();
      await rabbitMq.close();
    },
  };
}

async function mosquittoSession(): Promise<Source> {
  const user = { name: 'lake', password: 'the password' };
  const mosquitto = await startMosquitto(user);
  const login = { username: user.name, password: user.password };
  const bridge = await connectAsync(mosquitto.url, login);
  return {
    application: { transport: 'broker', host: mosquitto.url, username: user.name, clientId: CLIENT_ID },
    credentials: { password: user.password },
    async publish(messages) {
      await Promise.all(messages.map((message) => bridge.publishAsync(...published(message), { qos: 1 })));
    },
    async left() {
      const session = { ...login, clientId: CLIENT_ID, clean: false, protocolVersion: 5 } as const;
      const client = connect(mosquitto.url, session);
      let count = 0;
      client.on('message', () => count++);
      await sleep(300);
      await client.endAsync();
      return count;
    },
    async close() {
      await bridge.endAsync();
      await mosquitto.close();
    },
  };
}

function published(message: object): [topic: string, body: string] {
  const { device_id: deviceId } = (message as ReturnType<typeof uplink>).end_device_ids;
  return [`v3/demo-sensors@ttn/devices/${deviceId}/up`, JSON.stringify(message)];
}

const uplink = (fCnt: number) => ({
  end_device_ids: {
    device_id: `device-${fCnt % 10}`,
    application_ids: { application_id: 'demo-sensors' },
  },
  received_at: '2026-04-16T11:54:13.995136483Z',
  uplink_message: {
    f_port: 1,
    f_cnt: fCnt,
    frm_payload: 'A2cBEA==',
    received_at: '2026-04-16T11:54:13.787Z',
  },
});

const uplinks = (from: number, count = COUNT) => Array.from({ length: count }, (_, i) => uplink(from + i));

describeWith(RABBITMQ, 'rabbitmq-server', 'ttn-application on a RabbitMQ queue', () => {
  suite(rabbitMqQueue, ({ connected, publish, records }) => {
    it('takes no frame for lost that others may have had', async () => {
      sinon.stub(FEED_LIMITS, 'recheckMs').value(200);
      const flow = await connected({});
      await publish([uplink(10), uplink(50)]);
      await eventually(() => records() === 2, 'both records');
      await sleep(2_000);
      assert.deepEqual(flow.warnings('app'), []);
      const { received, lostOnTheRadio } = deliveryBoard.applications.get('app')();
      assert.deepEqual({ received, lostOnTheRadio }, { received: 2, lostOnTheRadio: undefined });
    });
  });
});

describeWith(MOSQUITTO, 'mosquitto', 'ttn-application on Mosquitto', () => {
  suite(mosquittoSession, ({ source, connected, stop, publish, records }) => {
    it('has what came while Node-RED was away for no longer than is chosen', async () => {
      const oneSecond = { sessionHours: String(1 / 3_600) };
      await connected({ acknowledge: 'handedOn', ...oneSecond });
      await stop();
      await publish(uplinks(0));
      await sleep(3_000);
      assert.equal(await source().left(), 0);
      assert.equal(records(), 0);
    });
  });
});

interface Stage {
  source: () => Source;
  connected: (application: object) => Promise<Flow>;
  stop: () => Promise<void>;
  publish: (messages: object[]) => Promise<void>;
  records: () => number;
}

function suite(startSource: () => Promise<Source>, more: (stage: Stage) => void = () => undefined): void {
  const bench = new TtnBench();
  let source: Source;
  let lake: Lake;

  before(async () => {
    source = await startSource();
  });
  after(() => source.close());

  beforeEach(async () => {
    await bench.open();
    lake = await startLake();
  });
  afterEach(async () => {
    await bench.close();
    await lake.close();
  });

  const nodes = (application: object, wires = [['share']]): FlowNode[] => [
    ...bench.nodes({ ...source.application, ...application }, { wires }).slice(0, 2),
    { id: 'account', type: 'microshare-account', mode: 'pipe', apiUrl: lake.apiUrl, authUrl: lake.url },
    {
      ...{ id: 'share', type: 'microshare-share', account: 'account', recType: 'io.example.raw' },
      ...{ recTypeType: 'str', record: 'ttn', wires: [[], []] },
    },
  ];
  const credentials = () => ({ app: source.credentials, account: { token: lake.issueToken() } });
  const frames = () =>
    lake.records().map(({ data }) => (data as ReturnType<typeof uplink>).uplink_message.f_cnt);
  const start = (application: object, wires?: string[][]) =>
    bench.start(nodes(application, wires), credentials(), [microshareAccount, microshareShare]);
  async function connected(application: object, wires?: string[][]): Promise<Flow> {
    const flow = await start(application, wires);
    await flow.shown('up', 'ttn-uplink.status.waiting');
    return flow;
  }
  /** Without its application, so that the connection is ended and not kept for the next deploy. */
  async function stop(): Promise<void> {
    await bench.flow?.deploy(nodes({}).slice(2), credentials());
    await bench.stop();
  }
  const stage: Stage = {
    source: () => source,
    connected,
    stop,
    publish: (messages) => source.publish(messages),
    records: () => lake.records().length,
  };

  /** All are in the lake, each once, and the broker has an acknowledgement for each. */
  async function eachOnce(count: number): Promise<void> {
    await eventually(() => new Set(frames()).size >= count, `${count} records`, 30_000);
    await sleep(200);
    await stop();
    assert.equal(frames().length, count, 'none comes twice');
    assert.equal(await source.left(), 0, 'all are acknowledged');
  }

  for (const acknowledge of ['handedOn', 'stored']) {
    it(`brings every uplink to Microshare once, acknowledged when it is ${acknowledge}`, async () => {
      await connected({ acknowledge });
      await source.publish(uplinks(0));
      await source.publish(uplinks(COUNT - 10, 10));
      await eachOnce(COUNT);
    });

    it(`loses and doubles nothing in deploys and while Node-RED is away (${acknowledge})`, async () => {
      const flow = await connected({ acknowledge });
      const publishing = source.publish(uplinks(0));
      for (let deploy = 0; deploy < 3; deploy++) await flow.deploy(nodes({ acknowledge }), credentials());
      await publishing;
      await stop();
      await source.publish(uplinks(COUNT));
      await start({ acknowledge });
      await eachOnce(2 * COUNT);
    });
  }

  it('leaves with the broker what no microshare-share node has stored, where it is to wait for that', async () => {
    const flow = await connected({ acknowledge: 'stored', acknowledgeSeconds: '0.2' }, [[]]);
    await source.publish(uplinks(0, 3));
    await flow.arrived('caught');
    await stop();
    assert.equal(await source.left(), 3);
    await connected({ acknowledge: 'handedOn' }, [[]]);
    await source.publish(uplinks(3, 3));
    await sleep(300);
    await stop();
    assert.equal(await source.left(), 0);
  });

  more(stage);
}
