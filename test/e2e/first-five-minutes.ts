import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Context } from './editor.test';
import { EXAMPLE, FLOW, REC_TYPE, sendUntilRecorded } from './stage';

/** What a new user does, in this order. */
export function firstFiveMinutes(context: Context): void {
  describe('in the first five minutes', () => {
    it('installs the package that is uploaded in the palette manager', async () => {
      const { editor, tarball } = context;
      await editor.uploadPackage(tarball);
    });

    it('shows the three nodes in one category', async () => {
      const types = await context.editor.category('LoRaWAN');
      assert.deepEqual(types.sort(), ['lpp-decode', 'microshare-share', 'ttn-uplink']);
    });

    it('imports the main example, and says what is missing in it', async () => {
      const { editor } = context;
      await editor.importExample(EXAMPLE, FLOW);
      assert.match(String(await editor.faultsOf('ttn-application')), /application id is missing/);
      assert.equal((await editor.faultsOf('ttn-uplink')).length, 1);
      assert.match(String(await editor.faultsOf('microshare-account')), /Missing: Pipe token/);
      assert.equal((await editor.faultsOf('microshare-share')).length, 1);
    });

    it('connects to the application, and tells what the key may', async () => {
      const { editor, knows } = context;
      await editor.openNode('ttn-uplink');
      await editor.openConfig('application');
      assert.match((await editor.faultOf('applicationId'))!, /application id is missing/);
      await editor.fill({
        cluster: 'own',
        host: knows.host,
        applicationId: knows.applicationId,
        apiKey: knows.apiKey,
      });
      await editor.openPart('Recovery');
      await editor.fillField('apiUrl', knows.stackApi);
      await editor.openPart('Connection');
      await editor.press('Test');
      await editor.says('✓ Connection');
      await editor.says('✓ Right to read uplinks');
      await editor.says('✓ Storage Integration');
      await editor.close();
      await editor.close();
    });

    it('gets access to Microshare, and tells what the token may', async () => {
      const { editor, knows, lake } = context;
      await editor.openNode('microshare-share');
      await editor.openConfig('account');
      await editor.dialog.locator('#node-config-input-token.input-error').waitFor({ state: 'attached' });
      await editor.fill({ environment: 'own', apiUrl: lake.apiUrl, authUrl: lake.url, token: knows.token });
      await editor.press('Test');
      await editor.says(`Pipe token at ${lake.apiUrl}`);
      await editor.says(/^Not checked/);
      await editor.close();
      await editor.fillField('recType', REC_TYPE);
      await editor.close();
    });

    it('deploys, and shows that it works', async () => {
      const { editor, stack, lake } = context;
      const subscribed = once(stack, 'subscribed');
      await editor.deploy();
      await subscribed;
      await sendUntilRecorded(context, 5);
      await editor.waitForStatus('ttn-uplink', 'green', /uplink just now/);
      await editor.waitForStatus('lpp-decode', 'green', /readings/);
      await editor.waitForStatus('microshare-share', 'green', /ok|new/);
      assert.ok(lake.records(REC_TYPE).length >= 5);
    });
  });
}
