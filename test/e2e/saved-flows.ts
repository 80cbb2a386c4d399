import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { example, fillIn, type FlowNode } from '../../demo/example';
import type { StoredRecord } from '../../demo/microshare/records';
import { Editor, NODES } from './editor';
import type { Context } from './editor.test';
import { EXAMPLE, FLOW } from './stage';

const FOLDER = join(__dirname, 'saved-flows');
const EXAMPLES = join(__dirname, '..', '..', 'examples');

/** Flows as earlier forms of the package have saved them. */
export function savedFlows(context: Context): void {
  describe('takes a flow that was saved before settings were added', () => {
    for (const file of readdirSync(FOLDER)) {
      it(`runs it, opens it without a fault, and makes a new one of it: ${file}`, async () => {
        const saved = readyToRun(file, context);
        const before = await recordOf(saved, context);

        const { browser, nodeRed } = context;
        const editor = await Editor.open(browser, nodeRed.url);
        await editor.showFlow(String(saved[0]!.label));
        for (const { type } of ours(saved)) assert.deepEqual(await editor.faultsOf(type), [], type);
        await confirmAll(editor);
        await editor.deploy();

        const deployed = JSON.parse(await nodeRed.get('flows')) as FlowNode[];
        for (const node of ours(saved)) {
          const fresh = { ...(await editor.defaultsOf(node.type)), ...node };
          assert.deepEqual(
            deployed.find(({ id }) => id === node.id),
            fresh,
          );
        }
        assert.deepEqual(await recordOf(deployed, context), before);
        assert.deepEqual(editor.problems, []);
        await editor.page.close();
      });
    }
  });

  describe('takes a flow that is as it saves it', () => {
    it('changes nothing in it when dialogs are only looked at and confirmed', async () => {
      const { browser, nodeRed } = context;
      const byVariable = { fault: '${FAULT}', outputs: 2, wires: [[], []] };
      await nodeRed.deploy(
        fillIn(example(EXAMPLE)).map((node) =>
          node.type === 'lpp-decode' ? { ...node, ...byVariable } : node,
        ),
      );
      const editor = await Editor.open(browser, nodeRed.url);
      await editor.showFlow(FLOW);
      await confirmAll(editor);
      assert.equal(await editor.page.evaluate('RED.nodes.dirty()'), false);
      await editor.page.close();
    });

    it('misses no stored secret when the TLS settings of an application are deleted', async () => {
      const { browser, nodeRed, knows } = context;
      const stored = { tls: 'tls', apiKeyVariable: '', credentials: { apiKey: knows.apiKey } };
      const flow = fillIn(example(EXAMPLE)).map((node) =>
        node.type === 'ttn-application' ? { ...node, ...stored } : node,
      );
      await nodeRed.deploy([...flow, { id: 'tls', type: 'tls-config', name: '' }]);
      const editor = await Editor.open(browser, nodeRed.url);
      await editor.page.evaluate("RED.editor.editConfig('', 'tls-config', 'tls')");
      await editor.press('Delete');
      await editor.dialog.waitFor({ state: 'detached' });
      assert.equal((await editor.settingsOf('ttn-application')).tls, '');
      assert.deepEqual(await editor.faultsOf('ttn-application'), []);
      await editor.page.close();
    });

    it('finds each setting in each example', async () => {
      for (const file of readdirSync(EXAMPLES)) {
        for (const node of example(file.replace('.json', ''))) {
          if (!/^(ttn|lpp|microshare)-/.test(node.type)) continue;
          const settings = Object.keys(await context.editor.defaultsOf(node.type));
          assert.deepEqual(
            settings.filter((name) => !(name in node)),
            [],
            `${file}: ${node.type}`,
          );
        }
      }
    });
  });
}

/** A saved flow, with the addresses of what stands in for the services. */
function readyToRun(file: string, { knows, lake }: Context): FlowNode[] {
  const addresses: Record<string, object> = {
    'ttn-application': { host: knows.host, applicationId: knows.applicationId },
    'microshare-account': { apiUrl: lake.apiUrl, authUrl: lake.url },
  };
  const flow = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as FlowNode[];
  return flow.map((node) => ({ ...node, ...addresses[node.type] }));
}

const ours = (flow: FlowNode[]) => flow.filter(({ type }) => type !== 'tab');

/** What becomes of an uplink in a flow; the first may come before the flow is connected. */
async function recordOf(flow: FlowNode[], { nodeRed, stack, lake }: Context): Promise<object> {
  await nodeRed.deploy(flow);
  const arrived = once(lake, 'record', { signal: AbortSignal.timeout(20_000) });
  const sending = setInterval(() => {
    stack.publishUplink({ deviceId: 'office-1', fPort: 1, bytes: Buffer.from('036701100274FF38', 'hex') });
  }, 500);
  const [{ recType, tags, data }] = (await arrived.finally(() => clearInterval(sending))) as [StoredRecord];
  const { meta: _radio, time: _time, ...measured } = data as Record<string, unknown>;
  return { recType, tags, measured };
}

async function confirmAll(editor: Editor): Promise<void> {
  for (const [type, config] of NODES) {
    await editor.openNode(type);
    if (config) {
      await editor.openConfig(config);
      await editor.openAllParts();
      await editor.close();
    }
    await editor.openAllParts();
    await editor.close();
  }
}
