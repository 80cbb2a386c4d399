// What `npm start` runs: the main example in a headless Node-RED, between stand-ins for The Things Stack and
// Microshare, or between the real services when the environment names them.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { example, fillIn, type FlowNode } from './example';
import { ACCOUNTS } from './microshare/accounts';
import { startLake } from './microshare/lake';
import { recordLine } from './record-line';
import { installPackage, NodeRed } from './node-red';
import { freePort } from './ports';
import { startDevices } from './things-stack/devices';
import { startThingsStack } from './things-stack/server';

const EXAMPLE = 'uplink-decode-share';
const REC_TYPE = 'io.example.demo.unpacked';
const DEVICE_INTERVAL_MS = 5_000;
/** The ports that users expect; others are taken where these are busy. */
const PORTS = { nodeRed: 1880, mqtt: 1883, stack: 1885, lake: 8088 };
const REQUIRED = [
  'TTN_APP_MQTT_HOSTNAME',
  'TTN_APP_ID',
  'TTN_APP_ACCESS_KEY',
  'MICROSHARE_TOKEN',
  'MICROSHARE_RECTYPE',
];

/** What the flow runs between. */
interface Services {
  env: Record<string, string>;
  /** The flow is connected. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

async function main(): Promise<void> {
  const given = REQUIRED.filter((name) => process.env[name]);
  const real = given.length > 0;
  if (real && given.length < REQUIRED.length) {
    const missing = REQUIRED.filter((name) => !process.env[name]);
    throw new Error(
      `${given.join(', ')} set, but not ${missing.join(', ')}. Set all of them, or none for the demo.`,
    );
  }

  const userDir = mkdtempSync(join(tmpdir(), 'ttn-microshare-'));
  installPackage(userDir);
  const services = real ? realServices() : await standIns();
  const flow = fillIn(example(EXAMPLE));
  const port = await freePort(PORTS.nodeRed);
  const nodeRed = await NodeRed.start({
    userDir,
    port,
    flow: real ? telling(flow) : flow,
    env: services.env,
    onLine: (line) => {
      if (real || /\[(error|debug:.*)\]|\[warn\] \[/.test(line)) console.log(line);
    },
  });

  let ending = false;
  const end = async (signal: string) => {
    if (ending) return;
    ending = true;
    console.log(`\n${signal}: ending ...`);
    await nodeRed.stop();
    await services.close();
    rmSync(userDir, { recursive: true, force: true });
    console.log('Ended.');
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => void end(signal).catch(console.error));
  }
  nodeRed.ended().then(() => end('Node-RED has ended'), console.error);

  console.log(`\nEditor       ${nodeRed.url}`);
  await services.ready();
}

/** A flow whose debug node for written records prints a line in the log for each. */
function telling(flow: FlowNode[]): FlowNode[] {
  const loud = { console: true, complete: 'microshare.url' };
  return flow.map((node) => (node.type === 'debug' && node.name === 'written' ? { ...node, ...loud } : node));
}

function realServices(): Services {
  const { TTN_APP_ID, TTN_APP_MQTT_HOSTNAME, MICROSHARE_API_URL, MICROSHARE_RECTYPE } = process.env;
  // What waits for Microshare outlives this run.
  const { TTN_MICROSHARE_STATE_DIR = join(__dirname, '..', '.node-red', 'ttn-microshare') } = process.env;
  return {
    env: { TTN_MICROSHARE_STATE_DIR },
    ready() {
      console.log(`Uplinks of   ${TTN_APP_ID} at ${TTN_APP_MQTT_HOSTNAME}`);
      console.log(
        `Records to   ${MICROSHARE_RECTYPE} at ${MICROSHARE_API_URL ?? 'https://api.microshare.io'}`,
      );
      console.log(`Outbox in    ${TTN_MICROSHARE_STATE_DIR}\n`);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}

async function standIns(): Promise<Services> {
  const thingsStack = await startThingsStack({
    port: await freePort(PORTS.mqtt),
    apiPort: await freePort(PORTS.stack),
  });
  const lake = await startLake({ port: await freePort(PORTS.lake) });
  const [application] = thingsStack.applications;
  const [apiKey] = application.apiKeys;
  const [account] = ACCOUNTS;
  const subscribed = once(thingsStack, 'subscribed');
  lake.on('record', (record) => console.log(recordLine(record)));
  let devices: ReturnType<typeof startDevices> | undefined;
  return {
    env: {
      TTN_APP_MQTT_HOSTNAME: thingsStack.url,
      TTN_APP_ID: `${application.applicationId}@${application.tenantId}`,
      TTN_APP_ACCESS_KEY: apiKey?.key ?? '',
      TTN_API_URL: thingsStack.api.url,
      MICROSHARE_API_URL: lake.apiUrl,
      MICROSHARE_AUTH_URL: lake.url,
      MICROSHARE_TOKEN: account.pipeToken ?? '',
      MICROSHARE_RECTYPE: REC_TYPE,
    },
    async ready() {
      console.log(`Records      ${lake.url}`);
      console.log(`MQTT         ${thingsStack.url}\n`);
      console.log('Stand-ins for The Things Stack and Microshare run here; Ctrl-C ends everything.');
      console.log('What a Node-RED of your own needs to connect to them:\n');
      console.log(
        `TTN          application ${application.applicationId}@${application.tenantId}, HTTP API ${thingsStack.api.url}`,
      );
      console.log(`             API key ${apiKey?.key}`);
      console.log(`Microshare   API and login ${lake.url}, pipe token ${account.pipeToken}`);
      console.log(
        `             or user ${account.username}, password ${account.password}, API key ${account.clientId}\n`,
      );
      await subscribed;
      devices = startDevices(thingsStack, { intervalMs: DEVICE_INTERVAL_MS });
    },
    async close() {
      devices?.stop();
      await thingsStack.close();
      await lake.close();
    },
  };
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
