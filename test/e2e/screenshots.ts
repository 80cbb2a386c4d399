// What `npm run screenshots` runs: makes the pictures of the README in docs/.
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { example, type FlowNode } from '../../demo/example';
import { Workshop } from '../package/workshop';
import { hasChromium, NO_CHROMIUM } from './browser';
import { Editor } from './editor';
import { EXAMPLE, FLOW, REC_TYPE, sendUntilRecorded, setStage, type Stage } from './stage';

const DOCS = join(__dirname, '..', '..', 'docs');
const RECORDS = 40;
const SHIFT = 40;
/** The whole flow beside the Delivery tab. */
const WIDE = { width: 1310, height: 500 };
/** The whole Delivery tab. */
const TALL = { width: 1500, height: 900 };

async function main(): Promise<void> {
  if (!hasChromium) throw new Error(NO_CHROMIUM);
  const workshop = new Workshop();
  let stage: Stage | undefined;
  try {
    const { tarball } = await workshop.pack();
    stage = await setStage('node-red', await workshop.install(tarball, 'screenshots'));
    await stage.nodeRed.deploy(flowOf(stage));
    await sendUntilRecorded(stage, RECORDS);
    await takeAll(stage);
  } finally {
    await stage?.close();
    workshop.clear();
  }
}

/** The main example as the first five minutes leave it. */
function flowOf({ knows, lake }: Stage): FlowNode[] {
  const { host, applicationId, apiKey, stackApi, token } = knows;
  const filled: Record<string, object> = {
    'ttn-application': { host, applicationId, apiUrl: stackApi, credentials: { apiKey } },
    'microshare-account': { apiUrl: lake.apiUrl, authUrl: lake.url, credentials: { token } },
    'microshare-share': { recType: REC_TYPE },
  };
  return example(EXAMPLE).map((node) => ({
    ...node,
    ...filled[node.type],
    // The comment is wider here than on most screens, and would begin left of the workspace.
    ...(typeof node.x === 'number' && { x: node.x + SHIFT }),
  }));
}

async function takeAll({ browser, nodeRed }: Stage): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    const editor = await Editor.open(browser, nodeRed.url, { theme, viewport: WIDE });
    await editor.showFlow(FLOW);
    await showDeliveryAlone(editor);
    await editor.action('core:toggle-left-sidebar');
    await editor.waitForStatus('microshare-share', 'green', /ok/);
    await take(editor, editor.page, `flow-${theme}`);
    await editor.page.close();
  }
  const editor = await Editor.open(browser, nodeRed.url, { viewport: WIDE });
  await editor.showFlow(FLOW);
  await takeDialogs(editor);
  await editor.page.close();
  await takeDelivery(await Editor.open(browser, nodeRed.url, { viewport: TALL }));
}

async function takeDialogs(editor: Editor): Promise<void> {
  await editor.openNode('lpp-decode');
  await editor.openPart('Try it');
  await editor.press('Last payload');
  await editor.dialog.getByRole('table').waitFor();
  await take(editor, editor.dialog, 'lpp-decode');
  await editor.closeAll();

  await editor.openNode('microshare-share');
  await editor.openPart('Preview');
  await editor.says(new RegExp(`for ${REC_TYPE}`));
  await take(editor, editor.dialog, 'microshare-share');
  await editor.closeAll();
}

async function takeDelivery(editor: Editor): Promise<void> {
  const tab = await showDeliveryAlone(editor);
  await tab.getByText(/devices? heard$/).click();
  await tab.getByRole('table').waitFor();
  await take(editor, tab, 'delivery');
}

/** Without the debug messages that Node-RED 5 shows below. */
async function showDeliveryAlone(editor: Editor): Promise<Locator> {
  const tab = await editor.openDelivery();
  await editor.page.locator('button:visible:has(.fa-bug)').click();
  return tab;
}

async function take(editor: Editor, what: Page | Locator, name: string): Promise<void> {
  // Tooltips go where no one points at anything.
  await editor.page.mouse.move(0, 0);
  await editor.page.waitForTimeout(500);
  await what.screenshot({ path: join(DOCS, `${name}.png`) });
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
