import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

export interface NodeRedOptions {
  /** Holds what Node-RED keeps; the package must be installed there. */
  userDir: string;
  port: number;
  /** A flow to begin with; without one, what the user directory or the flow file holds. */
  flow?: object[];
  /** A flow file elsewhere than in the user directory. */
  flowFile?: string;
  /** Environment variables on top of this process's. */
  env?: Record<string, string>;
  /** Node-RED's `package.json`; default: the development dependency. */
  nodeRed?: string;
  /** The Node.js that runs it; default: the one that runs this. */
  node?: string;
  /** Every line of the log. */
  onLine?: (line: string) => void;
}

const HOST = '127.0.0.1';
const START_TIMEOUT_MS = 60_000;

/** A calm Node-RED: loopback only, no tours, no telemetry. */
const settings = (port: number) => ({
  flowFile: 'flows.json',
  uiHost: HOST,
  uiPort: port,
  credentialSecret: 'demo',
  editorTheme: { tours: false },
  telemetry: { enabled: false, updateNotification: false },
});

/** The package as it was built, where Node-RED looks for what the user has installed. */
export function installPackage(userDir: string): void {
  const place = join(userDir, 'node_modules', '@ttn-microshare', 'node-red');
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(join(__dirname, '..'), place, 'junction');
}

/** A real Node-RED in a process of its own. */
export class NodeRed {
  readonly url: string;
  readonly log: string[] = [];
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, port: number) {
    this.#process = process;
    this.url = `http://${HOST}:${port}`;
  }

  /** Resolves when the flows run. */
  static async start(options: NodeRedOptions): Promise<NodeRed> {
    const { userDir, port, flow, flowFile, env, onLine } = options;
    mkdirSync(userDir, { recursive: true });
    writeFileSync(
      join(userDir, 'settings.js'),
      `module.exports = ${JSON.stringify(settings(port), null, 2)};\n`,
    );
    if (flow) writeFileSync(join(userDir, 'flows.json'), JSON.stringify(flow, null, 2));

    const nodeRed = options.nodeRed ?? require.resolve('node-red/package.json');
    const child = spawn(
      options.node ?? process.execPath,
      [join(dirname(nodeRed), 'red.js'), '--userDir', userDir, ...(flowFile ? [flowFile] : [])],
      {
        env: { ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const started = new NodeRed(child, port);
    // They come in either order.
    const signs = new Set(['Started flows', 'Server now running']);
    let running = () => {};
    const flowsRun = new Promise<void>((resolve) => (running = resolve));
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        started.log.push(line);
        onLine?.(line);
        for (const sign of [...signs]) if (line.includes(sign)) signs.delete(sign);
        if (signs.size === 0) running();
      });
    }
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`Node-RED ended with ${String(code)}:\n${started.log.join('\n')}`);
    });
    const late = new Promise<never>((_, reject) => {
      const error = () => new Error(`Node-RED did not start:\n${started.log.join('\n')}`);
      setTimeout(() => reject(error()), START_TIMEOUT_MS).unref();
    });
    await Promise.race([flowsRun, ended, late]);
    ended.catch(() => undefined);
    return started;
  }

  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Resolves when the process has ended. */
  async ended(): Promise<void> {
    if (this.running) await once(this.#process, 'exit');
  }

  /** As Ctrl-C: the nodes are closed first. */
  async stop(): Promise<void> {
    if (this.running) this.#process.kill('SIGINT');
    await this.ended();
  }

  /** A Full deploy of this flow. */
  async deploy(flow: object[]): Promise<void> {
    const answer = await fetch(`${this.url}/flows`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'node-red-deployment-type': 'full' },
      body: JSON.stringify(flow),
    });
    if (!answer.ok) throw new Error(`Node-RED refused the flow: ${answer.status} ${await answer.text()}`);
  }

  /** An answer of Node-RED's admin API. */
  async get(path: string, accept = 'application/json'): Promise<string> {
    const answer = await fetch(`${this.url}/${path}`, { headers: { accept } });
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
    return answer.text();
  }
}
