import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLake } from '../../demo/microshare/lake';
import { startThingsStack } from '../../demo/things-stack/server';
import { eventually } from '../eventually';

const PORTS = { nodeRed: 1880, mqtt: 1883, lake: 8088 };
const TIMEOUT_MS = 60_000;
const NPM_START = [process.env.npm_execpath ?? '', 'start'];
/** What it runs when it has built, as it does in the first test. */
const BUILT = ['--import', 'tsx', 'demo/start.ts'];

describe('npm start', () => {
  const taken: Server[] = [];
  let running: ChildProcess | undefined;
  let output = '';

  /** Starts it as a terminal does: in a process group of its own, which Ctrl-C reaches as a whole. */
  function start(program: string[], env: Record<string, string> = {}): ChildProcess {
    output = '';
    running = spawn(process.execPath, program, {
      cwd: join(__dirname, '../..'),
      env: { ...process.env, ...env },
      detached: true,
    });
    for (const stream of [running.stdout, running.stderr]) {
      stream?.on('data', (text: Buffer) => (output += text.toString()));
    }
    return running;
  }

  function printed(pattern: RegExp): Promise<RegExpMatchArray> {
    return eventually(
      () => output.match(pattern) ?? false,
      () => `${String(pattern)}:\n${output}`,
      TIMEOUT_MS,
    );
  }

  const isRunning = () => running?.exitCode === null && running.signalCode === null;

  /** Ctrl-C */
  async function interrupt(): Promise<void> {
    if (!running?.pid || !isRunning()) return;
    const ended = once(running, 'close');
    process.kill(-running.pid, 'SIGINT');
    await ended;
  }

  afterEach(async () => {
    for (const server of taken.splice(0)) server.close();
    await interrupt();
  });

  it('runs the pipeline on screen, on other ports where the usual ones are busy, until Ctrl-C', async () => {
    for (const port of Object.values(PORTS)) {
      const server = createServer().listen(port, '127.0.0.1');
      taken.push(server);
      // Taken by something else already: just as well.
      await once(server, 'listening').catch(() => undefined);
    }
    start(NPM_START);
    const [, editor] = await printed(/Editor\s+(http:\S+)/);
    const [, records] = await printed(/Records\s+(http:\S+)/);
    for (const port of Object.values(PORTS)) assert.ok(!output.includes(`127.0.0.1:${port}`), output);
    assert.match(await (await fetch(editor ?? '')).text(), /Node-RED/);
    assert.match(await (await fetch(records ?? '')).text(), /Microshare/);
    await printed(/70-B3-D5.*temperature -?[\d.]+ °C/);

    await interrupt();
    assert.doesNotMatch(output, /unhandled|Error:/i);
    await assert.rejects(fetch(editor ?? ''));
    await assert.rejects(fetch(records ?? ''));
  });

  it('runs between the services that the environment names, and keeps what waits for the next run', async () => {
    const stack = await startThingsStack();
    const lake = await startLake();
    const stateDir = mkdtempSync(join(tmpdir(), 'ttn-microshare-start-'));
    const env = {
      TTN_MICROSHARE_STATE_DIR: stateDir,
      TTN_APP_MQTT_HOSTNAME: stack.url,
      TTN_APP_ID: 'demo-sensors@ttn',
      TTN_APP_ACCESS_KEY: stack.applications[0].apiKeys[0]?.key ?? '',
      MICROSHARE_API_URL: lake.apiUrl,
      MICROSHARE_TOKEN: lake.issueToken(),
      MICROSHARE_RECTYPE: 'io.example.real',
    };
    const subscribed = once(stack, 'subscribed');
    start(BUILT, env);
    await subscribed;
    lake.fail({ kind: 'answer', status: 503, times: null, path: '/share/' });
    stack.publishUplink({ deviceId: 'office-1' });
    await eventually(() => lake.requests.length > 0, 'the first try to write');
    await interrupt();
    assert.match(output, /Ended\.$/m);
    assert.doesNotMatch(output, /Stand-ins/);

    lake.heal();
    start(BUILT, env);
    await printed(/\[debug:written\] http\S+\/share\/io\.example\.real\/[0-9a-f]{24}/);
    assert.equal(lake.records('io.example.real').length, 1);
    await interrupt();
    await stack.close();
    await lake.close();
    rmSync(stateDir, { recursive: true });
  });

  it('says what is missing when only a part of the real services is named', async () => {
    const [code] = (await once(start(BUILT, { TTN_APP_ID: 'my-app' }), 'close')) as [number];
    assert.equal(code, 1);
    assert.match(output, /TTN_APP_ID set, but not TTN_APP_MQTT_HOSTNAME, TTN_APP_ACCESS_KEY/);
  });
});
