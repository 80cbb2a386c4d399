import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(__dirname, '..', '..');
/** The folder of the package in a user directory. */
export const PLACE = join('node_modules', '@ttn-microshare', 'node-red');

/** The oldest that the package supports. */
const OLDEST_NODE = '20.18.1';
const OLDEST_NODE_RED = '4.0.0';

/** npm, run by a certain Node.js; `npm test` says where npm is. */
async function npm(args: string[], cwd: string, node = process.execPath, env = {}): Promise<string> {
  const cli = process.env.npm_execpath;
  if (!cli) throw new Error('Run this through npm, as CONTRIBUTING.md says.');
  const quiet = { npm_config_audit: 'false', npm_config_fund: 'false', npm_config_prefer_offline: 'true' };
  const { stdout } = await run(node, [cli, ...args], { cwd, env: { ...process.env, ...quiet, ...env } });
  return stdout;
}

interface Packed {
  tarball: string;
  files: string[];
}

let packed: Promise<Packed> | undefined;

/** Folders that are gone when the tests are over. */
export class Workshop {
  readonly #folder = mkdtempSync(join(tmpdir(), 'ttn-microshare-test-'));

  folder(name: string): string {
    const path = join(this.#folder, name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** `npm pack`, once for all tests that run: the tarball that users get, and what is in it. */
  pack(): Promise<Packed> {
    return (packed ??= this.#pack());
  }

  /** An empty user directory with the tarball installed, as the palette manager does it. */
  async install(tarball: string, name: string, node?: string): Promise<string> {
    const userDir = this.folder(name);
    writeFileSync(
      join(userDir, 'package.json'),
      '{ "name": "node-red-project", "version": "0.0.1", "private": true }',
    );
    await npm(['install', '--engine-strict', '--save', '--production', tarball], userDir, node);
    return userDir;
  }

  /** Runs a program of the registry that is no dependency of ours. */
  async npx(args: string[], env: Record<string, string>): Promise<void> {
    await npm(['exec', '--yes', '--', ...args], this.folder('npx'), process.execPath, env);
  }

  /** The oldest Node.js, from npm's packages of its binaries, and the `package.json` of the oldest Node-RED. */
  async oldest(): Promise<[node: string, nodeRed: string]> {
    const { platform, arch } = process;
    const name =
      platform === 'win32'
        ? `node-win-${arch}`
        : `node-${platform === 'darwin' && arch === 'arm64' ? 'bin-' : ''}${platform}-${arch}`;
    const folder = this.folder('oldest');
    writeFileSync(join(folder, 'package.json'), '{}');
    await npm(['install', '--no-save', `${name}@${OLDEST_NODE}`, `node-red@${OLDEST_NODE_RED}`], folder);
    const modules = join(folder, 'node_modules');
    return [
      join(modules, name, 'bin', platform === 'win32' ? 'node.exe' : 'node'),
      join(modules, 'node-red', 'package.json'),
    ];
  }

  clear(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #pack(): Promise<Packed> {
    const destination = this.folder('tarball');
    const output = await npm(['pack', '--json', '--pack-destination', destination], ROOT);
    // The build, which runs before, may print too.
    const [{ filename, files }] = JSON.parse(output.slice(output.indexOf('[\n'))) as [
      { filename: string; files: { path: string }[] },
    ];
    return { tarball: join(destination, filename), files: files.map(({ path }) => path) };
  }
}
