import {
  resolveAddress,
  resolveAmqpAddress,
  resolveBrokerAddress,
  resolveV2Address,
  SANDBOX_CLUSTERS,
} from '../../lib/ttn/address';
import { lacksSecret, prepareSecret, saveSecret } from './secret-field';
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
  apiUrl: string;
  recovery: boolean;
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
  virtualHost: string;
  queue: string;
  declareQueue: boolean;
  exchange: string;
  acknowledge: string;
  acknowledgeSeconds: string;
}

type Application = EditorNode<TtnApplication>;

const TABS = ['connection', 'recovery', 'direct'];

/** The node whose dialog is open. */
let edited: string | undefined;

RED.nodes.registerType<TtnApplication>('ttn-application', {
  category: 'config',
  defaults: {
    version: { value: 1 },
    name: { value: '' },
    transport: { value: 'things-stack' },
    host: { value: SANDBOX_CLUSTERS[0]!, validate: passes(checkHost) },
    applicationId: { value: '', validate: passes(checkApplicationId) },
    tenantId: { value: '' },
    apiKeyVariable: { value: '', validate: passes(needs('apiKey', 'things-stack', 'v2')) },
    tls: { value: '', type: 'tls-config', required: false },
    apiUrl: { value: '', validate: passes(checkUrl) },
    recovery: { value: true },
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
    edited = this.id;
    // Flows made before these fields existed lack them.
    if (this.recovery === undefined) input('recovery').prop('checked', true);
    if (this.declareQueue === undefined) input('declareQueue').prop('checked', true);
    for (const name of ['transport', 'mqttVersion', 'acknowledge']) chooseFirst(input(name));
    for (const name of SECRETS) prepareSecret(input(name), this[`${name}Variable`] ?? '');
    prepareWays(this);
    prepareButtons(this);
    const tabs = RED.tabs.create({
      id: 'ttn-application-tabs',
      onchange: ({ id }) => {
        for (const name of TABS)
          $(`#ttn-application-tab-${name}`).toggle(id === `ttn-application-tab-${name}`);
      },
    });
    for (const name of TABS) {
      tabs.addTab({ id: `ttn-application-tab-${name}`, label: this._(`ttn-application.tabs.${name}`) });
    }
  },
  oneditsave() {
    edited = undefined;
    for (const name of SECRETS) this[`${name}Variable`] = saveSecret(input(name));
  },
  oneditcancel() {
    edited = undefined;
  },
});

/** As it is chosen in the dialog, if that is open. */
function wayOf(node: Application): string {
  const chosen = node.id === edited ? input('transport').val() : undefined;
  return String(chosen ?? node.transport ?? 'things-stack');
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

function checkUrl(url: string, node: Application): void {
  if (url.trim() && !/^https?:\/\/[^\s/]+/.test(url.trim())) throw wrong(node, 'apiUrl', url);
}

function checkNumber(typed: string, node: Application): void {
  if (Number.isNaN(Number(typed)) || Number(typed) < 0) throw wrong(node, 'number', typed);
}

function wrong(node: Application, name: string, value: string): Error {
  return new Error(node._(`ttn-application.wrong.${name}`, { value }));
}

/** In a flow that lacks a setting the select shows nothing; the first of its options is the default. */
function chooseFirst(select: JQuery): void {
  if (!select.val()) select.prop('selectedIndex', 0);
}
