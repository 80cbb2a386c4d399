import assert from 'node:assert/strict';
import { Editor } from './editor';
import type { Context } from './editor.test';
import { FLOW } from './stage';

/** Settings that decide what a dialog shows, one after the other. */
type Choices = Record<string, string>[];

const DIALOGS: { type: string; config?: string; choices: Choices }[] = [
  { type: 'ttn-uplink', choices: [{}] },
  { type: 'lpp-decode', choices: [{ direction: 'decode', dialect: 'lpp2' }, { direction: 'encode' }] },
  {
    type: 'microshare-share',
    choices: [
      { operation: 'write', record: 'received' },
      { record: 'unpacked' },
      { record: 'jsonata' },
      { operation: 'read', readBy: 'id' },
    ],
  },
  {
    type: 'ttn-uplink',
    config: 'application',
    choices: [
      { transport: 'things-stack', cluster: 'own' },
      { transport: 'v2' },
      { transport: 'webhook', acknowledge: 'stored' },
      { transport: 'broker' },
      { transport: 'amqp' },
    ],
  },
  {
    type: 'microshare-share',
    config: 'account',
    choices: [{ environment: 'own', mode: 'pipe' }, { mode: 'password' }],
  },
];

/** Narrower than this, Node-RED's own parts are in each other's way. */
const NARROW = { width: 1024, height: 800 };

/** With long words, where there is little room; without a mouse; by what a screen reader is told. */
export function accessibility(context: Context, language: 'de' | 'fr'): void {
  describe(`in a narrow window, in the language ${language}`, () => {
    let editor: Editor;

    before(async () => {
      const { browser, nodeRed } = context;
      editor = await Editor.open(browser, nodeRed.url, { viewport: NARROW, language });
      await editor.showFlow(FLOW);
    });
    afterEach(() => editor.closeAll());
    after(() => editor.page.close());

    for (const { type, config, choices } of DIALOGS) {
      it(`shows all of the dialog, and names each control: ${type} ${config ?? ''}`, async () => {
        await editor.openNode(type);
        if (config) await editor.openConfig(config);
        for (const choice of choices) {
          await editor.choose(choice);
          await editor.eachPart(async (part) => {
            assert.deepEqual(await faultsIn(editor, '.red-ui-tray-body'), [], part);
          });
        }
      });
    }

    it('shows all of the tab Delivery, and names each control', async () => {
      const tab = await editor.openDelivery();
      await tab.locator('summary:visible').last().click();
      await tab.getByRole('table').waitFor();
      assert.deepEqual(await faultsIn(editor, '.ttn-microshare-delivery'), []);
    });

    it('opens the pages of a dialog by the keyboard, and shows where the focus is', async () => {
      await editor.openNode('lpp-decode');
      const second = editor.dialog.getByRole('tab').nth(1);
      await editor.dialog.getByRole('tab').first().focus();
      await editor.page.keyboard.press('Tab');
      assert.equal(
        await editor.page.evaluate('getComputedStyle(document.activeElement).outlineStyle'),
        'solid',
      );
      await editor.page.keyboard.press('Enter');
      await editor.dialog.locator('#node-input-output').waitFor();
      assert.equal(await second.getAttribute('aria-selected'), 'true');
      await editor.dialog.getByRole('tab').first().press('Space');
      await editor.dialog.locator('#node-input-direction').waitFor();
    });

    it('lets the Tab key move on from the pencil of a config node, which Enter and Space press', async () => {
      await editor.openNode('microshare-share');
      const pencil = editor.dialog.locator('#node-input-btn-account-edit');
      await pencil.focus();
      await editor.page.keyboard.press('Tab');
      await editor.dialog.locator('#node-input-btn-account-add:focus').waitFor();
      for (const key of ['Enter', 'Space']) {
        await pencil.focus();
        await editor.page.keyboard.press(key);
        await editor.dialog.locator('#node-config-input-environment').waitFor();
        await editor.close('cancel');
      }
    });

    it('warns in a colour that can be read', async () => {
      await editor.openNode('microshare-share');
      await editor.fillField('recType', 'climate');
      const warning = '#microshare-share-recType-warnings';
      await editor.dialog.locator(`${warning}:not(:empty)`).waitFor();
      const contrast = await editor.page.evaluate<number>(`(${CONTRAST})('${warning}')`);
      assert.ok(contrast >= READABLE_CONTRAST, String(contrast));
    });

    it('lets the Tab key move on in the tab Delivery', async () => {
      const tab = await editor.openDelivery();
      const node = tab.locator('button:visible').first();
      await node.focus();
      await editor.page.keyboard.press('Tab');
      await tab.locator(':focus').waitFor();
      assert.equal(await tab.locator(':focus').evaluate((one) => one.tagName === 'BUTTON'), false);
    });
  });
}

/**
 * What is wrong with that which is seen below an element: controls without a name (a placeholder is none), cut off, or
 * over each other; words that are wider than their place.
 */
function faultsIn(editor: Editor, root: string): Promise<string[]> {
  return editor.page.evaluate<string[]>(`(${LOOK})(document.querySelector('${root}'))`);
}

/** Of normal text, by WCAG 2, level AA. */
const READABLE_CONTRAST = 4.5;

/** Between what an element's text is painted with and the page behind it. */
const CONTRAST = `(selector) => {
  const painted = (colour) => {
    const brush = document.createElement('canvas').getContext('2d');
    brush.fillStyle = colour;
    brush.fillRect(0, 0, 1, 1);
    return [...brush.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (colour) => {
    const [red, green, blue] = painted(colour)
      .map((part) => part / 255)
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const backgroundOf = (one) => {
    const { backgroundColor } = getComputedStyle(one);
    return backgroundColor === 'rgba(0, 0, 0, 0)' ? backgroundOf(one.parentElement) : backgroundColor;
  };
  const text = document.querySelector(selector);
  const [light, dark] = [getComputedStyle(text).color, backgroundOf(text)].map(luminance).sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}`;

const LOOK = `(root) => {
  const all = (selector) => [...root.querySelectorAll(selector)].filter((one) =>
    one.checkVisibility({ visibilityProperty: true })
    // Node-RED's own.
    && !one.id.startsWith('red-ui-t') && !one.closest('#red-ui-tab-editor-tab-properties'));
  const text = (one) => one?.textContent.trim();
  const isNamed = (one) => one.ariaLabel || one.title
    || one.getAttribute('aria-labelledby')?.split(' ').some((id) => text(document.getElementById(id)))
    || [...(one.labels ?? [])].some(text)
    || (['A', 'BUTTON', 'SUMMARY'].includes(one.tagName) && text(one));
  const widgetOf = (one) => one.closest('.red-ui-typedInput-container, .red-ui-tabs') ?? one;
  const boxOf = (one) => one.getBoundingClientRect();
  const liesOver = (one, other) => widgetOf(one) !== widgetOf(other)
    && boxOf(one).left < boxOf(other).right - 1 && boxOf(other).left < boxOf(one).right - 1
    && boxOf(one).top < boxOf(other).bottom - 1 && boxOf(other).top < boxOf(one).bottom - 1;
  const isTooWide = (one) => one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1;

  const controls = all('input, select, textarea, button, a, summary');
  const say = (what) => (one) => what + ': ' + one.outerHTML.slice(0, 160);
  return [
    ...controls.filter((one) => !isNamed(one)).map(say('without a name')),
    ...controls.filter((one) => boxOf(one).right > boxOf(root).right + 1).map(say('cut off')),
    ...controls.filter((one, at) => controls.slice(at + 1).some((other) => liesOver(one, other))).map(say('over another')),
    ...[root, ...all('label, button, a, p, dd, th')].filter(isTooWide).map(say('too wide')),
  ];
}`;
