import {
  CLOUD_CLUSTERS,
  resolveAddress,
  SANDBOX_CLUSTERS,
  type ApplicationConfig,
} from '../../lib/ttn/address';
import { lacksSecret, prepareSecret, saveSecret } from './secret-field';
import { passes } from './validate';

interface TtnApplication {
  version: number;
  name: string;
  host: string;
  applicationId: string;
  tenantId: string;
  apiKeyVariable: string;
  tls: string;
}

const OWN_HOST = 'own';

RED.nodes.registerType<TtnApplication>('ttn-application', {
  category: 'config',
  defaults: {
    version: { value: 1 },
    name: { value: '' },
    host: {
      value: 'eu1.cloud.thethings.network',
      required: true,
      validate: passes((host) => resolves({ host })),
    },
    applicationId: {
      value: '',
      required: true,
      validate: passes((applicationId) => resolves({ applicationId })),
    },
    tenantId: { value: '' },
    apiKeyVariable: { value: '', validate: passes(checkSecret) },
    tls: { value: '', type: 'tls-config', required: false },
  },
  credentials: { apiKey: { type: 'password' } },
  label() {
    return this.name || this.applicationId || this._('ttn-application.label');
  },
  oneditprepare() {
    const cluster = $('#node-config-input-cluster');
    for (const name of SANDBOX_CLUSTERS)
      cluster.append(option(name, this._('ttn-application.sandbox', { name })));
    for (const name of CLOUD_CLUSTERS)
      cluster.append(option(name, this._('ttn-application.cloud', { name })));
    cluster.append(option(OWN_HOST, this._('ttn-application.own')));

    const host = $('#node-config-input-host');
    cluster.val([...SANDBOX_CLUSTERS, ...CLOUD_CLUSTERS].includes(this.host) ? this.host : OWN_HOST);
    cluster.on('change', () => {
      const chosen = String(cluster.val());
      if (chosen !== OWN_HOST) host.val(chosen).trigger('change');
      $('#ttn-application-host').toggle(chosen === OWN_HOST);
      $('#ttn-application-tenant').toggle(!SANDBOX_CLUSTERS.includes(chosen));
    });
    cluster.trigger('change');
    prepareSecret($('#node-config-input-apiKey'), this.apiKeyVariable);
  },
  oneditsave() {
    this.apiKeyVariable = saveSecret($('#node-config-input-apiKey'));
  },
});

/** Whether a field alone could be right. */
function resolves(config: Partial<ApplicationConfig>): unknown {
  return resolveAddress({
    host: SANDBOX_CLUSTERS[0]!,
    applicationId: 'some-application',
    tenantId: 'some-tenant',
    ...config,
  });
}

function checkSecret(variable: string, node: EditorNode<TtnApplication>): void {
  if (!variable && lacksSecret(node, 'apiKey')) throw new Error(node._('ttn-application.missing'));
}

function option(value: string, label: string): JQuery {
  return $('<option>').val(value).text(label);
}
