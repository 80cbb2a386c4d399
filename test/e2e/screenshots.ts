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
const SHIFT = 20;
/** The whole flow beside the Delivery tab. */
const WIDE = { width: 1310, height: 500 };
/** Most of a dialog. */
const MEDIUM = { width: 1310, height: 660 };
/** The whole Delivery tab. */
const TALL = { width: 1310, height: 800 };

async function main(): Promise<void> {
  if (!hasChromium) throw new Error(NO_CHROMIUM);
  const workshop = new Workshop();
  let stage: Stage | undefined;
  try {
    const { tarball } = await workshop.pack();
    stage = await setStage('node-red', await workshop.install(tarball, 'screenshots'));
    await stage.nodeRed.deploy(flowOf(stage));
    await sendUntilRecorded(stage, RECORDS);
    await makeRoom(stage);
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

/** Closes palette and debug messages, which Node-RED remembers for its user. */
async function makeRoom({ browser, nodeRed }: Stage): Promise<void> {
  const editor = await Editor.open(browser, nodeRed.url);
  await editor.action('core:toggle-left-sidebar');
  const remembered = editor.page.waitForRequest(
    (request) => request.url().endsWith('/settings/user') && request.method() === 'POST',
  );
  await editor.page.locator('button:visible:has(.fa-bug)').click();
  await remembered;
  await editor.page.waitForTimeout(1000);
  await editor.page.close();
}

async function takeAll({ browser, nodeRed }: Stage): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    const editor = await Editor.open(browser, nodeRed.url, { theme, viewport: WIDE });
    await editor.showFlow(FLOW);
    await editor.openDelivery();
    await editor.waitForStatus('microshare-share', 'green', /written/);
    await take(editor, editor.page, `flow-${theme}`);
    await editor.page.close();
  }
  const editor = await Editor.open(browser, nodeRed.url, { viewport: MEDIUM });
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
  const tab = await editor.openDelivery();
  await tab.getByText(/devices? heard$/).click();
  await tab.getByRole('table').waitFor();
  await take(editor, tab, 'delivery');
}

async function take(editor: Editor, what: Page | Locator, name: string): Promise<void> {
  // Neither tooltips nor the focus.
  await editor.page.evaluate('document.activeElement.blur()');
  await editor.page.mouse.move(0, 0);
  await editor.page.waitForTimeout(500);
  await what.screenshot({ path: join(DOCS, `${name}.png`) });
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
