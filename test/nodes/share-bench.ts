import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sinon from 'sinon';
import { startLake, type Lake } from '../../demo/microshare/lake';
import delivery from '../../nodes/delivery';
import microshareAccount from '../../nodes/microshare-account';
import microshareShare from '../../nodes/microshare-share';
import { PACE } from '../../nodes/microshare-share/share-status';
import { ask, guarded } from './admin';
import { Flow, type FlowNode, type Message } from './flow';

export const REC_TYPE = 'io.example.room';

/** A microshare-share node with its account, its outbox and a stand-in for Microshare. */
export class ShareBench {
  lake!: Lake;
  flow!: Flow;
  stateDir = '';
  readonly ask = ask;
  #token = '';
  #running = false;

  async open(): Promise<Lake> {
    sinon.stub(PACE, 'showEveryMs').value(10);
    this.lake = await startLake();
    this.#token = this.lake.issueToken();
    this.stateDir = mkdtempSync(join(tmpdir(), 'ttn-microshare-test-'));
    process.env.TTN_MICROSHARE_STATE_DIR = this.stateDir;
    return this.lake;
  }

  async close(): Promise<void> {
    sinon.restore();
    await this.stop();
    await this.lake.close();
    delete process.env.TTN_MICROSHARE_STATE_DIR;
    rmSync(this.stateDir, { recursive: true });
  }

  /** Starts Node-RED's runtime with the node `share`; what it sends arrives at `written` and `rejected`. */
  async start(
    share: object = {},
    account: object = {},
    credentials: Record<string, string> = {},
    more: FlowNode[] = [],
  ): Promise<Flow> {
    this.flow = await Flow.start(
      [guarded(delivery), guarded(microshareAccount), guarded(microshareShare)],
      [...this.nodes(share, account), ...more],
      {
        account: { token: this.#token, ...credentials },
      },
    );
    this.#running = true;
    return this.flow;
  }

  /** As the end of Node-RED. */
  async stop(): Promise<void> {
    if (this.#running) await this.flow.stop();
    this.#running = false;
  }

  /** The message with which the node tells that this one was written. */
  async written(msg: Message): Promise<Message> {
    const before = this.flow.inbox('written').length;
    this.flow.send('share', msg);
    return (await this.flow.arrived('written', before + 1))[before] as Message;
  }

  async caught(msg: Message): Promise<Message> {
    const before = this.flow.inbox('caught').length;
    this.flow.send('share', msg);
    return (await this.flow.arrived('caught', before + 1))[before] as Message;
  }

  /** The answer to `msg.action`. */
  async act(action: string, options: Message = {}): Promise<Message> {
    return (await this.written({ action, ...options })).payload as Message;
  }

  nodes(share: object = {}, account: object = {}): FlowNode[] {
    return [
      {
        id: 'account',
        type: 'microshare-account',
        mode: 'pipe',
        apiUrl: this.lake.apiUrl,
        authUrl: this.lake.url,
        ...account,
      },
      {
        id: 'share',
        type: 'microshare-share',
        account: 'account',
        recType: REC_TYPE,
        recTypeType: 'str',
        tags: '',
        record: 'received',
        property: 'payload',
        wires: [['written'], ['rejected']],
        ...share,
      },
      { id: 'written', type: 'helper' },
      { id: 'rejected', type: 'helper' },
    ];
  }
}

/** An uplink as `ttn-uplink` gives it. */
export function uplink(key: string, deviceId = 'office-1') {
  return { key, applicationId: 'app', deviceId, bytes: Buffer.from('03670110', 'hex'), gateways: [] };
}
