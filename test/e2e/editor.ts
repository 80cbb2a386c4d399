import type { Browser, Locator, Page } from 'playwright-core';
import { watchedPage, type Viewport } from './browser';

/** The nodes of the main example, with the field that leads to a config node. */
export const NODES = [
  ['ttn-uplink', 'application'],
  ['lpp-decode', undefined],
  ['microshare-share', 'account'],
] as const;

/** The package, as lists of Node-RED name it. */
const MODULE = '@ttn-microshare/node-red';

const DOUBLE_CLICK_MS = 410;

/** The tests are compiled without the browser's types. */
interface FormField {
  type: string;
  checked: boolean;
  value: string;
}

export interface EditorOptions {
  theme?: 'light' | 'dark';
  viewport?: Viewport;
  language?: string;
}

/** What a person does in Node-RED's editor. */
export class Editor {
  /** Of a tab. */
  #clickedAt = 0;

  private constructor(
    readonly page: Page,
    /** What went wrong in the page. */
    readonly problems: string[],
  ) {}

  static async open(browser: Browser, url: string, options: EditorOptions = {}): Promise<Editor> {
    const { theme = 'light', viewport = { width: 1400, height: 900 }, language = 'en-US' } = options;
    const { page, problems } = await watchedPage(browser, viewport);
    // Node-RED reads them when it starts.
    await page.addInitScript(
      `localStorage.setItem('view-dark-theme', '${theme}'); localStorage.setItem('editor-language', '${language}')`,
    );
    await page.goto(url);
    await page.waitForSelector('.red-ui-palette-node', { state: 'attached' });
    await page.waitForFunction('RED.workspaces.active()');
    return new Editor(page, problems);
  }

  /** @param name such as `core:manage-palette` */
  async action(name: string): Promise<void> {
    await this.page.evaluate(`RED.actions.invoke('${name}')`);
  }

  /** Installs a tarball by the palette manager's upload. */
  async uploadPackage(tarball: string): Promise<void> {
    await this.action('core:manage-palette');
    await this.page.click('#red-ui-tab-install');
    const upload = this.page.locator('.red-ui-palette-editor-upload-button input[type=file]');
    await upload.setInputFiles(tarball);
    await this.page.click('.red-ui-palette-editor-upload-buttons button.primary');
    const node = this.page.locator('[data-palette-type="ttn-uplink"]');
    await node.waitFor({ state: 'attached', timeout: 120_000 });
    await this.closeAll();
  }

  /** Closes whatever dialogs are open, by no button of theirs. */
  async closeAll(): Promise<void> {
    while (await this.dialog.count()) {
      await this.page.evaluate('new Promise((closed) => RED.tray.close(closed))');
    }
    await this.depth(0);
  }

  /** The types of the palette's category, in its order. */
  async category(name: string): Promise<string[]> {
    const nodes = this.page.locator(`#red-ui-palette-${name} .red-ui-palette-node`);
    return nodes.evaluateAll((all) => all.map(({ dataset }) => dataset.paletteType ?? ''));
  }

  /** By the Import dialog's list of examples; shows the flow of that label. */
  async importExample(name: string, flow: string): Promise<void> {
    await this.action('core:show-examples-import-dialog');
    const tree = this.page.locator('#red-ui-clipboard-dialog-import-tab-examples');
    await tree.getByText(MODULE, { exact: true }).click();
    await tree.getByText(name, { exact: true }).click();
    await this.page.click('#red-ui-clipboard-dialog-ok');
    await this.showFlow(flow);
  }

  async showFlow(label: string): Promise<void> {
    await this.page.locator('#red-ui-workspace-tabs').getByText(label, { exact: true }).click();
  }

  /** The node of a type on the workspace that is shown. */
  async node(type: string): Promise<Locator> {
    return this.page.locator(`.red-ui-flow-node-group[id="${await this.idOf(type)}"]`);
  }

  async idOf(type: string): Promise<string> {
    return this.page.evaluate<string>(
      `RED.nodes.filterNodes({ type: '${type}', z: RED.workspaces.active() })[0].id`,
    );
  }

  /** Waits until the status under a node has this colour and says this. */
  async waitForStatus(type: string, colour: string, text: RegExp): Promise<void> {
    const node = await this.node(type);
    await node.locator('.red-ui-flow-node-status-label').filter({ hasText: text }).waitFor();
    const shape = node.locator(`.red-ui-flow-node-status[class*="-${colour}"]`);
    await shape.waitFor({ state: 'attached' });
  }

  /** What the editor finds wrong in a node, or in a config node. */
  async faultsOf(type: string): Promise<string[]> {
    return this.page.evaluate<string[]>(`${found(type)}.validationErrors ?? []`);
  }

  /** The settings of a node that has just been put into a flow. */
  async defaultsOf(type: string): Promise<Record<string, unknown>> {
    return this.page.evaluate<Record<string, unknown>>(
      `Object.fromEntries(Object.entries(RED.nodes.getType('${type}').defaults).map(([name, { value }]) => [name, value]))`,
    );
  }

  /** The settings of a node, or of a config node. */
  async settingsOf(type: string): Promise<Record<string, unknown>> {
    return this.page.evaluate<Record<string, unknown>>(
      `Object.fromEntries(Object.keys(RED.nodes.getType('${type}').defaults).map((name) => [name, ${found(type)}[name]]))`,
    );
  }

  /** Gives a node settings by no dialog, as an import would. */
  async give(type: string, settings: Record<string, unknown>): Promise<void> {
    await this.page.evaluate(`void Object.assign(${found(type)}, ${JSON.stringify(settings)})`);
  }

  async deploy(): Promise<void> {
    const answered = this.page.waitForResponse(
      (answer) => answer.url().endsWith('/flows') && answer.request().method() === 'POST',
    );
    await this.page.click('#red-ui-header-button-deploy');
    await answered;
  }

  /** The sidebar's tab of that name. */
  async openDelivery(): Promise<Locator> {
    await this.action('ttn-microshare:show-delivery-tab');
    const tab = this.page.locator('.ttn-microshare-delivery');
    await tab.waitFor();
    return tab;
  }

  /** The dialog that is in front. */
  get dialog(): Locator {
    return this.page.locator('.red-ui-tray');
  }

  /** Opens the dialog of the node of a type, by a double click. */
  async openNode(type: string): Promise<void> {
    await (await this.node(type)).dblclick({ position: { x: 40, y: 12 } });
    await this.opened(1);
  }

  /** Opens the dialog of the config node that a field names. */
  async openConfig(field: string): Promise<void> {
    await this.dialog.locator(`#node-input-btn-${field}-edit`).click();
    await this.opened(2);
  }

  /** Closes the dialog that is in front. */
  async close(by: 'ok' | 'cancel' = 'ok'): Promise<void> {
    const depth = await this.page.locator('.red-ui-tray-breadcrumbs li').count();
    await this.page.click(`#node-${depth > 1 ? 'config-' : ''}dialog-${by}`);
    await this.depth(depth - 1);
  }

  /** Opens a tab, or what is folded. */
  async openPart(label: string): Promise<void> {
    // Node-RED takes two quick clicks on two tabs for a double click.
    await this.page.waitForTimeout(Math.max(0, this.#clickedAt + DOUBLE_CLICK_MS - Date.now()));
    await this.parts.filter({ hasText: label }).click();
    this.#clickedAt = Date.now();
  }

  openAllParts(): Promise<void> {
    return this.eachPart(async () => {});
  }

  /** Opens one part after the other; a dialog without parts is one. */
  async eachPart(look: (part: string) => Promise<void>): Promise<void> {
    const labels = await this.parts.allTextContents();
    if (labels.length === 0) await look('');
    for (const label of labels) {
      await this.openPart(label.trim());
      await look(label);
    }
  }

  private get parts(): Locator {
    return this.dialog.locator('form .red-ui-tab-label, form summary').filter({ visible: true });
  }

  /** Names of all that can be set in the dialog. */
  async fields(): Promise<string[]> {
    const inputs = this.dialog.locator('[id^="node-input-"], [id^="node-config-input-"]');
    const ids = await inputs.evaluateAll((all) => all.map(({ id }) => id));
    return ids
      .map((id) => id.replace(/^node-(config-)?input-/, ''))
      .filter((name) => !/^(btn|lookup)-/.test(name));
  }

  /** The original input of a field, which a widget may hide. */
  private field(name: string): Locator {
    return this.dialog.locator(`[id="node-input-${name}"], [id="node-config-input-${name}"]`);
  }

  /** What a person sees of a field. */
  private async visibleField(name: string): Promise<Locator> {
    const field = this.field(name);
    const isWidget = (await field.getAttribute('class'))?.includes('red-ui-typedInput');
    return isWidget ? field.locator('xpath=following-sibling::*[1]') : field;
  }

  /** Ticks, chooses or types. */
  async fillField(name: string, value: string | boolean): Promise<void> {
    const field = await this.visibleField(name);
    const tag = await field.evaluate(({ tagName }) => tagName);
    if (typeof value === 'boolean') await field.setChecked(value);
    else if (tag === 'SELECT') await field.selectOption(value);
    else await typeInto(tag === 'DIV' ? field.locator('.red-ui-typedInput-input') : field, value);
  }

  async fill(fields: Record<string, string | boolean>): Promise<void> {
    for (const [name, value] of Object.entries(fields)) await this.fillField(name, value);
  }

  /** Sets what stands on whatever part, seen or not. */
  async choose(values: Record<string, string>): Promise<void> {
    for (const [name, value] of Object.entries(values)) {
      await this.page.evaluate(
        `$('#node-input-${name}, #node-config-input-${name}').last().val('${value}').trigger('change')`,
      );
    }
  }

  async valueOf(name: string): Promise<string | boolean> {
    return this.field(name).evaluate((field) => {
      const { type, checked, value } = field as unknown as FormField;
      return type === 'checkbox' ? checked : value;
    });
  }

  /** What a person reads who points at a field that is marked as wrong; undefined where it is not. */
  async faultOf(name: string): Promise<string | undefined> {
    const field = await this.visibleField(name);
    if (!(await field.getAttribute('class'))?.includes('input-error')) return undefined;
    const popover = this.page.locator('.red-ui-popover:visible');
    await this.page.mouse.move(0, 0);
    await popover.waitFor({ state: 'detached' });
    await field.hover();
    return (await popover.textContent()) ?? '';
  }

  /** Waits until the dialog says it. */
  async says(text: string | RegExp): Promise<void> {
    await this.dialog.getByText(text).filter({ visible: true }).first().waitFor();
  }

  async press(button: string): Promise<void> {
    // Its icon counts as a character of its name.
    await this.dialog.locator('button:visible', { hasText: new RegExp(`^\\s*${button}\\s*$`) }).click();
  }

  /** Waits until the last of so many dialogs has come to rest, which Node-RED ends by giving it the focus. */
  private async opened(count: number): Promise<void> {
    await this.depth(count);
    await this.page.waitForFunction("$('.red-ui-tray').has(document.activeElement).length > 0");
  }

  /** Waits until dialogs are stacked so deep. */
  private async depth(count: number): Promise<void> {
    const titles = "$('.red-ui-tray-breadcrumbs li').length";
    await this.page.waitForFunction(
      `${titles} === ${count} && $('.red-ui-tray').length === ${Math.min(count, 1)}`,
    );
  }
}

/** The last node, or config node, of a type, in the page's script. */
function found(type: string): string {
  return `(() => {
    let found;
    const look = (node) => { if (node.type === '${type}') found = node; };
    RED.nodes.eachNode(look);
    RED.nodes.eachConfig(look);
    return found;
  })()`;
}

/** The editor looks at what was typed when the field is left. */
async function typeInto(field: Locator, text: string): Promise<void> {
  await field.fill(text);
  await field.blur();
}
