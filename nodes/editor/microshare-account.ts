import { ENVIRONMENTS, resolveHosts } from '../../lib/microshare/hosts';
import { lacksSecret, prepareSecret, saveSecret } from './secret-field';
import { passes } from './validate';

interface MicroshareAccount {
  version: number;
  name: string;
  apiUrl: string;
  authUrl: string;
  mode: 'pipe' | 'password';
  tokenVariable: string;
  identity: string;
  scope: string;
  loginStyle: 'form' | 'query';
}

type Environment = keyof typeof ENVIRONMENTS;
const OWN_HOSTS = 'own';

RED.nodes.registerType<MicroshareAccount>('microshare-account', {
  category: 'config',
  defaults: {
    version: { value: 1 },
    name: { value: '' },
    apiUrl: { value: ENVIRONMENTS.production.apiUrl, validate: passes((apiUrl) => resolveHosts({ apiUrl })) },
    authUrl: {
      value: ENVIRONMENTS.production.authUrl,
      validate: passes((authUrl) => resolveHosts({ authUrl })),
    },
    mode: { value: 'pipe', validate: passes(checkSecrets) },
    tokenVariable: { value: '' },
    identity: { value: '' },
    scope: { value: '' },
    loginStyle: { value: 'form' },
  },
  credentials: {
    token: { type: 'password' },
    username: { type: 'text' },
    password: { type: 'password' },
    apiKey: { type: 'password' },
  },
  label() {
    return this.name || this._('microshare-account.label');
  },
  oneditprepare() {
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

    const mode = $('#node-config-input-mode');
    mode.on('change', () => {
      $('#microshare-account-pipe').toggle(mode.val() === 'pipe');
      $('#microshare-account-password').toggle(mode.val() === 'password');
    });
    mode.trigger('change');
    prepareSecret($('#node-config-input-token'), this.tokenVariable);
  },
  oneditsave() {
    this.tokenVariable = saveSecret($('#node-config-input-token'));
  },
});

function checkSecrets(_mode: string, node: EditorNode<MicroshareAccount>): void {
  const needed = node.mode === 'password' ? ['username', 'password', 'apiKey'] : ['token'];
  if (node.mode === 'pipe' && node.tokenVariable) return;
  const missing = needed.filter((name) => lacksSecret(node, name));
  if (missing.length > 0)
    throw new Error(node._('microshare-account.missing', { fields: missing.join(', ') }));
}

function environmentOf({ apiUrl, authUrl }: MicroshareAccount): string {
  const names = Object.keys(ENVIRONMENTS) as Environment[];
  const same = (name: Environment) =>
    ENVIRONMENTS[name].apiUrl === apiUrl && ENVIRONMENTS[name].authUrl === authUrl;
  return names.find(same) ?? OWN_HOSTS;
}
