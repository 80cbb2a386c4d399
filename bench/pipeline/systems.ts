import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { example } from '../../demo/example';
import { installPackage, NodeRed } from '../../demo/node-red';
import { freePort } from '../../demo/ports';
import { Remote } from './remote';
import type { ScriptCalls } from './script';
import { APPLICATION, TOPICS } from './uplinks';

/** What a system runs between. */
export interface Surroundings {
  brokerUrl: string;
  apiUrl: string;
  recType: string;
  token: string;
}

/** A process that carries uplinks of the broker to the sink. */
export interface Running {
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

/** `userCPUTime`, `systemCPUTime` in microseconds; `maxRSS` in KiB; `rss` in bytes. */
export type Usage = Pick<NodeJS.ResourceUsage, 'userCPUTime' | 'systemCPUTime' | 'maxRSS'> & { rss: number };

export interface System {
  name: string;
  start(surroundings: Surroundings): Promise<Running>;
}

export const CORE: System = {
  name: 'core nodes',
  start: (surroundings) => startNodeRed(coreFlow(surroundings), {}),
};

/** The example of the package; there is no Storage Integration to fetch from. */
const PLATFORM_INTEGRATION = example('platform-integration').map((node) =>
  node.type === 'ttn-application' ? { ...node, recovery: false } : node,
);

export const PACKAGE: System = {
  name: '**this package**',
  start: ({ brokerUrl, apiUrl, recType, token }) =>
    startNodeRed(PLATFORM_INTEGRATION, {
      TTN_APP_MQTT_HOSTNAME: brokerUrl,
      TTN_APP_ID: `${APPLICATION.applicationId}@${APPLICATION.tenantId}`,
      TTN_APP_ACCESS_KEY: APPLICATION.apiKeys[0]!.key,
      MICROSHARE_API_URL: apiUrl,
      MICROSHARE_AUTH_URL: apiUrl,
      MICROSHARE_TOKEN: token,
      MICROSHARE_RECTYPE: recType,
    }),
};

export const SCRIPT: System = {
  name: 'bare script',
  async start(surroundings) {
    const script = new Remote<ScriptCalls>(require.resolve('./script'));
    await script.call('start', surroundings);
    return { usage: () => script.call('usage'), stop: () => script.stop() };
  },
};

async function startNodeRed(flow: object[], env: Record<string, string>): Promise<Running> {
  const userDir = mkdtempSync(join(tmpdir(), 'bench-'));
  installPackage(userDir);
  const nodeRed = await NodeRed.start({
    userDir,
    port: await freePort(),
    flow: [...flow, ...usageFlow()],
    env,
    onLine: (line) => {
      if (/\[error\]|\[warn\] \[/.test(line)) console.error(line);
    },
  });
  return {
    usage: async () => JSON.parse(await nodeRed.get('usage')) as Usage,
    async stop() {
      await nodeRed.stop();
      rmSync(userDir, { recursive: true, force: true });
    },
  };
}

/** Without a place Node-RED takes a node for a config node. */
const ON_CORE = { z: 'core', x: 0, y: 0 };
const ON_USAGE = { z: 'usage', x: 0, y: 0 };

/** `mqtt in` -> `json` -> `function` -> `http request`, all else as the editor gives it. */
function coreFlow({ brokerUrl, apiUrl, recType, token }: Surroundings): object[] {
  const { hostname, port } = new URL(brokerUrl);
  const { outputFiles } = buildSync({
    entryPoints: [require.resolve('./by-hand')],
    bundle: true,
    format: 'iife',
    globalName: 'byHand',
    write: false,
  });
  return [
    { id: 'core', type: 'tab' },
    {
      id: 'broker',
      type: 'mqtt-broker',
      broker: hostname,
      port,
      autoConnect: true,
      protocolVersion: '4',
      cleansession: true,
    },
    {
      id: 'in',
      ...ON_CORE,
      type: 'mqtt in',
      broker: 'broker',
      topic: TOPICS,
      qos: '0',
      datatype: 'utf8',
      wires: [['json']],
    },
    { id: 'json', ...ON_CORE, type: 'json', property: 'payload', action: '', wires: [['record']] },
    {
      id: 'record',
      ...ON_CORE,
      type: 'function',
      initialize: `${outputFiles[0]!.text}\ncontext.set('byHand', byHand);`,
      func: `
        const { record } = context.get('byHand');
        msg.payload = record(msg.payload);
        msg.headers = { authorization: 'Bearer ${token}', 'content-type': 'application/json' };
        return msg;`,
      outputs: 1,
      wires: [['post']],
    },
    {
      id: 'post',
      ...ON_CORE,
      type: 'http request',
      method: 'POST',
      ret: 'txt',
      paytoqs: 'ignore',
      url: `${apiUrl}/share/${recType}`,
      persist: false,
      wires: [[]],
    },
  ];
}

/** Lets Node-RED say what it has used. */
function usageFlow(): object[] {
  return [
    { id: 'usage', type: 'tab' },
    { id: 'asked', ...ON_USAGE, type: 'http in', url: '/usage', method: 'get', wires: [['look']] },
    {
      id: 'look',
      ...ON_USAGE,
      type: 'function',
      func: 'msg.payload = { ...proc.resourceUsage(), rss: proc.memoryUsage.rss() };\nreturn msg;',
      outputs: 1,
      libs: [{ var: 'proc', module: 'process' }],
      wires: [['answer']],
    },
    { id: 'answer', ...ON_USAGE, type: 'http response', wires: [] },
  ];
}
