import assert from 'node:assert/strict';
import { Editor, NODES } from './editor';
import type { Context } from './editor.test';
import { FLOW } from './stage';

/** Every page of every dialog, in a browser that has just come. */
export function darkTheme(context: Context): void {
  describe('in the dark', () => {
    it('opens every dialog and each of its tabs on a narrow screen', async () => {
      const { browser, nodeRed } = context;
      const viewport = { width: 1024, height: 700 };
      const editor = await Editor.open(browser, nodeRed.url, { theme: 'dark', viewport });
      await editor.page.locator('html.nr-theme-dark').waitFor();
      await editor.showFlow(FLOW);
      for (const [type, config] of NODES) {
        await editor.openNode(type);
        await editor.openAllParts();
        if (config) {
          await editor.openConfig(config);
          await editor.openAllParts();
        }
        await editor.closeAll();
      }
      await editor.openDelivery();
      assert.deepEqual(editor.problems, []);
      await editor.page.close();
    });
  });
}
