import { ENVIRONMENTS, hostWarnings, resolveHosts } from '../../lib/microshare/hosts';
import { cleanToken, tokenWarnings } from '../../lib/microshare/pipe-token';
import { unsetVariable } from '../../lib/variables';
import type { MicroshareAccountDef } from '../microshare-account/definition';
import { LOGIN, TEXTS } from '../microshare-account/dialog-fields';
import { isOn } from '../shared/typed';
import { VERSION } from '../shared/version';
import { nameWidgets } from './accessible';
import { showDefaults } from './defaults';
import { prepareMint, showFetched } from './microshare-account/mint';
import { prepareTest } from './microshare-account/test';
import { lacksSecret, prepareSecret, saveSecret, STORED_SECRET } from './secret-field';
import { saveSwitches, switchValue } from './switches';
import { passes, positive } from './validate';
import { chosenConfigNode } from './widgets';

interface MicroshareAccount extends Saved<MicroshareAccountDef> {
  /** ISO 8601; empty: the pipe token was pasted. A new one makes the node a changed one. */
  tokenFetched: string;
}

type Environment = keyof typeof ENVIRONMENTS;
const OWN_HOSTS = 'own';

RED.nodes.registerType<MicroshareAccount>('microshare-account', {
  category: 'config',
  defaults: {
    version: { value: VERSION },
    name: { value: '' },
    apiUrl: { value: ENVIRONMENTS.production.apiUrl, validate: passes((apiUrl) => resolveHosts({ apiUrl })) },
    authUrl: {
      value: ENVIRONMENTS.production.authUrl,
      validate: passes((authUrl) => resolveHosts({ authUrl })),
    },
    mode: { value: 'pipe' },
    tokenVariable: { value: '', validate: passes(checkSecrets) },
    identity: { value: '' },
    scope: { value: '' },
    loginStyle: { value: 'form' },
    tokenFetched: { value: '' },
    readBack: { value: false },
    maxInFlight: { value: '', validate: positive('microshare-account.notANumber') },
    ratePerSecond: { value: '', validate: positive('microshare-account.notANumber') },
    proxy: { value: '', validate: passes(checkProxy) },
    tls: { value: '', type: 'tls-config', required: false },
  },
  credentials: {
    token: { type: 'password', validate: passes(checkToken) },
    username: { type: 'text', validate: passes(checkLogin) },
    password: { type: 'password', validate: passes(checkLogin) },
    apiKey: { type: 'password', validate: passes(checkLogin) },
  },
  label() {
    return this.name || this._('microshare-account.label');
  },
  oneditprepare() {
    showDefaults(this, 'microshare-account');
    const environment = $('#node-config-input-environment');
    const apiUrl = $('#node-config-input-apiUrl');
    const authUrl = $('#node-config-input-authUrl');
    environment.val(environmentOf(this));
    environment.on('change', () => {
      const chosen = String(environment.val());
      $('#microshare-account-hosts').toggle(chosen === OWN_HOSTS);
      if (chosen === OWN_HOSTS) return;
      apiUrl.val(ENVIRONMENTS[chosen as Environment].apiUrl);
      authUrl.val(ENVIRONMENTS[chosen as Environment].authUrl);
    });
    environment.trigger('change');

    apiUrl.add(authUrl).add(environment).on('input change', showHostWarnings);
    showHostWarnings();

    const mode = $('#node-config-input-mode');
    const readBack = $('#node-config-input-readBack');
    mode.add(readBack).on('change', () => {
      const isPipe = mode.val() === 'pipe';
      $('#microshare-account-pipe').toggle(isPipe);
      $('#microshare-account-password').toggle(!isPipe || readBack.is(':checked, :indeterminate'));
      // What is missing depends on it.
      for (const name of LOGIN) $(`#node-config-input-${name}`).trigger('change');
    });
    prepareSecret($('#node-config-input-token'), this.tokenVariable);
    mode.trigger('change');
    $('#node-config-input-token').on('change', showTokenWarnings);
    prepareMint(this, typedFields);
    showFetched(this, this.tokenFetched);
    prepareTest(this, typedFields);
    nameWidgets();
  },
  oneditsave() {
    saveSwitches();
    this.tokenVariable = saveSecret($('#node-config-input-token'));
    if (this.tokenVariable) $('#node-config-input-tokenFetched').val('');
  },
});

/** Of the node that is stored: the editor checks credentials in the dialog alone. */
function checkSecrets(tokenVariable: string, node: EditorNode<MicroshareAccount>): void {
  const isPipe = node.mode !== 'password';
  const needed = [
    ...(isPipe && !tokenVariable ? ['token'] : []),
    ...(!isPipe || isOn(node.readBack) ? LOGIN : []),
  ];
  const missing = needed.filter((name) => lacksSecret(node, name));
  if (missing.length > 0) throw missingFields(node, missing);
}

function checkToken(token: string, node: EditorNode<MicroshareAccount>): void {
  if ($('#node-config-input-mode').val() === 'pipe' && !token) throw missingFields(node, ['token']);
}

/** Which of the three it is, the marked field shows. */
function checkLogin(value: string, node: EditorNode<MicroshareAccount>): void {
  const isNeeded =
    $('#node-config-input-mode').val() === 'password' || $('#node-config-input-readBack').is(':checked');
  if (isNeeded && !value) throw missingFields(node, LOGIN);
}

function missingFields(node: EditorNode<MicroshareAccount>, names: readonly string[]): Error {
  const fields = names.map((name) => node._(`microshare-account.${name}`)).join(', ');
  return new Error(node._('microshare-account.missing', { fields }));
}

function environmentOf({ apiUrl, authUrl }: MicroshareAccount): string {
  const names = Object.keys(ENVIRONMENTS) as Environment[];
  const same = (name: Environment) =>
    ENVIRONMENTS[name].apiUrl === apiUrl && ENVIRONMENTS[name].authUrl === authUrl;
  return names.find(same) ?? OWN_HOSTS;
}

function showHostWarnings(): void {
  const [apiUrl, authUrl] = ['apiUrl', 'authUrl'].map((name) =>
    String($(`#node-config-input-${name}`).val()),
  );
  const warnings = () => {
    try {
      return hostWarnings(resolveHosts({ apiUrl, authUrl }));
    } catch {
      // The field itself says that it cannot be read.
      return [];
    }
  };
  $('#microshare-account-host-warnings').text(warnings().join(' '));
}

/** Of a token that was typed. */
function showTokenWarnings(): void {
  const token = $('#node-config-input-token');
  const typed = token.typedInput('type') === 'env' ? '' : token.typedInput('value');
  const isUnseen = typed.trim() === '' || typed === STORED_SECRET || unsetVariable(typed) !== undefined;
  $('#microshare-account-token-warnings').text(isUnseen ? '' : doubtsOf(typed));
}

function doubtsOf(token: string): string {
  try {
    return tokenWarnings(cleanToken(token)).join(' ');
  } catch (error) {
    return (error as Error).message;
  }
}

/** What stands in the dialog; a secret only where it was typed. */
function typedFields(): object {
  const value = (name: string) => String($(`#node-config-input-${name}`).val() ?? '');
  const token = $('#node-config-input-token');
  const isVariable = token.typedInput('type') === 'env';
  const secrets: string[][] = LOGIN.map((name) => [name, value(name)]);
  if (!isVariable) secrets.push(['token', token.typedInput('value')]);
  return {
    ...Object.fromEntries(TEXTS.map((name) => [name, value(name)])),
    tls: chosenConfigNode($('#node-config-input-tls')),
    readBack: switchValue($('#node-config-input-readBack')),
    tokenVariable: isVariable ? token.typedInput('value') : '',
    credentials: Object.fromEntries(secrets.filter(([, secret]) => secret !== STORED_SECRET)) as object,
  };
}

function checkProxy(value: string, node: EditorNode<MicroshareAccount>): void {
  const isRight = value === '' || /^https?:\/\/[^/]/.test(value);
  if (!isRight) throw new Error(node._('microshare-account.notAProxy'));
  if (value.includes('@')) throw new Error(node._('microshare-account.proxyPassword'));
}
