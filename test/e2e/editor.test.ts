import assert from 'node:assert/strict';
import { Workshop } from '../package/workshop';
import { accessibility } from './accessibility';
import { hasChromium, NO_CHROMIUM } from './browser';
import { darkTheme } from './dark-theme';
import { dialogs } from './dialogs';
import { Editor } from './editor';
import { firstFiveMinutes } from './first-five-minutes';
import { panels } from './panels';
import { permissions } from './permissions';
import { savedFlows } from './saved-flows';
import { setStage, type Stage } from './stage';

/** What the tests of one Node-RED share. */
export interface Context extends Stage {
  editor: Editor;
  tarball: string;
  workshop: Workshop;
}

describe('the editor', () => {
  if (!hasChromium) {
    it.skip(NO_CHROMIUM);
    return;
  }
  const workshop = new Workshop();
  let tarball: string;

  before(async () => {
    ({ tarball } = await workshop.pack());
  });
  after(() => workshop.clear());

  for (const [version, nodeRed] of [
    ['5.0', 'node-red'],
    ['4.1', 'node-red-4'],
  ] as const) {
    describe(`of Node-RED ${version}`, () => {
      const context = {} as Context;

      before(async () => {
        const stage = await setStage(nodeRed, workshop.folder(version));
        Object.assign(context, stage, { tarball, workshop });
        context.editor = await Editor.open(stage.browser, stage.nodeRed.url);
      });
      after(() => context.close?.());
      afterEach(() => assert.deepEqual(context.editor.problems.splice(0), []));
      afterEach(() => context.editor.closeAll());

      firstFiveMinutes(context);
      panels(context);
      dialogs(context);
      // Node-RED 4 has no dark theme.
      if (version === '5.0') darkTheme(context);
      accessibility(context, version === '5.0' ? 'de' : 'fr');
      savedFlows(context);
      permissions(context, nodeRed);
    });
  }
});
