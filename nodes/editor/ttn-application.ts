import {
  resolveAddress,
  resolveAmqpAddress,
  resolveBrokerAddress,
  resolveV2Address,
  SANDBOX_CLUSTERS,
} from '../../lib/ttn/address';
import { VERSION } from '../shared/version';
import { nameWidgets } from './accessible';
import { showDefaults } from './defaults';
import { OpenDialog } from './open-dialog';
import { lacksSecret, prepareSecret, saveSecret } from './secret-field';
import { saveSwitches } from './switches';
import { prepareTabs } from './tabs';
import { prepareButtons } from './ttn-application/buttons';
import { input, SECRETS } from './ttn-application/fields';
import { prepareWays } from './ttn-application/ways';
import { passes } from './validate';

interface TtnApplication {
  version: number;
  name: string;
  transport: string;
  host: string;
  applicationId: string;
  tenantId: string;
  apiKeyVariable: string;
  tls: string;
  accountUrl: string;
  apiUrl: string;
  recovery: boolean;
  lookBackHours: string;
  silenceMinutes: string;
  webhookPath: string;
  webhookHeader: string;
  webhookSecretVariable: string;
  username: string;
  passwordVariable: string;
  topics: string;
  clientId: string;
  group: string;
  mqttVersion: string;
  sessionHours: string;
  virtualHost: string;
  queue: string;
  declareQueue: boolean;
  exchange: string;
  acknowledge: string;
  acknowledgeSeconds: string;
}

type Application = EditorNode<TtnApplication>;

const TABS = ['connection', 'recovery', 'direct'];

const dialog = new OpenDialog('node-config-input');

RED.nodes.registerType<TtnApplication>('ttn-application', {
  category: 'config',
  defaults: {
    version: { value: VERSION },
    name: { value: '' },
    transport: { value: 'things-stack' },
    host: { value: SANDBOX_CLUSTERS[0]!, validate: passes(checkHost) },
    applicationId: { value: '', validate: passes(checkApplicationId) },
    tenantId: { value: '' },
    apiKeyVariable: { value: '', validate: passes(needs('apiKey', 'things-stack', 'v2')) },
    tls: { value: '', type: 'tls-config', required: false },
    accountUrl: { value: '', validate: passes(checkUrl('accountUrl')) },
    apiUrl: { value: '', validate: passes(checkUrl('apiUrl')) },
    recovery: { value: true },
    lookBackHours: { value: '', validate: passes(checkNumber) },
    silenceMinutes: { value: '0', validate: passes(checkNumber) },
    webhookPath: { value: '', validate: passes(checkPath) },
    webhookHeader: { value: '' },
    webhookSecretVariable: { value: '', validate: passes(needs('webhookSecret', 'webhook')) },
    username: { value: '' },
    passwordVariable: { value: '' },
    topics: { value: '' },
    clientId: { value: '' },
    group: { value: '', validate: passes(checkGroup) },
    mqttVersion: { value: '5' },
    sessionHours: { value: '', validate: passes(checkNumber) },
    virtualHost: { value: '' },
    queue: { value: '', validate: passes(checkQueue) },
    declareQueue: { value: true },
    exchange: { value: '' },
    acknowledge: { value: 'handedOn' },
    acknowledgeSeconds: { value: '60', validate: passes(checkNumber) },
  },
  credentials: {
    apiKey: { type: 'password' },
    webhookSecret: { type: 'password' },
    password: { type: 'password' },
  },
  label() {
    return (
      this.name || this.applicationId || this.queue || this.webhookPath || this._('ttn-application.label')
    );
  },
  oneditprepare() {
    dialog.opened(this);
    showDefaults(this, 'ttn-application');
    for (const name of SECRETS) prepareSecret(input(name), this[`${name}Variable`] ?? '');
    prepareWays(this, prepareTabs(this, 'ttn-application', TABS));
    prepareButtons(this);
    nameWidgets();
  },
  oneditsave() {
    dialog.closed();
    saveSwitches();
    for (const name of SECRETS) this[`${name}Variable`] = saveSecret(input(name));
  },
  oneditcancel() {
    dialog.closed();
  },
});

/** As it is chosen in the dialog, if that is open. */
function wayOf(node: Application): string {
  return dialog.value(node, 'transport') ?? node.transport ?? 'things-stack';
}

function checkHost(host: string, node: Application): void {
  switch (wayOf(node)) {
    case 'v2':
    case 'broker':
      resolveBrokerAddress(host);
      return;
    case 'amqp':
      resolveAmqpAddress(host);
      return;
    default:
      resolveAddress({ host, applicationId: 'some-application', tenantId: 'some-tenant' });
  }
}

function checkApplicationId(applicationId: string, node: Application): void {
  const way = wayOf(node);
  if (way === 'broker' || (way !== 'things-stack' && way !== 'v2' && !applicationId)) return;
  if (way === 'v2') resolveV2Address({ host: 'some-host', applicationId });
  else resolveAddress({ host: SANDBOX_CLUSTERS[0]!, applicationId });
}

function needs(secret: (typeof SECRETS)[number], ...ways: string[]) {
  return (variable: string, node: Application) => {
    if (!ways.includes(wayOf(node)) || variable || !lacksSecret(node, secret)) return;
    throw new Error(node._('ttn-application.missing', { name: node._(`ttn-application.${secret}`) }));
  };
}

function checkPath(path: string, node: Application): void {
  if (wayOf(node) === 'webhook' && !/^[\w-]+$/.test(path.trim())) throw wrong(node, 'webhookPath', path);
}

function checkQueue(queue: string, node: Application): void {
  if (wayOf(node) === 'amqp' && queue.trim() === '') throw wrong(node, 'queue', queue);
}

function checkGroup(group: string, node: Application): void {
  if (/[/+#]/.test(group)) throw wrong(node, 'group', group);
}

function checkUrl(name: 'accountUrl' | 'apiUrl') {
  return (url: string, node: Application) => {
    if (url.trim() && !/^https?:\/\/[^\s/]+/.test(url.trim())) throw wrong(node, name, url);
  };
}

function checkNumber(typed: string, node: Application): void {
  if (Number.isNaN(Number(typed)) || Number(typed) < 0) throw wrong(node, 'number', typed);
}

function wrong(node: Application, name: string, value: string): Error {
  return new Error(node._(`ttn-application.wrong.${name}`, { value }));
}
