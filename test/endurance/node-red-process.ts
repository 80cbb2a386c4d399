import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../demo/ports';
import { eventually } from '../eventually';
import { Workshop } from '../package/workshop';

const HOST = '127.0.0.1';
/** Below the ports that a system gives to clients: nobody takes it while Node-RED is down. */
const PORT = 21_880;
const TIMEOUT_MS = 60_000;
/** The core nodes of these flows and the package's folder: all others would take most of the time of a start. */
const NODES = ['10-function.js', '21-httpin.js', '24-complete.js', '25-catch.js', '25-status.js', 'node-red'];

const workshop = new Workshop();
after(() => workshop.clear());
let installed: Promise<string> | undefined;

/** A user directory with the package as users install it. */
export function installedPackage(): Promise<string> {
  return (installed ??= workshop.pack().then(({ tarball }) => workshop.install(tarball, 'installed')));
}

/** A folder that is gone when the tests are over. */
export function folder(name: string): string {
  return workshop.folder(name);
}

/** A real Node-RED with the package and one flow, which can be killed and started again. */
export class NodeRedProcess {
  /** What it has said since it was made, over all starts. */
  readonly log: string[] = [];
  readonly #userDir: string;
  readonly #port: number;
  readonly #env: Record<string, string>;
  #process: ChildProcess | undefined;

  private constructor(userDir: string, port: number, env: Record<string, string>) {
    this.#userDir = userDir;
    this.#port = port;
    this.#env = env;
  }

  /** @param env environment variables on top of this process's */
  static async start(
    name: string,
    flow: object[],
    env: Record<string, string> = {},
  ): Promise<NodeRedProcess> {
    const userDir = workshop.folder(name);
    const port = await freePort(PORT);
    const settings = { uiHost: HOST, uiPort: port, flowFile: 'flows.json', nodesIncludes: NODES };
    writeFileSync(join(userDir, 'settings.js'), `module.exports = ${JSON.stringify(settings)};`);
    writeFileSync(join(userDir, 'flows.json'), JSON.stringify(flow));
    symlinkSync(join(await installedPackage(), 'node_modules'), join(userDir, 'node_modules'), 'junction');
    const made = new NodeRedProcess(userDir, port, env);
    await made.start();
    return made;
  }

  get running(): boolean {
    return this.#process?.exitCode === null && this.#process.signalCode === null;
  }

  /** Resolves when the flow runs. */
  async start(): Promise<void> {
    const nodeRed = join(dirname(require.resolve('node-red/package.json')), 'red.js');
    const child = spawn(process.execPath, [nodeRed, '--userDir', this.#userDir], {
      env: { ...process.env, ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    const from = this.log.length;
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => this.log.push(line));
    }
    await this.logged(/Started flows/, from);
    await this.logged(/Server now running/, from);
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** As Ctrl-C: the nodes are closed first. */
  async stop(): Promise<void> {
    await this.#end('SIGINT');
  }

  /** A request to one of the flow's `http in` nodes, or to a route of the editor. */
  async post(path: string, body: object): Promise<{ status: number; body: Record<string, unknown> }> {
    const answer = await fetch(`http://${HOST}:${this.#port}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  /** Resolves when it has said so. @param from the lines of the log before this one do not count */
  async logged(pattern: RegExp, from = 0): Promise<string> {
    const said = () => this.log.slice(from).join('\n');
    const find = () => {
      const line = this.log.slice(from).find((line) => pattern.test(line));
      if (line === undefined && !this.running) throw new Error(`Node-RED has ended:\n${said()}`);
      return line;
    };
    return eventually(find, () => `${String(pattern)}:\n${said()}`, TIMEOUT_MS);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (!this.#process || !this.running) return;
    this.#process.kill(signal);
    // With all that it said.
    await once(this.#process, 'close');
  }
}
