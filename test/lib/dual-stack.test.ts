import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import dns from 'node:dns';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import sinon from 'sinon';
import { startLake } from '../../demo/microshare/lake';
import { freePort } from '../../demo/ports';
import { startThingsStack } from '../../demo/things-stack/server';
import { request } from '../../lib/http';
import { ShareClient } from '../../lib/microshare/share';
import { pipeToken } from '../../lib/microshare/tokens';
import { resolveAddress, resolveAmqpAddress } from '../../lib/ttn/address';
import { topicsOf } from '../../lib/ttn/kinds';
import { amqpTransport } from '../../lib/ttn/transports/amqp';
import { thingsStackTransport } from '../../lib/ttn/transports/things-stack';
import { eventually } from '../eventually';
import { Recorder } from './ttn/transports/recorder';
import { listen } from './ttn/transports/sockets';

/** Passes on to a port; takes no connection between `wait` and the moment at which the given memory is notified. */
const SLOW = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { connect, createServer } = require('node:net');
  const server = createServer((near) => {
    const far = connect(workerData, '127.0.0.1');
    near.on('error', () => far.destroy()).on('close', () => far.destroy());
    far.on('error', () => near.destroy()).on('close', () => near.destroy());
    near.pipe(far).pipe(near);
  });
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    parentPort.on('message', (memory) => Atomics.wait(memory, 0, 0));
  });
`;

/** What is before the port `to`: to connect takes as long as over a link that loses the first packet. */
class SlowLink {
  readonly #worker: Worker;
  readonly #memory = new Int32Array(new SharedArrayBuffer(4));
  readonly #waiting: Socket[] = [];
  port = 0;

  constructor(to: number) {
    this.#worker = new Worker(SLOW, { eval: true, workerData: to });
  }

  /** From now on connections are not taken, for half a second after the first one that waits. */
  async begin(): Promise<void> {
    [this.port] = (await once(this.#worker, 'message')) as [number];
    this.#worker.postMessage(this.#memory);
    do this.#waiting.push(connect(this.port, '127.0.0.1').on('error', () => undefined));
    while (await Promise.race([once(this.#waiting.at(-1)!, 'connect'), sleep(100)]));
  }

  async takes(): Promise<void> {
    for (const socket of this.#waiting) socket.destroy();
    await sleep(500);
    Atomics.store(this.#memory, 0, 1);
    Atomics.notify(this.#memory, 0);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** A host with two addresses, of which only the first is reached. */
const HOST = 'dual.example';
const ADDRESSES = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

describe('a host that has addresses of IPv4 and IPv6, over a link on which connecting takes longer than 250 ms', () => {
  let ends: (() => Promise<unknown>)[];

  beforeEach(() => {
    ends = [];
    const lookup = sinon.stub(dns, 'lookup').callThrough();
    lookup.withArgs(HOST).callsFake((...args: unknown[]) => {
      (args.at(-1) as (error: null, found: typeof ADDRESSES) => void)(null, ADDRESSES);
    });
  });

  afterEach(async () => {
    sinon.restore();
    for (const end of ends.reverse()) await end();
  });

  async function slow(to: number | string): Promise<SlowLink> {
    const link = new SlowLink(Number(to));
    ends.push(() => link.close());
    await link.begin();
    return link;
  }

  it('is reached by calls, and by writes', async () => {
    const lake = await startLake();
    ends.push(() => lake.close());
    const called = await slow(new URL(lake.url).port);
    const call = request({ method: 'GET', url: `http://${HOST}:${called.port}/` });
    const written = await slow(new URL(lake.url).port);
    const client = new ShareClient({
      apiUrl: `http://${HOST}:${written.port}`,
      tokens: pipeToken(lake.issueToken()),
    });
    ends.push(() => client.close());
    const write = client.write('io.example.room', [], '{}');
    await Promise.all([called.takes(), written.takes(), call, write]);
    assert.equal(lake.records().length, 1);
  });

  it('is told by the code of the failure, where no address is reached', async () => {
    const client = new ShareClient({ apiUrl: `http://${HOST}:${await freePort()}`, tokens: pipeToken('x') });
    ends.push(() => client.close());
    await assert.rejects(client.write('io.example.room', [], '{}'), { message: /\(ECONNREFUSED\)/ });
  });

  it('is reached by MQTT', async () => {
    const stack = await startThingsStack();
    ends.push(() => stack.close());
    const link = await slow(stack.port);
    const recorder = new Recorder();
    const address = resolveAddress({
      host: `mqtt://${HOST}:${link.port}`,
      applicationId: 'demo-sensors@ttn',
    });
    const apiKey = stack.applications[0].apiKeys[0]!.key;
    const topics = topicsOf(['up']);
    const transport = thingsStackTransport({ address, apiKey, topics, ...recorder.options });
    ends.push(() => transport.close());
    transport.open();
    await Promise.all([link.takes(), recorder.connected()]);
    assert.deepEqual(recorder.errors, []);
  });

  it('is reached by AMQP', async () => {
    const server = await listen((socket) => void socket.resume());
    ends.push(() => server.close());
    const link = await slow(server.port);
    const recorder = new Recorder();
    const address = resolveAmqpAddress(`amqp://${HOST}:${link.port}`);
    const options = { address, username: 'guest', password: 'guest', queue: 'uplinks' };
    const transport = amqpTransport({ ...options, ...recorder.options });
    ends.push(() => transport.close());
    transport.open();
    await link.takes();
    await eventually(() => server.sockets.size > 0, 'a connection');
    assert.deepEqual(recorder.errors, []);
  });

  it('is given as long as somebody has set for all of Node.js, where that is longer', async () => {
    const timeouts = `
      const { DUAL_STACK, withDualStack } = require('./lib/dual-stack');
      const ofMqtt = withDualStack(require('node:net').getDefaultAutoSelectFamilyAttemptTimeout);
      console.log(DUAL_STACK.autoSelectFamilyAttemptTimeout, ofMqtt);`;
    for (const [set, kept] of [
      [8_000, '8000 8000\n'],
      [500, '2500 2500\n'],
    ] as const) {
      const flags = [`--network-family-autoselection-attempt-timeout=${set}`, '--require', 'tsx/cjs'];
      const { stdout } = await promisify(execFile)(process.execPath, [...flags, '--eval', timeouts]);
      assert.equal(stdout, kept);
    }
  });
});
