import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fillIn, type FlowNode } from '../../demo/example';
import { startLake, type Lake } from '../../demo/microshare/lake';
import { NodeRed } from '../../demo/node-red';
import { freePort } from '../../demo/ports';
import { startDevices, type SentUplink } from '../../demo/things-stack/devices';
import { fakeApiKey } from '../../demo/things-stack/applications';
import { startThingsStack, type ThingsStack } from '../../demo/things-stack/server';
import { eventually } from '../eventually';
import { PLACE, Workshop } from './workshop';

const TYPES = ['ttn-application', 'ttn-uplink', 'lpp-decode', 'microshare-account', 'microshare-share'];
const REC_TYPE = 'io.example.test.unpacked';

const workshop = new Workshop();
let tarball: string;
let files: string[];

before(async () => {
  ({ tarball, files } = await workshop.pack());
});

after(() => workshop.clear());

describe('the tarball', () => {
  it('holds what a user needs and nothing else', () => {
    const wanted = [
      /^(package\.json|README\.md|CHANGELOG\.md|LICENSE)$/,
      /^dist\/lib\/[\w/-]+\.(js|d\.ts)$/,
      /^dist\/nodes\/[\w/-]+\.js$/,
      /^dist\/nodes\/[\w-]+\.html$/,
      /^dist\/nodes\/icons\/[\w-]+\.svg$/,
      /^dist\/nodes\/locales\/[\w-]+\/[\w-]+\.(json|html)$/,
      /^examples\/[\w-]+\.json$/,
    ];
    assert.deepEqual(
      files.filter((file) => !wanted.some((pattern) => pattern.test(file))),
      [],
    );
    for (const pattern of wanted)
      assert.ok(
        files.some((file) => pattern.test(file)),
        String(pattern),
      );
  });

  it('gives programs its pure parts, with types', async () => {
    const folder = await workshop.install(tarball, 'library');
    writeFileSync(
      join(folder, 'program.ts'),
      `import { decode, encode, readPayload, type Reading } from '@ttn-microshare/node-red/lpp';
       import { HttpError, parseUplink, TtnApi, type Uplink } from '@ttn-microshare/node-red/ttn';
       import { makeRecords, unpackedRecord } from '@ttn-microshare/node-red/microshare';
       const message: unknown = JSON.parse(process.argv[2] ?? '');
       const uplink: Uplink | undefined = parseUplink(message);
       const readings: Reading[] = decode(readPayload(uplink).bytes).readings;
       const record = unpackedRecord(uplink, readings, { message });
       const value: unknown = record.temperature?.[0]?.value;
       const rssi: number | undefined = record.meta.iot.rssi;
       const [made] = makeRecords('unpacked', { message, readings, ...(uplink && { uplink }) });
       console.log(JSON.stringify([value, rssi, made?.json === JSON.stringify(record), encode(readings).toString('hex')]));
       new TtnApi({ baseUrl: 'http://127.0.0.1:1', applicationId: 'a', apiKey: 'k' }).rights().catch((error: unknown) => {
         console.log(error instanceof HttpError && error.code);
       });`,
    );
    const typescript = require.resolve('typescript/bin/tsc');
    const typeRoots = join(__dirname, '../../node_modules/@types');
    const options = [
      ...['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--target', 'es2022'],
      ...['--types', 'node', '--typeRoots', typeRoots],
    ];
    for (const resolution of [
      ['--module', 'es2022', '--moduleResolution', 'bundler', '--noEmit'],
      // The default of many a tsconfig.json, which knows no `exports`.
      ['--module', 'commonjs', '--moduleResolution', 'node10', '--ignoreDeprecations', '6.0', '--noEmit'],
      ['--module', 'node16'],
    ]) {
      const command = [typescript, ...options, ...resolution, 'program.ts'];
      execFileSync(process.execPath, command, { cwd: folder, stdio: 'inherit' });
    }
    const message = {
      end_device_ids: { device_id: 'office-1', application_ids: { application_id: 'my-app' } },
      uplink_message: { f_port: 1, frm_payload: 'A2cBEA==', rx_metadata: [{ rssi: -42 }] },
    };
    const program = ['program.js', JSON.stringify(message)];
    const output = execFileSync(process.execPath, program, { cwd: folder, encoding: 'utf8' });
    assert.deepEqual(output.split('\n').slice(0, 2), ['[27.2,-42,true,"03670110"]', 'unreachable']);
  });
});

const ours = (nodeRed: string) => () =>
  Promise.resolve([process.execPath, require.resolve(`${nodeRed}/package.json`)] as const);

for (const [title, version, programs] of [
  ['Node-RED 5.0 on Node.js 24', '5.0', ours('node-red')],
  ['Node-RED 4.1 on Node.js 24', '4.1', ours('node-red-4')],
  ['the oldest Node-RED on the oldest Node.js', '4.0', () => workshop.oldest()],
] as const) {
  describe(title, () => {
    let stack: ThingsStack;
    let lake: Lake;
    let running: NodeRed;
    let userDir: string;
    let start: (overrides?: object) => Promise<NodeRed>;

    before(async () => {
      const [binary, nodeRed] = await programs();
      userDir = await workshop.install(tarball, title.replaceAll(' ', '-'), binary);
      stack = await startThingsStack();
      lake = await startLake();
      const port = await freePort();
      start = (overrides) =>
        NodeRed.start({
          userDir,
          port,
          node: binary,
          nodeRed,
          env: environment(stack, lake),
          ...overrides,
        });
      running = await start({ flow: [] });
    });

    after(async () => {
      await running?.stop();
      await stack?.close();
      await lake?.close();
    });

    /** Deploys a flow and waits until it is subscribed, and what it missed before has arrived. */
    async function deploy(flow: object[]): Promise<void> {
      const subscribed = once(stack, 'subscribed');
      await running.deploy(flow);
      await subscribed;
      await quiet();
    }

    /** Waits until no more records come. */
    async function quiet(): Promise<void> {
      for (let before = -1; before !== lake.records().length; await sleep(1_000)) {
        before = lake.records().length;
      }
    }

    /** Lets the devices send, and waits until as many records have arrived as the flow writes. */
    async function send(writes: (sent: SentUplink) => boolean = ({ fPort }) => fPort > 0) {
      const before = lake.records().length;
      const devices = startDevices(stack, { intervalMs: 30 });
      await sleep(500);
      devices.stop();
      const sent = devices.sent.filter(writes);
      const arrived = () => lake.records().slice(before);
      const log = () => running.log.join('\n');
      await eventually(
        () => arrived().length >= sent.length,
        () => `${sent.length} records:\n${log()}`,
      );
      assert.equal(arrived().length, sent.length, log());
      return { sent, records: arrived() };
    }

    it('is what it says', () => {
      assert.ok(running.log.some((line) => line.includes(`Node-RED version: v${version}`)));
    });

    it('loads the five nodes with their pages and icons, without an error or a warning', async () => {
      const sets = JSON.parse(await running.get('nodes')) as {
        module: string;
        types: string[];
        err?: string;
        enabled: boolean;
      }[];
      const ours = sets.filter(({ module }) => module === '@ttn-microshare/node-red');
      assert.deepEqual(ours.flatMap(({ types }) => types).sort(), [...TYPES].sort());
      assert.deepEqual(
        ours.filter(({ err, enabled }) => err || !enabled),
        [],
      );
      const pages = await running.get('nodes', 'text/html');
      for (const type of TYPES) {
        assert.match(pages, new RegExp(`registerType\\("${type}"`));
        assert.match(pages, new RegExp(`data-template-name="${type}"`));
        assert.match(pages, new RegExp(`data-help-name="${type}"`));
      }
      for (const icon of ['ttn-uplink', 'lpp-decode', 'microshare-share']) {
        assert.match(
          await running.get(`icons/@ttn-microshare/node-red/${icon}.svg`, 'image/svg+xml'),
          /<svg/,
        );
      }
      assert.deepEqual(
        running.log.filter((line) => /\[(warn|error)\]/.test(line) && /ttn|lpp|microshare/.test(line)),
        [],
      );
    });

    /** An example as the editor's Import dialog gets it, with its fields filled in. */
    async function imported(name: string): Promise<FlowNode[]> {
      const file = await running.get(`library/examples/flows/@ttn-microshare/node-red/${name}`);
      return fillIn(JSON.parse(file) as FlowNode[]);
    }

    it('writes every uplink of the main example as the device sent it, in its order', async () => {
      await deploy(await imported('uplink-decode-share'));
      const { sent, records } = await send();
      assert.ok(sent.length > 30);
      assert.deepEqual(
        perDevice(records.map(({ data }) => asStored(data as UnpackedRecord))),
        perDevice(sent.map(asSent)),
      );
    });

    it('writes the fields that TTN decoded, as they are', async () => {
      await deploy(await imported('ttn-decoded-fields'));
      const { records } = await send(
        ({ fPort, readings }) => fPort > 0 && readings.every(({ type }) => decodedByTtn(type)),
      );
      assert.ok(
        records.every(({ data }) => Object.keys(data as object).every((key) => /^[a-z_]+_\d+$/.test(key))),
      );
    });

    it('survives a wrong key, a dead broker and a dead lake, and works again after each', async () => {
      const flow = await imported('uplink-decode-share');
      const wrongKey = flow.map((one) =>
        one.type === 'ttn-application' ? { ...one, apiKeyVariable: 'WRONG_KEY' } : one,
      );
      await running.deploy(wrongKey);
      await logged(/refused the user name "demo-sensors@ttn" or its API key/);
      await deploy(flow);
      await send();

      await stack.stop();
      await logged(/The connection to 127\.0\.0\.1 was lost|cannot be reached/);
      const subscribed = once(stack, 'subscribed');
      await stack.start();
      await subscribed;
      await quiet();
      await send();

      lake.fail({ kind: 'reset', times: null });
      const written = lake.records().length;
      stack.publishUplink({ deviceId: 'office-1' });
      await logged(/Records wait: .* broke the connection/);
      lake.heal();
      await eventually(() => lake.records().length === written + 1, 'the record that waited');
      await send();
      assert.ok(running.running);
    });

    it('runs the platform integration headless, unchanged', async () => {
      await running.stop();
      const subscribed = once(stack, 'subscribed');
      const file = join(workshop.folder('flows'), 'platform-integration.json');
      cpSync(join(userDir, PLACE, 'examples', 'platform-integration.json'), file);
      running = await start({ flowFile: file });
      await subscribed;
      await quiet();
      await send();
      assert.ok(lake.records(REC_TYPE).length > 0);
    });

    function logged(pattern: RegExp): Promise<unknown> {
      const said = () => running.log.some((line) => pattern.test(line));
      return eventually(said, () => `${String(pattern)}:\n${running.log.join('\n')}`, 10_000);
    }
  });
}

/** What a device sent and what the lake stores of it, made comparable. */
interface Measured {
  device: string;
  fCnt: number;
  payload: string;
  /** Channel and value; LPP and Microshare name the parts of a position differently. */
  values: [channel: number, value: unknown][];
}

type UnpackedRecord = Record<string, { value: unknown; context_id: string }[]> & {
  meta: { iot: { device_id: string; fcnt_up: number; payload: string } };
};

function asSent({ devEui, fCnt, bytes, readings }: SentUplink): Measured {
  const values = readings.map(({ channel, value }): [number, unknown] => [channel, withoutNames(value)]);
  return { device: devEui, fCnt, payload: bytes.toString('hex'), values };
}

function asStored({ meta, device_health, time, ...measurements }: UnpackedRecord): Measured {
  const values = Object.values(measurements)
    .flat()
    .map(({ context_id, value }): [number, unknown] => [Number(context_id), withoutNames(value)]);
  const { device_id, fcnt_up, payload } = meta.iot;
  return { device: device_id.replaceAll('-', ''), fCnt: fcnt_up, payload, values };
}

function withoutNames(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? Object.values(value) : value;
}

function perDevice(all: Measured[]): Record<string, Measured[]> {
  const devices: Record<string, Measured[]> = {};
  for (const one of all) {
    one.values.sort(([a], [b]) => a - b);
    (devices[one.device] ??= []).push(one);
  }
  return devices;
}

function decodedByTtn(type: number): boolean {
  return [0, 1, 2, 3, 101, 102, 103, 104, 113, 115, 134, 136].includes(type);
}

function environment(stack: ThingsStack, lake: Lake): Record<string, string> {
  return {
    TTN_APP_MQTT_HOSTNAME: stack.url,
    TTN_APP_ID: 'demo-sensors@ttn',
    TTN_API_URL: stack.api.url,
    TTN_APP_ACCESS_KEY: stack.applications[0].apiKeys[0]?.key ?? '',
    WRONG_KEY: fakeApiKey('wrong'),
    MICROSHARE_API_URL: lake.apiUrl,
    MICROSHARE_AUTH_URL: lake.url,
    MICROSHARE_TOKEN: lake.issueToken(),
    MICROSHARE_RECTYPE: REC_TYPE,
  };
}
