import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Locator } from 'playwright-core';
import { example, fillIn } from '../../demo/example';
import { NodeRed } from '../../demo/node-red';
import { freePort } from '../../demo/ports';
import { Editor } from './editor';
import type { Context } from './editor.test';
import { EXAMPLE, FLOW, REC_TYPE } from './stage';

/** Who they are is told by the token that each opens the editor with. */
const USERS = { reader: 'read', writer: '*' };
type User = keyof typeof USERS;

/** Where Node-RED asks who comes. */
export function permissions(context: Context, nodeRed: string): void {
  describe('of a Node-RED with logins', () => {
    let guarded: NodeRed;

    before(async () => {
      // One Node-RED is enough to be refused.
      await context.nodeRed.deploy([]);
      const userDir = await context.workshop.install(context.tarball, `guarded-${nodeRed}`);
      const subscribed = once(context.stack, 'subscribed');
      guarded = await startGuarded(nodeRed, userDir, context);
      await subscribed;
      rejectOne(context);
    });
    after(() => guarded?.stop());

    /** What the user finds among the figures of the node that has rejected a record. */
    async function rejectedAs(user: User, look: (tab: Locator) => Promise<void>): Promise<void> {
      const editor = await Editor.open(context.browser, `${guarded.url}/?access_token=${user}`);
      const tab = await editor.openDelivery();
      await tab.getByText('1 rejected').click();
      await tab.getByRole('listitem').getByText('not like this').waitFor();
      await look(tab);
      assert.deepEqual(editor.problems, []);
      await editor.page.close();
    }

    it('shows who may only read the figures, and no button that changes anything', async () => {
      await rejectedAs('reader', async (tab) => {
        await tab.getByText('connected', { exact: true }).waitFor();
        await tab.getByText('You may look at these records, not change them.').waitFor();
        assert.deepEqual(await buttonsOf(tab), ['Refresh', 'Export']);
      });
    });

    it('tells who may only read in words that a test is not for them', async () => {
      const editor = await Editor.open(context.browser, `${guarded.url}/?access_token=reader`);
      await editor.showFlow(FLOW);
      for (const [type, config] of [
        ['microshare-share', 'account'],
        ['ttn-uplink', 'application'],
      ] as const) {
        await editor.openNode(type);
        await editor.openConfig(config);
        await editor.press('Test');
        await editor.says('You may not do this in Node-RED');
        await editor.closeAll();
      }
      await editor.page.close();
    });

    it('shows the others the buttons, too', async () => {
      await rejectedAs('writer', async (tab) => {
        const writing = ['Send all again', 'Discard all', 'Send again', 'Discard'];
        assert.deepEqual((await buttonsOf(tab)).sort(), ['Refresh', 'Export', ...writing].sort());
      });
    });

    it('refuses what a reader sends without a button', async () => {
      const { id } = example(EXAMPLE).find(({ type }) => type === 'microshare-share')!;
      const statusFor = async (user: User) => {
        const headers = { authorization: `Bearer ${user}`, 'content-type': 'application/json' };
        const url = `${guarded.url}/microshare-share/${id}/resume`;
        return (await fetch(url, { method: 'POST', headers, body: '{}' })).status;
      };
      assert.equal(await statusFor('reader'), 401);
      assert.equal(await statusFor('writer'), 200);
    });
  });
}

/** The buttons about rejected records. */
async function buttonsOf(tab: Locator): Promise<string[]> {
  const buttons = tab.locator('details').first().locator('button:visible');
  return buttons.evaluateAll((all) => all.map((one) => one.ariaLabel ?? (one.textContent ?? '').trim()));
}

function rejectOne({ lake, stack }: Context): void {
  lake.fail({ kind: 'answer', status: 400, body: 'not like this', path: '/share/' });
  stack.publishUplink({ deviceId: 'cellar', bytes: Buffer.from('056700fa', 'hex') });
}

/** The main example in a Node-RED of its own, with settings that only code can say. */
async function startGuarded(nodeRed: string, userDir: string, context: Context): Promise<NodeRed> {
  const port = await freePort();
  const settings = join(userDir, 'guarded.js');
  writeFileSync(
    settings,
    `const users = ${JSON.stringify(USERS)};
    const userOf = async (username) => username in users ? { username, permissions: users[username] } : null;
    module.exports = {
      uiHost: '127.0.0.1',
      uiPort: ${port},
      credentialSecret: 'demo',
      editorTheme: { tours: false },
      telemetry: { enabled: false, updateNotification: false },
      flowFile: 'flows.json',
      adminAuth: { type: 'credentials', users: userOf, authenticate: async () => null, tokens: userOf },
    };`,
  );
  const red = join(dirname(require.resolve(`${nodeRed}/package.json`)), 'red.js');
  writeFileSync(
    join(userDir, 'red.js'),
    `process.argv.push('--settings', ${JSON.stringify(settings)}); require(${JSON.stringify(red)});`,
  );
  const { knows, lake } = context;
  return NodeRed.start({
    userDir,
    port,
    flow: fillIn(example(EXAMPLE)),
    nodeRed: join(userDir, 'package.json'),
    env: {
      TTN_APP_MQTT_HOSTNAME: knows.host,
      TTN_APP_ID: knows.applicationId,
      TTN_APP_ACCESS_KEY: knows.apiKey,
      TTN_API_URL: knows.stackApi,
      MICROSHARE_API_URL: lake.apiUrl,
      MICROSHARE_AUTH_URL: lake.url,
      MICROSHARE_TOKEN: knows.token,
      MICROSHARE_RECTYPE: REC_TYPE,
    },
  });
}
