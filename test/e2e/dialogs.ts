import assert from 'node:assert/strict';
import type { Context } from './editor.test';
import type { Editor } from './editor';

type Values = Record<string, string | boolean>;

interface Dialog {
  type: string;
  /** For a config node, the node and field from which it is opened. */
  from?: [type: string, field: string];
  /** What is typed in on each of its parts, in this order; '' is what shows at once. */
  variants: Record<string, Values>[];
}

const DIALOGS: Dialog[] = [
  {
    type: 'ttn-uplink',
    variants: [
      {
        '': {
          name: 'roof',
          payload: 'decoded',
          devices: 'roof, cellar-*',
          fPorts: '1, 10-20',
          macOnly: true,
        },
      },
    ],
  },
  {
    type: 'lpp-decode',
    variants: [
      {
        Payload: {
          name: 'decoder',
          direction: 'decode',
          property: 'payload.bytes',
          format: 'hex',
          fPorts: '1-10',
          dialect: 'lpp2',
          packedBase: '1',
          signedVoltageCurrent: true,
          twoByteHumidity: true,
        },
        Output: { output: 'senml', split: true, booleans: true, isoTime: true, fault: 'output' },
      },
      { Payload: { direction: 'encode' }, Output: { encodeAs: 'hex' } },
    ],
  },
  {
    type: 'microshare-share',
    variants: [
      {
        Record: {
          name: 'writer',
          operation: 'write',
          recType: 'io.example.other',
          record: 'received',
          property: 'payload.record',
          notAnObject: 'wrap',
          tags: 'London, 1st floor',
          allowed: 'io.example.*',
        },
        Names: { usecase: 'climate', placeTags: true, withOrigin: true },
        Advanced: {
          doneWhen: 'written',
          limitMB: '10',
          limitRecords: '1000',
          limitDays: '7',
          whenFull: 'dropOldest',
          lookUp: true,
        },
      },
      { Record: { record: 'unpacked', valuesFrom: 'decoded' } },
      { Record: { record: 'jsonata', expression: 'payload.a' } },
      {
        Record: { operation: 'read', readBy: 'id', recordId: '0123456789abcdef01234567' },
        Advanced: { messages: 'pages', sort: '-tstamp', perPage: '50', maxRecords: '200' },
      },
    ],
  },
  {
    type: 'ttn-application',
    from: ['ttn-uplink', 'application'],
    variants: [
      {
        Connection: { name: 'city', transport: 'things-stack', cluster: 'nam1.cloud.thethings.network' },
        Recovery: {
          recovery: false,
          apiUrl: 'https://example.com/api/v3',
          lookBackHours: '12',
          silenceMinutes: '30',
        },
      },
      {
        Connection: {
          cluster: 'own',
          host: 'mqtts://example.com',
          applicationId: 'sensors',
          tenantId: 'city',
        },
      },
      { Connection: { transport: 'v2', accountUrl: 'https://account.example.com' } },
      {
        Connection: { transport: 'webhook', webhookPath: 'city', webhookHeader: 'X-Secret' },
        Recovery: { acknowledge: 'stored', acknowledgeSeconds: '20' },
      },
      {
        Connection: {
          transport: 'broker',
          host: 'mqtt://example.com',
          username: 'reader',
          topics: 'v3/+/devices/+/up',
          mqttVersion: '3.1.1',
          clientId: 'one',
          group: 'all',
        },
        Recovery: { sessionHours: '24' },
      },
      {
        Connection: {
          transport: 'amqp',
          host: 'amqp://example.com',
          virtualHost: 'city',
          queue: 'uplinks',
          declareQueue: false,
          exchange: 'ttn.handler',
        },
      },
    ],
  },
  {
    type: 'microshare-account',
    from: ['microshare-share', 'account'],
    variants: [
      {
        '': {
          name: 'city',
          environment: 'own',
          apiUrl: 'https://api.example.com',
          authUrl: 'https://auth.example.com',
          mode: 'pipe',
          readBack: true,
        },
      },
      {
        '': {
          mode: 'password',
          username: 'bob@farm.example',
          identity: 'farmdefau',
          scope: 'ALL:READ',
          loginStyle: 'query',
        },
        Advanced: {
          maxInFlight: '4',
          ratePerSecond: '10',
          proxy: 'http://proxy.example.com:3128',
        },
      },
    ],
  },
];

/** Secrets, which the editor does not get back; other config nodes; what no person types in; Node-RED's own. */
const NOT_READ_BACK = [
  ...['apiKey', 'webhookSecret', 'password', 'token', 'tokenFetched'],
  ...['application', 'account', 'tls', 'recTypeType', 'outputs'],
  ...['show-label', 'node-disabled'],
];

/** Where no variable stands: other config nodes, what names a secret's variable, what is no setting by itself. */
const NO_VARIABLES = [
  ...['version', 'name', 'outputs', 'recTypeType', 'tokenFetched'],
  ...['application', 'account', 'tls'],
  ...['apiKeyVariable', 'webhookSecretVariable', 'passwordVariable', 'tokenVariable'],
];

/** What is typed in, what that makes wrong, and the words for it. */
const FAULTS: Record<string, { typed: Record<string, Values>; field: string; says: RegExp }[]> = {
  'ttn-uplink': [{ typed: { '': { fPorts: 'all' } }, field: 'fPorts', says: /"all"/ }],
  'lpp-decode': [{ typed: { '': { direction: 'decode', fPorts: '300' } }, field: 'fPorts', says: /300/ }],
  'microshare-share': [
    {
      typed: { '': { operation: 'write', record: 'jsonata', expression: '$sum(' } },
      field: 'expression',
      says: /[Ii]nvalid.*expression/,
    },
    {
      typed: { '': { operation: 'write' }, Advanced: { limitDays: '-1' } },
      field: 'limitDays',
      says: /not a number above 0/,
    },
  ],
  'ttn-application': [
    {
      typed: { '': { transport: 'things-stack', applicationId: '' } },
      field: 'applicationId',
      says: /id is missing/,
    },
    {
      typed: {
        '': { cluster: 'eu1.cloud.thethings.industries', applicationId: 'sensors', tenantId: '' },
      },
      field: 'tenantId',
      says: /tenant id is missing/,
    },
    {
      typed: { '': { transport: 'webhook', webhookPath: '' } },
      field: 'webhookPath',
      says: /letters, digits/,
    },
    { typed: { '': { transport: 'broker', host: '' } }, field: 'host', says: /host is missing/ },
    { typed: { '': { transport: 'amqp', queue: '' } }, field: 'queue', says: /queue is missing/ },
    {
      typed: { '': { transport: 'things-stack' }, Recovery: { apiUrl: 'here' } },
      field: 'apiUrl',
      says: /cannot be read/,
    },
    {
      typed: { Recovery: { apiUrl: 'https://me@example.com/api/v3?x=1' } },
      field: 'apiUrl',
      says: /without user name and query/,
    },
  ],
  'microshare-account': [
    { typed: { '': { mode: 'password', username: '' } }, field: 'username', says: /Missing: User/ },
    { typed: { '': { environment: 'own', apiUrl: 'ftp://x' } }, field: 'apiUrl', says: /ftp/ },
    { typed: { Advanced: { proxy: 'proxy' } }, field: 'proxy', says: /Write the proxy as/ },
    {
      typed: { '': { proxy: 'http://me:secret@proxy.example' } },
      field: 'proxy',
      says: /environment variable/,
    },
  ],
};

/** Changes all that can be set, and deploys nothing. */
export function dialogs(context: Context): void {
  describe('has dialogs', () => {
    for (const dialog of DIALOGS) {
      it(`that keep what is typed in: ${dialog.type}`, async () => {
        const { editor } = context;
        const filled = new Set(NOT_READ_BACK);
        await open(editor, dialog);
        for (const parts of dialog.variants) {
          await fillParts(editor, parts);
          for (const name of Object.values(parts).flatMap(Object.keys)) filled.add(name);
          await editor.close();
          await reopen(editor, dialog);
          for (const [part, values] of Object.entries(parts)) {
            if (part) await editor.openPart(part);
            for (const [name, value] of Object.entries(values))
              assert.equal(await editor.valueOf(name), value, name);
          }
        }
        const forgotten = (await editor.fields()).filter((name) => !filled.has(name));
        assert.deepEqual(forgotten, []);
      });

      it(`that keep the variables that fields hold: ${dialog.type}`, async () => {
        const { editor } = context;
        const fields = Object.entries(await editor.defaultsOf(dialog.type))
          .filter(([name, value]) => typeof value !== 'object' && !NO_VARIABLES.includes(name))
          .map(([name]) => [name, `\${${name.toUpperCase()}}`]);
        await editor.give(dialog.type, Object.fromEntries(fields) as Values);
        await open(editor, dialog);
        await editor.fillField('name', 'by variables');
        await editor.close();
        const kept = await editor.settingsOf(dialog.type);
        assert.equal(kept.name, 'by variables');
        assert.deepEqual(
          fields.map(([name]) => [name, kept[name!]]),
          fields,
        );
      });

      it(`that say in words what is wrong: ${dialog.type}`, async () => {
        const { editor } = context;
        await open(editor, dialog);
        for (const { typed, field, says } of FAULTS[dialog.type]!) {
          await fillParts(editor, typed);
          assert.match((await editor.faultOf(field)) ?? 'nothing is marked', says);
        }
      });
    }

    it('that keep a stored secret when a person has only looked at the other type', async () => {
      const { editor } = context;
      await open(editor, { type: 'ttn-application', from: ['ttn-uplink', 'application'], variants: [] });
      await looksAtTypes(editor, 'apiKey');
      await editor.close('cancel');
      await editor.close('cancel');
      await open(editor, { type: 'microshare-account', from: ['microshare-share', 'account'], variants: [] });
      const fetched = await editor.valueOf('tokenFetched');
      await looksAtTypes(editor, 'token');
      assert.equal(await editor.valueOf('tokenFetched'), fetched);
    });

    it('that put a secret that is pasted over the name of a variable where secrets are kept', async () => {
      const { editor } = context;
      const type = () => editor.page.evaluate(`$('#node-config-input-apiKey').typedInput('type')`);
      await open(editor, { type: 'ttn-application', from: ['ttn-uplink', 'application'], variants: [] });
      await editor.fill({ transport: 'things-stack' });
      await editor.page.evaluate(`$('#node-config-input-apiKey').typedInput('type', 'env')`);
      await editor.fillField('apiKey', 'TTN_APP_ACCESS_KEY');
      assert.equal(await type(), 'env');
      const key = `NNSXS.${'K'.repeat(39)}.${'L'.repeat(52)}`;
      await editor.fillField('apiKey', key);
      assert.equal(await type(), 'cred');
      assert.equal(await editor.valueOf('apiKey'), key);
      await looksAtTypes(editor, 'apiKey');
    });

    it('that keep the name of the variable of a secret, whatever Node-RED lets it be called', async () => {
      const { editor } = context;
      const type = 'ttn-application';
      await editor.give(type, { webhookSecretVariable: 'TTN Key' });
      await open(editor, { type, from: ['ttn-uplink', 'application'], variants: [] });
      await editor.close();
      assert.equal((await editor.settingsOf(type)).webhookSecretVariable, 'TTN Key');
      await editor.give(type, { webhookSecretVariable: '' });
    });

    it('that show where the secrets go, also when another way in is chosen and taken back', async () => {
      const { editor } = context;
      await open(editor, { type: 'ttn-application', from: ['ttn-uplink', 'application'], variants: [] });
      await editor.fill({ transport: 'broker' });
      await editor.fill({ host: 'mqtt://192.0.2.1' });
      await editor.fill({ transport: 'things-stack' });
      assert.equal(await editor.valueOf('cluster'), 'own');
      assert.ok(await editor.dialog.locator('#node-config-input-host').isVisible());
      await editor.fill({ cluster: 'eu1.cloud.thethings.network' });
      assert.equal(await editor.valueOf('host'), 'eu1.cloud.thethings.network');
      await editor.close('cancel');
    });

    it('that mark a secret without which an application does not work', async () => {
      const { editor } = context;
      const marked = () =>
        editor.page.evaluate<string[]>(
          `$('#ttn-application-dialog input.input-error').get().map(({ id }) => id.replace(/.*-/, ''))`,
        );
      const secret = (name: string, type: string, value: string) =>
        editor.page.evaluate(
          `void $('#node-config-input-${name}').typedInput('type', '${type}').typedInput('value', '${value}')`,
        );
      await open(editor, { type: 'ttn-application', from: ['ttn-uplink', 'application'], variants: [] });
      await editor.fill({ transport: 'things-stack', cluster: 'eu1.cloud.thethings.network' });
      await editor.fill({ applicationId: 'sensors' });
      // It is stored.
      assert.deepEqual(await marked(), []);
      await secret('apiKey', 'cred', '');
      assert.deepEqual(await marked(), ['apiKey']);
      await editor.fillField('apiKey', 'NNSXS.SOME.KEY');
      assert.deepEqual(await marked(), []);
      await editor.fill({ transport: 'webhook', webhookPath: 'city' });
      assert.deepEqual(await marked(), ['webhookSecret']);
      await secret('webhookSecret', 'env', 'SECRET');
      assert.deepEqual(await marked(), []);
    });

    it('that take an id of v2 where RabbitMQ brings its messages', async () => {
      const { editor } = context;
      await open(editor, { type: 'ttn-application', from: ['ttn-uplink', 'application'], variants: [] });
      for (const [applicationId, says] of [
        ['my_app', /^$/],
        ['my-app@city', /^$/],
        ['My app', /cannot be right/],
      ] as const) {
        await editor.fill({ transport: 'amqp', applicationId });
        assert.match((await editor.faultOf('applicationId')) ?? '', says);
      }
    });

    it('that mark a node whose table has a row for nothing', async () => {
      const { editor } = context;
      const row = (change: string) =>
        editor.page.evaluate(`$('#microshare-share-places').editableList(${change})`);
      await editor.openNode('microshare-share');
      await row(`'addItem', { device: 'Building 1' }`);
      await editor.close();
      assert.match(
        String(await editor.faultsOf('microshare-share')),
        /A row of the table lacks: .*[Dd]evice/,
      );
      await editor.openNode('microshare-share');
      await row(`'empty'`);
      await editor.close();
      assert.deepEqual(await editor.faultsOf('microshare-share'), []);
    });

    it('that take rows pasted from a spreadsheet, from the cell on in which they are pasted', async () => {
      const { editor } = context;
      await editor.openNode('microshare-share');
      await editor.openPart('Record');
      await editor.fill({ record: 'unpacked' });
      await editor.openPart('Names');
      const paste = (text: string) =>
        editor.page.evaluate(`(() => {
          const clipboardData = new DataTransfer();
          clipboardData.setData('text/plain', ${JSON.stringify(text)});
          const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
          return document.activeElement.dispatchEvent(event);
        })()`);
      const table = editor.dialog.locator('.red-ui-editableList:has(#microshare-share-places)');
      await table.locator('.red-ui-editableList-addButton').click();
      await table.locator('[data-field=id]:focus').waitFor();
      assert.equal(await paste('office-1'), true, 'as everywhere');
      await paste('office-1\tBuilding 1, Floor 1\tEurope\tclimate\r\noffice-2\tBuilding 1\r\n');
      await table.locator('[data-field=usecase]').last().focus();
      await paste('water\ngas');
      await table.locator('[data-field=id]').first().focus();
      assert.equal(await paste('office-1\n\n'), true, 'one cell, as everywhere');
      await paste('office-1\t"Building 1, ""West"" wing"\r\n\t\r\n\r\n');
      const names = editor.dialog.locator('.red-ui-editableList:has(#microshare-share-names)');
      await names.locator('.red-ui-editableList-addButton').click();
      await names.locator('[data-field=field]:focus').waitFor();
      await paste('bat\tvoltage\tV\tWAHR\r\nhum\thumidity\t"%\nRH"\tFALSCH\r\n');
      await editor.close();
      const settings = await editor.settingsOf('microshare-share');
      assert.deepEqual(settings.places, [
        { id: 'office-1', device: 'Building 1, "West" wing', global: 'Europe', usecase: 'climate' },
        { id: 'office-2', device: 'Building 1', usecase: 'water' },
        { id: '', usecase: 'gas' },
      ]);
      assert.deepEqual(settings.names, [
        { field: 'bat', name: 'voltage', unit: 'V', health: true },
        { field: 'hum', name: 'humidity', unit: '% RH' },
      ]);
      await editor.openNode('microshare-share');
      await editor.page.evaluate(
        `$('#microshare-share-places, #microshare-share-names').editableList('empty')`,
      );
      await editor.close();
    });
  });
}

/** Chooses that a secret comes from the environment, and then that it does not. */
async function looksAtTypes(editor: Editor, secret: string): Promise<void> {
  const stored = await editor.valueOf(secret);
  assert.notEqual(stored, '');
  for (const type of ['env', 'cred']) {
    await editor.page.evaluate(`$('#node-config-input-${secret}').typedInput('type', '${type}')`);
  }
  assert.equal(await editor.valueOf(secret), stored);
}

async function fillParts(editor: Editor, parts: Record<string, Values>): Promise<void> {
  for (const [part, values] of Object.entries(parts)) {
    if (part) await editor.openPart(part);
    await editor.fill(values);
  }
}

async function open(editor: Editor, { type, from }: Dialog): Promise<void> {
  await editor.openNode(from ? from[0] : type);
  if (from) await editor.openConfig(from[1]);
}

/** After it was closed: that of a config node leaves the dialog from which it was opened. */
async function reopen(editor: Editor, { type, from }: Dialog): Promise<void> {
  if (from) await editor.openConfig(from[1]);
  else await editor.openNode(type);
}
