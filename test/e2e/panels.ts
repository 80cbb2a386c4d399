import assert from 'node:assert/strict';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Locator } from 'playwright-core';
import type { Context } from './editor.test';
import { FLOW, REC_TYPE } from './stage';

/** What the dialogs ask the runtime, in the flow that the first five minutes have left. */
export function panels(context: Context): void {
  describe('asks the runtime', () => {
    it('which devices there are, and takes over what is ticked', async () => {
      const { editor } = context;
      await editor.openNode('ttn-uplink');
      await editor.press('Choose');
      await editor.says('Pump in the cellar');
      await editor.dialog.locator('#ttn-uplink-pick-search').fill('roof');
      await editor.dialog.getByText('Pump in the cellar').waitFor({ state: 'hidden' });
      await editor.dialog.getByText('Weather on the roof').click();
      assert.equal(await editor.valueOf('devices'), 'roof');
      await editor.close('cancel');
    });

    it('nothing of another application once it is not chosen any more', async () => {
      const { editor } = context;
      await editor.openNode('ttn-uplink');
      await editor.press('Choose');
      await editor.says('Pump in the cellar');
      await editor.choose({ application: '_ADD_' });
      await editor.dialog.getByText('Pump in the cellar').waitFor({ state: 'detached' });
      await editor.close('cancel');
    });

    it('and shows the answer that came while another dialog was in front', async () => {
      const { editor } = context;
      const { page } = editor;
      const test = '**/ttn-application/*/test';
      let inFront = () => {};
      const isInFront = new Promise<void>((resolve) => (inFront = resolve));
      await page.route(test, async (route) => {
        await isInFront;
        await route.continue();
      });
      await editor.openNode('ttn-uplink');
      await editor.openConfig('application');
      await editor.press('Test');
      await editor.dialog.locator('#node-config-input-btn-tls-add').click();
      await editor.dialog.locator('#node-config-input-servername').waitFor();
      const answered = page.waitForResponse(test);
      inFront();
      await (await answered).finished();
      await editor.close('cancel');
      await editor.says('✓ Connection');
      await page.unroute(test);
    });

    it('for the last payload, and shows what each byte means', async () => {
      const { editor } = context;
      await editor.openNode('lpp-decode');
      await editor.openPart('Try it');
      const payload = editor.dialog.locator('#lpp-decode-try-payload');
      await payload.fill('03 67 01 10 05 67 00');
      await editor.says('27.2');
      const fault = editor.dialog.locator('.lpp-decode-fault');
      await fault.last().waitFor();
      await editor.press('Last payload');
      await fault.last().waitFor({ state: 'detached' });
      assert.notEqual(await payload.inputValue(), '03 67 01 10 05 67 00');
      await editor.close('cancel');
    });

    it('for the last payload, and says why there is none', async () => {
      const { editor } = context;
      const last = '**/lpp-decode/*/last';
      await editor.openNode('lpp-decode');
      await editor.openPart('Try it');
      await editor.page.route(last, (route) => route.abort());
      await editor.press('Last payload');
      await editor.says(/^no response from server/i);
      await editor.page.unroute(last);
      // The browser tells of it, too.
      assert.equal(editor.problems.splice(0).length, 1);
      await editor.close('cancel');
    });

    it('for a pipe token, and for a login that can read back', async () => {
      const { editor, lake, nodeRed } = context;
      const { username, password, clientId } = lake.accounts[0]!;
      await editor.openNode('microshare-share');
      await editor.openConfig('account');
      await editor.press('Get a pipe token');
      const mint = (name: string) => editor.dialog.locator(`#microshare-account-mint-${name}`);
      await mint('username').fill(username);
      await mint('password').fill(password);
      await mint('apiKey').fill(clientId);
      const asked: string[] = [];
      editor.page.on('request', (request) => asked.push(request.url().replace(/.*\//, '')));
      await mint('get').dblclick();
      await editor.says(/^Got on .* It is stored with the next deploy/);
      await editor.fill({ readBack: true, username, password, apiKey: clientId });
      await editor.dialog.locator('#microshare-account-test-run').dblclick();
      await editor.says('May read');
      // Each token, and each test record, stays for ever.
      assert.deepEqual(asked, ['pipe-token', 'test']);
      await editor.close();
      await editor.close();
      await editor.deploy();
      const flows = await nodeRed.get('flows');
      for (const secret of [password, clientId]) assert.ok(!flows.includes(secret));
    });

    it('what it would write, and what has arrived', async () => {
      const { editor, lake, stack } = context;
      // A chart is of one device, and has two points at least.
      for (const hex of ['03670110', '03670112']) {
        const arrived = once(lake, 'record');
        stack.publishUplink({ deviceId: 'roof', bytes: Buffer.from(hex, 'hex') });
        await arrived;
      }
      await editor.openNode('microshare-share');
      await editor.openPart('Preview');
      await editor.says(`1 record for ${REC_TYPE}`);
      await editor.says('"temperature"');
      await editor.openPart('Verify');
      await editor.says(new RegExp(`newest records of ${REC_TYPE}`));
      await editor.dialog.locator('.microshare-share-chart').waitFor();
      await editor.close('cancel');
    });

    it('what was rejected for good, and sends it again', async () => {
      const { editor, nodeRed } = context;
      await rejectOne(context);
      await editor.openNode('microshare-share');
      await editor.openPart('Rejected');
      await editor.says(/not like this/);
      const [file] = await Promise.all([editor.page.waitForEvent('download'), editor.press('Export')]);
      const exported = await text(await file.createReadStream());
      assert.match(exported, /not like this/);
      assert.equal(
        exported,
        await nodeRed.get(`microshare-share/${await editor.idOf('microshare-share')}/export`),
      );
      await sendAgain(context, editor.dialog);
      await editor.says('Nothing was rejected.');
      await editor.close('cancel');
      await editor.waitForStatus('microshare-share', 'green', /written/);
    });

    it('for more of what was rejected, page by page, and shows each record once', async () => {
      const { editor } = context;
      const rejected = /\/rejected\?/;
      const reason = { at: new Date().toISOString(), message: 'Not like this.' };
      await editor.page.route(rejected, (route) => {
        const { after, limit } = Object.fromEntries(new URL(route.request().url()).searchParams);
        const ids = Array.from({ length: 120 }, (_, index) => index + 1).slice(Number(after));
        return route.fulfill({
          json: ids.slice(0, Number(limit)).map((id) => ({ id, record: { id }, reason })),
        });
      });
      await editor.page.route('**/stats', (route) =>
        route.fulfill({ json: { state: { name: 'idle' }, store: { records: 0, rejected: 120 } } }),
      );
      await editor.openNode('microshare-share');
      await editor.openPart('Rejected');
      const more = editor.dialog.getByRole('button', { name: 'More' });
      await more.dblclick();
      await editor.says('{"id":100}');
      await more.dblclick();
      await editor.says('{"id":120}');
      await more.waitFor({ state: 'detached' });
      assert.equal(await editor.dialog.locator('.microshare-share-records li').count(), 120);
      await editor.page.unroute(rejected);
      await editor.page.unroute('**/stats');
      await editor.close('cancel');
    });

    it('for an export, and says why there is none', async () => {
      const { editor } = context;
      const exports = /microshare-share\/.*\/export$/;
      await editor.openNode('microshare-share');
      await editor.openPart('Rejected');
      await editor.page.route(exports, (route) =>
        route.fulfill({ status: 422, json: { code: 'closed', message: 'The outbox is closed.' } }),
      );
      await editor.press('Export');
      await editor.says('The outbox is closed.');
      await editor.page.unroute(exports);
      await editor.page.route(exports, (route) => route.abort());
      await editor.press('Export');
      await editor.says(/no response/i);
      await editor.page.unroute(exports);
      // The browser tells of both.
      assert.equal(editor.problems.splice(0).length, 2);
      await editor.close('cancel');
    });
  });

  describe('has a sidebar tab', () => {
    it('that tells of the connection, of devices, and of what was written', async () => {
      const tab = await context.editor.openDelivery();
      const [shares, applications] = [tab.locator('section').first(), tab.locator('section').last()];
      await shares.getByText('all written').waitFor();
      await shares.getByRole('img', { name: /^Records written in each minute/ }).waitFor();
      await applications.getByText('connected', { exact: true }).waitFor();
      await applications.getByText(/devices? heard$/).click();
      await tab.getByLabel('Find a device').fill('cell');
      await applications.getByRole('cell', { name: 'cellar' }).waitFor();
      await applications.getByRole('cell', { name: 'roof' }).waitFor({ state: 'detached' });
    });

    it('that leaves the rows of devices alone while they stay', async () => {
      const { editor, stack } = context;
      const tab = await editor.openDelivery();
      await tab.getByLabel('Find a device').fill('');
      const row = (device: string) => tab.getByRole('row', { name: device });
      await row('cellar').waitFor();
      const rows = await row('').elementHandles();
      const selected = 'getSelection().toString()';
      await row('cellar').getByRole('cell').first().selectText();
      assert.match(await editor.page.evaluate(selected), /cellar/);
      const polled = () => editor.page.waitForResponse(/ttn-microshare\/delivery/);
      stack.publishUplink({ deviceId: 'roof', bytes: Buffer.from('03670110', 'hex') });
      for (let polls = 0; polls < 3; polls++) await polled();
      assert.match(await editor.page.evaluate(selected), /cellar/);
      // As one is heard it moves to the top.
      for (const element of rows) assert.ok(await element.evaluate(({ isConnected }) => isConnected));
      assert.match((await tab.getByRole('row').nth(1).textContent()) ?? '', /roof/);
    });

    it('that shows the text of an error as it is', async () => {
      const { editor } = context;
      const { page } = editor;
      const routes = { report: '**/ttn-microshare/delivery*', resume: '**/resume' };
      await page.route(routes.report, async (route) => {
        const response = await route.fetch();
        const report = (await response.json()) as { shares: { state: object }[] };
        for (const share of report.shares) share.state = { ...share.state, name: 'held' };
        await route.fulfill({ response, json: report });
      });
      const json = { code: 'bad_configuration', message: 'The address "<i>here</i>" cannot be read.' };
      await page.route(routes.resume, (route) => route.fulfill({ status: 422, json }));
      const tab = await editor.openDelivery();
      await tab.getByRole('button', { name: 'Try what waits now' }).first().click();
      await page.locator('.red-ui-notification', { hasText: '<i>here</i>' }).waitFor();
      for (const route of Object.values(routes)) await page.unroute(route);
      // The browser tells of the answer.
      assert.equal(editor.problems.splice(0).length, 1);
    });

    it('that is there once, also when the package was removed and installed again', async () => {
      const { editor } = context;
      await editor.page.evaluate("RED.plugins.getPlugin('ttn-microshare-delivery').onadd()");
      const tab = await editor.openDelivery();
      await tab.getByText('connected', { exact: true }).waitFor();
      assert.equal(await tab.count(), 1);
    });

    it('that sends again what was rejected', async () => {
      await rejectOne(context);
      const tab = await context.editor.openDelivery();
      await tab.getByText('1 rejected').click();
      await tab
        .getByText(/not like this/)
        .first()
        .waitFor();
      await sendAgain(context, tab);
      await tab.getByText('Nothing was rejected.').waitFor();
    });
  });

  describe('tells the instances of a subflow apart', () => {
    const [TEMPLATE, TAB, NORTH, EAST, SOUTH, INJECT] = [1, 2, 3, 4, 5, 6].map((digit) =>
      `${digit}`.repeat(16),
    );

    it('in the sidebar tab, and in the dialog of the template', async () => {
      const { editor, lake } = context;
      const { account } = await editor.settingsOf('microshare-share');
      const share = {
        type: 'microshare-share',
        version: 1,
        name: '',
        account,
        recType: REC_TYPE,
        recTypeType: 'str',
      };
      const instance = { type: `subflow:${TEMPLATE}`, z: TAB, x: 300 };
      const inject = {
        props: [{ p: 'payload' }],
        repeat: '',
        payload: '{"n":1}',
        payloadType: 'json',
        wires: [[NORTH]],
      };
      const nodes = [
        {
          id: TEMPLATE,
          type: 'subflow',
          name: 'Site',
          in: [{ x: 40, y: 80, wires: [{ id: 'share' }] }],
          out: [],
        },
        { id: 'share', z: TEMPLATE, x: 200, y: 80, wires: [[], []], ...share },
        { id: TAB, type: 'tab', label: 'Sites' },
        { id: NORTH, name: 'North', y: 80, ...instance },
        { id: EAST, name: '', y: 160, ...instance },
        { id: SOUTH, name: '', y: 240, ...instance },
        { id: INJECT, type: 'inject', z: TAB, x: 100, y: 80, ...inject },
      ];
      const options = '{ generateIds: false, touchImport: true }';
      await editor.page.evaluate(`RED.view.importNodes(${JSON.stringify(nodes)}, ${options})`);
      await editor.deploy();
      const tab = await editor.openDelivery();
      await tab.getByRole('button', { name: `Site (2): ${REC_TYPE}` }).click();
      const selected = '(RED.view.selection().nodes ?? [])[0]?.id';
      await editor.page.waitForFunction(`RED.workspaces.active() === '${TAB}' && ${selected} === '${SOUTH}'`);

      lake.fail({ kind: 'answer', status: 400, body: 'not like this', path: '/share/' });
      await editor.page.evaluate(`void $.post('inject/${INJECT}')`);
      const north = tab.locator('article', { hasText: `North: ${REC_TYPE}` });
      await north.getByText('1 rejected').click();
      await north
        .getByText(/not like this/)
        .first()
        .waitFor();

      await editor.page.evaluate(`RED.workspaces.show('${TEMPLATE}')`);
      await editor.openNode('microshare-share');
      await editor.openPart('Rejected');
      const choice = editor.dialog.getByLabel('Instance');
      await choice.selectOption('Site (1)');
      await editor.says('Nothing was rejected.');
      await choice.selectOption('North');
      await editor.says(/not like this/);
      await sendAgain(context, editor.dialog);
      await editor.says('Nothing was rejected.');
      await editor.openPart('Record');
      await choice.waitFor({ state: 'hidden' });
      await editor.close('cancel');

      await editor.action('core:undo');
      await editor.showFlow(FLOW);
      await editor.deploy();
    });
  });
}

/** Microshare's stand-in refuses one record. */
async function rejectOne({ editor, lake, stack }: Context): Promise<void> {
  lake.fail({ kind: 'answer', status: 400, body: 'not like this', path: '/share/' });
  stack.publishUplink({ deviceId: 'cellar', bytes: Buffer.from('056700fa', 'hex') });
  await editor.waitForStatus('microshare-share', 'red', /rejected 400/);
}

/** By the button beside the record. */
async function sendAgain({ lake }: Context, place: Locator): Promise<void> {
  const arrived = once(lake, 'record');
  await place.getByRole('button', { name: 'Send again' }).click();
  await arrived;
}
