import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeInitializer } from 'node-red';
import sinon from 'sinon';
import { DEMO_APPLICATION, type Application } from '../../demo/things-stack/applications';
import { startThingsStack, type ThingsStack } from '../../demo/things-stack/server';
import { FEED_LIMITS } from '../../lib/ttn/feed';
import { BACKOFF } from '../../lib/ttn/transports/transport';
import ttnApplication from '../../nodes/ttn-application';
import { feedKeeper } from '../../nodes/ttn-application/feed-keeper';
import ttnUplink from '../../nodes/ttn-uplink';
import { eventually } from '../eventually';
import { close, listen } from '../http-server';
import { ask, guarded } from './admin';
import { collector } from './collect';
import { Flow, type FlowNode, type Message } from './flow';

const [DEMO_KEY] = DEMO_APPLICATION.apiKeys;

/** The TTN nodes between a stand-in for The Things Stack and a node that keeps what arrives. */
export class TtnBench {
  stack!: ThingsStack;
  flow: Flow | undefined;
  directory = '';
  messages: Message[] = [];
  /** Of Node-RED's `httpNode`. */
  url = '';
  readonly ask = ask;
  #collect!: NodeInitializer;
  #server: Server | undefined;

  async open(applications?: [Application, ...Application[]]): Promise<void> {
    this.directory = mkdtempSync(join(tmpdir(), 'ttn-application-'));
    process.env.TTN_MICROSHARE_STATE_DIR = this.directory;
    sinon.stub(FEED_LIMITS, 'pauseMs').value(100);
    sinon.stub(BACKOFF, 'firstMs').value(10);
    sinon.stub(BACKOFF, 'maxMs').value(20);
    this.stack = await startThingsStack({ applications });
    ({ node: this.#collect, messages: this.messages } = collector());
  }

  async close(): Promise<void> {
    await this.stop();
    sinon.restore();
    // On a slow disk the next test's application would be told what this one has handed on.
    await feedKeeper.close('app');
    await this.stack.close();
    delete process.env.TTN_MICROSHARE_STATE_DIR;
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** `up` emits what the application `app` brings. */
  nodes(application: object = {}, uplink: object = {}): FlowNode[] {
    return [
      {
        id: 'app',
        type: 'ttn-application',
        host: this.stack.url,
        applicationId: 'demo-sensors',
        tenantId: 'ttn',
        apiUrl: this.stack.api.url,
        ...application,
      },
      { id: 'up', type: 'ttn-uplink', application: 'app', payload: 'bytes', wires: [['out']], ...uplink },
      { id: 'out', type: 'collect', wires: [[]] },
    ];
  }

  credentials(given: Record<string, string> = {}): Record<string, Record<string, string>> {
    return { app: { apiKey: DEMO_KEY?.key ?? '', ...given } };
  }

  async start(
    nodes: FlowNode[] = this.nodes(),
    credentials: Record<string, Record<string, string>> = this.credentials(),
    more: NodeInitializer[] = [],
  ): Promise<Flow> {
    const initializers = [guarded(this.#served(ttnApplication)), ttnUplink, this.#collect, ...more];
    this.flow = await Flow.start(initializers, nodes, credentials);
    return this.flow;
  }

  /** Started, and messages come. */
  async connected(...given: Parameters<TtnBench['start']>): Promise<Flow> {
    const flow = await this.start(...given);
    await flow.shown('up', 'ttn-uplink.status.waiting');
    return flow;
  }

  /** As the end of Node-RED. */
  async stop(): Promise<void> {
    const { flow } = this;
    this.flow = undefined;
    await flow?.stop();
    if (this.#server) await close(this.#server);
    this.#server = undefined;
  }

  keys(): Set<string> {
    return new Set(this.messages.map((msg) => msg.uplink.key as string));
  }

  /** Resolves when so many different uplinks have come, or too late. */
  async distinct(count: number, timeoutMs?: number): Promise<void> {
    await eventually(() => this.keys().size >= count, `${count} uplinks`, timeoutMs).catch(() => undefined);
  }

  /** All of them came, each once. */
  async eachOnce(sent: number, timeoutMs?: number, quietMs = 50): Promise<void> {
    await this.distinct(sent, timeoutMs);
    await sleep(quietMs);
    assert.equal(this.keys().size, sent, 'none is missing');
    assert.equal(this.messages.length, sent, 'none comes twice');
  }

  async firstUplink(): Promise<void> {
    this.stack.publishUplink({ deviceId: 'office-1' });
    await eventually(() => this.messages.length === 1, 'the first uplink');
  }

  /** Sends uplinks of ten devices until it is told to stop, which gives how many. */
  traffic(perSecond: number): () => number {
    let sent = 0;
    const begin = Date.now();
    const timer = setInterval(() => {
      for (const due = ((Date.now() - begin) * perSecond) / 1000; sent < due; sent++) {
        this.stack.publishUplink({ deviceId: `device-${sent % 10}` });
      }
    }, 5);
    return () => {
      clearInterval(timer);
      return sent;
    };
  }

  /** Node-RED's test helper serves no `httpNode`. */
  #served(initialize: NodeInitializer): NodeInitializer {
    return async (RED) => {
      this.#server = createServer(RED.httpNode);
      this.url = await listen(this.#server);
      await initialize(RED);
    };
  }
}
