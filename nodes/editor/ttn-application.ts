import {
  resolveAddress,
  resolveAmqpAddress,
  resolveBrokerAddress,
  resolveV2Address,
  SANDBOX_CLUSTERS,
} from '../../lib/ttn/address';
import { readBaseUrl } from '../../lib/ttn/api/hosts';
import { isGroup, isWebhookPath } from '../../lib/ttn/names';
import { unsetVariable } from '../../lib/variables';
import { isNonNegative, type TypedNumber } from '../shared/typed';
import { VERSION } from '../shared/version';
import type { TtnApplicationDef } from '../ttn-application/definition';
import { SECRETS } from '../ttn-application/dialog-fields';
import { nameWidgets } from './accessible';
import { showDefaults } from './defaults';
import { OpenDialog } from './open-dialog';
import { lacksSecret, prepareSecret, saveSecret } from './secret-field';
import { saveSwitches } from './switches';
import { prepareTabs } from './tabs';
import { prepareButtons } from './ttn-application/buttons';
import { input } from './ttn-application/fields';
import { prepareWays } from './ttn-application/ways';
import { holds, passes } from './validate';

type TtnApplication = Saved<TtnApplicationDef>;
type Application = EditorNode<TtnApplication>;

const TABS = ['connection', 'recovery', 'direct'];

/** Secrets without which a way does not work. */
const NEEDED_BY = { apiKey: ['things-stack', 'v2'], webhookSecret: ['webhook'] };
type Needed = keyof typeof NEEDED_BY;

const dialog = new OpenDialog('node-config-input');

RED.nodes.registerType<TtnApplication>('ttn-application', {
  category: 'config',
  defaults: {
    version: { value: VERSION },
    name: { value: '' },
    transport: { value: 'things-stack' },
    host: { value: SANDBOX_CLUSTERS[0]!, validate: passes(checkHost) },
    applicationId: { value: '', validate: passes(checkApplicationId) },
    tenantId: { value: '', validate: passes(checkTenant) },
    apiKeyVariable: { value: '', validate: passes(checkStored('apiKey')) },
    tls: { value: '', type: 'tls-config', required: false },
    accountUrl: { value: '', validate: passes(checkAccountUrl) },
    apiUrl: { value: '', validate: passes(checkApiUrl) },
    recovery: { value: true },
    lookBackHours: { value: '', validate: passes(checkNumber) },
    silenceMinutes: { value: '0', validate: passes(checkNumber) },
    webhookPath: { value: '', validate: passes(checkPath) },
    webhookHeader: { value: '' },
    webhookSecretVariable: { value: '', validate: passes(checkStored('webhookSecret')) },
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
    apiKey: { type: 'password', validate: passes(checkSecret('apiKey')) },
    webhookSecret: { type: 'password', validate: passes(checkSecret('webhookSecret')) },
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

/** As it stands in the dialog, if that is open. */
function valueOf(node: Application, name: 'transport' | 'host' | 'applicationId'): string {
  return dialog.value(node, name) ?? node[name] ?? '';
}

function wayOf(node: Application): string {
  return valueOf(node, 'transport') || 'things-stack';
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
  const asV2 = () => resolveV2Address({ host: 'some-host', applicationId });
  if (way === 'v2') asV2();
  // RabbitMQ has the messages of both.
  else if (way !== 'amqp' || !holds(asV2)) resolveAddress({ host: SANDBOX_CLUSTERS[0]!, applicationId });
}

/** Where the tenant counts. */
function checkTenant(tenantId: string, node: Application): void {
  const [way, host, given] = [wayOf(node), valueOf(node, 'host'), valueOf(node, 'applicationId')];
  const isAsked = way === 'things-stack' || (way === 'webhook' && given.trim() !== '');
  if (!isAsked || given.includes('@') || unsetVariable(given) || !holds(() => checkHost(host, node))) return;
  resolveAddress({ host, applicationId: 'some-application', tenantId });
}

/** Of the node that is stored: the editor checks credentials in the dialog alone. */
function checkStored(secret: Needed) {
  return (variable: string, node: Application) => {
    if (!variable && lacksSecret(node, secret)) failIfNeeded(secret, node);
  };
}

/** As it stands in the dialog: the secret, or the name of its variable. */
function checkSecret(secret: Needed) {
  return (typed: string, node: Application) => {
    if (!typed) failIfNeeded(secret, node);
  };
}

function failIfNeeded(secret: Needed, node: Application): void {
  if (!NEEDED_BY[secret].includes(wayOf(node))) return;
  throw new Error(node._('ttn-application.missing', { name: node._(`ttn-application.${secret}`) }));
}

function checkPath(path: string, node: Application): void {
  if (wayOf(node) === 'webhook' && !isWebhookPath(path.trim())) throw wrong(node, 'webhookPath', path);
}

function checkQueue(queue: string, node: Application): void {
  if (wayOf(node) === 'amqp' && queue.trim() === '') throw wrong(node, 'queue', queue);
}

function checkGroup(group: string, node: Application): void {
  if (!isGroup(group)) throw wrong(node, 'group', group);
}

function checkAccountUrl(url: string, node: Application): void {
  if (url.trim() && !/^https?:\/\/[^\s/]+/.test(url.trim())) throw wrong(node, 'accountUrl', url);
}

function checkApiUrl(url: string, node: Application): void {
  if (url.trim() && !holds(() => readBaseUrl(url))) throw wrong(node, 'apiUrl', url);
}

function checkNumber(typed: TypedNumber, node: Application): void {
  if (!isNonNegative(Number(typed))) throw wrong(node, 'number', typed);
}

function wrong(node: Application, name: string, value: TypedNumber): Error {
  return new Error(node._(`ttn-application.wrong.${name}`, { value }));
}
