import { once } from 'node:events';
import type { Browser } from 'playwright-core';
import { startLake, type Lake } from '../../demo/microshare/lake';
import { NodeRed } from '../../demo/node-red';
import { freePort } from '../../demo/ports';
import { fakeApiKey, type Application } from '../../demo/things-stack/applications';
import { startDevices } from '../../demo/things-stack/devices';
import { startThingsStack, type ThingsStack } from '../../demo/things-stack/server';
import { launchChromium } from './browser';

/** Its key may do all that the dialogs offer. */
const APPLICATION: Application = {
  applicationId: 'demo-sensors',
  tenantId: 'ttn',
  apiKeys: [
    {
      key: fakeApiKey('demo'),
      rights: [
        'RIGHT_APPLICATION_TRAFFIC_READ',
        'RIGHT_APPLICATION_DEVICES_READ',
        'RIGHT_APPLICATION_SETTINGS_BASIC',
        'RIGHT_APPLICATION_SETTINGS_PACKAGES',
      ],
    },
  ],
  devices: [
    { deviceId: 'meeting-room', name: 'Climate of the meeting room' },
    { deviceId: 'roof', name: 'Weather on the roof' },
    { deviceId: 'cellar', name: 'Pump in the cellar' },
  ],
};

/** The main example, and the flow in it. */
export const EXAMPLE = 'uplink-decode-share';
export const FLOW = 'Uplink to Microshare';
export const REC_TYPE = 'io.example.city.climate';

/** What the editor's user has at hand: Node-RED, The Things Stack, Microshare's lake, and a browser. */
export interface Stage {
  nodeRed: NodeRed;
  stack: ThingsStack;
  lake: Lake;
  browser: Browser;
  /** What the user knows by heart. */
  knows: { host: string; applicationId: string; apiKey: string; stackApi: string; token: string };
  close(): Promise<void>;
}

/** @param nodeRed the npm package */
export async function setStage(nodeRed: string, userDir: string): Promise<Stage> {
  const stack = await startThingsStack({ applications: [APPLICATION] });
  const lake = await startLake();
  const { applicationId, tenantId, apiKeys } = APPLICATION;
  const [apiKey, token] = [apiKeys[0]!.key, lake.issueToken()];
  const running = await NodeRed.start({
    userDir,
    port: await freePort(),
    flow: [],
    nodeRed: require.resolve(`${nodeRed}/package.json`),
    env: {
      npm_config_prefer_offline: 'true',
      npm_config_audit: 'false',
      TTN_APP_ACCESS_KEY: apiKey,
      MICROSHARE_TOKEN: token,
    },
  });
  const browser = await launchChromium();
  return {
    nodeRed: running,
    stack,
    lake,
    browser,
    knows: {
      host: stack.url,
      applicationId: `${applicationId}@${tenantId}`,
      apiKey,
      stackApi: stack.api.url,
      token,
    },
    async close() {
      await browser.close();
      await running.stop();
      await stack.close();
      await lake.close();
    },
  };
}

/** Lets the simulated devices send until so many records have come to the lake. */
export async function sendUntilRecorded({ stack, lake }: Stage, count: number): Promise<void> {
  const devices = startDevices(stack, { intervalMs: 1000 });
  try {
    const signal = AbortSignal.timeout(20_000);
    while (lake.records(REC_TYPE).length < count) await once(lake, 'record', { signal });
  } finally {
    devices.stop();
  }
}
