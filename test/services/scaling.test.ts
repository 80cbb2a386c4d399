import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { example, type FlowNode } from '../../demo/example';
import { startLake, type Lake } from '../../demo/microshare/lake';
import { freePort } from '../../demo/ports';
import { DEMO_APPLICATION } from '../../demo/things-stack/applications';
import { startThingsStack, type ThingsStack } from '../../demo/things-stack/server';
import { folder, installedPackage } from '../endurance/node-red-process';
import { eventually } from '../eventually';
import { describeWith } from './installed';
import { endProgram, startProgram } from './processes';
import { RABBITMQ, startRabbitMq, type RabbitMq } from './rabbitmq';

const DOCUMENT = readFileSync(join(__dirname, '../../docs/scaling.md'), 'utf8');
const NODE_RED = join(dirname(require.resolve('node-red/package.json')), 'red.js');
/** The nodes of the two examples: the others would take most of the time of a start. */
const NODES = [
  '10-function.js',
  '10-mqtt.js',
  '20-inject.js',
  '21-debug.js',
  '24-complete.js',
  '25-catch.js',
  '90-comment.js',
];
const HOST = '127.0.0.1';
const TIMEOUT_MS = 60_000;
/** So many the bridge sends at a time. */
const UNDER_WAY = 20;
/** An uplink that is no Cayenne LPP. */
const NOT_LPP = Buffer.from('ffffff', 'hex');

type Fields = Record<string, object>;

describeWith(RABBITMQ, 'rabbitmq-server', 'an installation as docs/scaling.md says', () => {
  let rabbitMq: RabbitMq;
  let stack: ThingsStack;
  let lake: Lake;
  const running: NodeRed[] = [];

  before(async () => {
    [rabbitMq, stack, lake] = await Promise.all([startRabbitMq(), startThingsStack(), startLake()]);
  });
  after(async () => {
    await Promise.all(running.map((nodeRed) => nodeRed.kill()));
    await stack.close();
    await lake.close();
    await rabbitMq.close();
  });

  /**
   * Starts a Node-RED with an example, its fields and secrets filled in by type of node.
   * @param more lines of its `settings.js`
   */
  async function start(
    name: string,
    made: string,
    fields: Fields,
    secrets: Fields,
    more: string[] = [],
  ): Promise<NodeRed> {
    const userDir = folder(name);
    const port = await freePort();
    const flow = example(made).map((node): FlowNode => ({ ...node, ...fields[node.type] }));
    const credentials = flow.flatMap(({ id, type }) => (secrets[type] ? [[id, secrets[type]]] : []));
    const settings = { uiHost: HOST, uiPort: port, flowFile: 'flows.json', credentialSecret: false };
    const files = {
      'settings.js': `module.exports = { ${more.join('')} ...${JSON.stringify({ ...settings, nodesIncludes: [...NODES, 'node-red'] })} };`,
      'flows.json': JSON.stringify(flow),
      'flows_cred.json': JSON.stringify(Object.fromEntries(credentials)),
    };
    for (const [file, text] of Object.entries(files)) writeFileSync(join(userDir, file), text);
    symlinkSync(join(await installedPackage(), 'node_modules'), join(userDir, 'node_modules'), 'junction');
    const nodeRed = new NodeRed(userDir, port);
    running.push(nodeRed);
    await nodeRed.start();
    return nodeRed;
  }

  const startWorker = (name: string) =>
    start(
      name,
      'rabbitmq-worker',
      {
        'ttn-application': { host: rabbitMq.url },
        'microshare-account': { apiUrl: lake.apiUrl, authUrl: lake.url },
        'microshare-share': { recType: 'io.example.room' },
      },
      {
        'ttn-application': { password: 'lake-password' },
        'microshare-account': { token: lake.issueToken() },
      },
    );

  const startBridge = () =>
    start(
      'bridge',
      'rabbitmq-bridge',
      {
        'ttn-application': {
          ...{ host: stack.url, apiUrl: stack.api.url },
          ...{ applicationId: 'demo-sensors', tenantId: 'ttn' },
        },
        'mqtt-broker': { port: new URL(rabbitMq.mqttUrl).port },
      },
      {
        'ttn-application': { apiKey: DEMO_APPLICATION.apiKeys[0]?.key },
        'mqtt-broker': { user: 'ttn:bridge', password: 'bridge-password' },
      },
      DOCUMENT.split('\n').filter((line) => line.startsWith('contextStorage')),
    );

  /** Resolves when one of the document's commands prints this. */
  async function shows(command: RegExp, printed: RegExp): Promise<void> {
    const [line = ''] = commands(command);
    for (let said = ''; !printed.test(said); await sleep(500)) said = await rabbitMq.run(line);
  }

  it('loses nothing when bridge or worker end, and when RabbitMQ takes nothing, or is away', async () => {
    for (const command of commands(/add|set/)) await rabbitMq.run(command);
    const victim = await startWorker('first');
    await shows(/list_queues/, /uplinks\s+quorum\s+true\s+0\s+1/);
    await shows(/list_bindings/, /amq\.topic\s.*v3\.\*\.devices\.\*\.up/);
    await startWorker('second');
    const subscribed = once(stack, 'subscribed');
    const bridge = await startBridge();
    await subscribed;

    const sent = new Set<string>();
    const send = async (count: number) => {
      for (let i = 0; i < count; i++) {
        const bytes = i % 10 === 0 ? NOT_LPP : undefined;
        sent.add(frameOf(stack.publishUplink({ deviceId: `device-${i % 5}`, bytes }) as AsSent));
        await sleep(10);
      }
    };
    const arrived = () => lake.records().map(({ data }) => frameOf(data as Unpacked | AsSent));
    const allArrived = () =>
      eventually(() => new Set(arrived()).size >= sent.size, `${sent.size} uplinks`, TIMEOUT_MS);
    const twice = () => arrived().length - sent.size;

    await send(100);
    await allArrived();
    assert.deepEqual(arrived().sort(), [...sent].sort());

    await bridge.stop();
    await send(10);
    await bridge.start();
    await allArrived();
    await sleep(3_000);
    assert.equal(twice(), 0, 'what the bridge fetches again is sent on once');

    await rabbitMq.run('rabbitmqctl set_vm_memory_high_watermark 0.0000001');
    await sleep(1_000);
    await send(100);
    await sleep(35_000);
    await rabbitMq.run('rabbitmqctl set_vm_memory_high_watermark 0.4');
    await allArrived();
    await sleep(3_000);
    assert.ok(twice() <= UNDER_WAY, `${twice()} came twice, more than were under way`);

    const sending = send(300);
    await sleep(1_000);
    await victim.kill();
    await victim.start();
    await sending;
    await allArrived();

    await rabbitMq.stop();
    await send(50);
    await rabbitMq.start();
    await send(50);
    await allArrived();
    assert.deepEqual([...new Set(arrived())].sort(), [...sent].sort());
    await shows(/list_queues/, /uplinks\s+quorum\s+true\s+0\s+2/);
  }).timeout(300_000);
});

interface Unpacked {
  meta: { iot: { device_id: string; fcnt_up: number } };
}

interface AsSent {
  end_device_ids: { dev_eui: string };
  uplink_message: { f_cnt?: number };
}

function frameOf(data: Unpacked | AsSent): string {
  if ('meta' in data) return `${data.meta.iot.device_id} ${data.meta.iot.fcnt_up}`;
  const { end_device_ids: ids, uplink_message: message } = data;
  // As Microshare's dashboards have it.
  return `${ids.dev_eui.match(/../g)?.join('-')} ${message.f_cnt ?? 0}`;
}

class NodeRed {
  #process: ChildProcess | undefined;

  constructor(
    private readonly userDir: string,
    private readonly port: number,
  ) {}

  async start(): Promise<void> {
    const program = [NODE_RED, '--userDir', this.userDir];
    this.#process = await startProgram(process.execPath, program, {}, [this.port]);
    for (const stream of [this.#process.stdout, this.#process.stderr]) stream?.resume();
  }

  /** The nodes are closed first. */
  async stop(): Promise<void> {
    if (this.#process) await endProgram(this.#process, 'SIGTERM');
  }

  async kill(): Promise<void> {
    if (this.#process) await endProgram(this.#process, 'SIGKILL');
  }
}

/** The lines of `rabbitmqctl` in the document. */
function commands(pattern: RegExp): string[] {
  return DOCUMENT.split('\n').filter((line) => line.startsWith('rabbitmqctl ') && pattern.test(line));
}
