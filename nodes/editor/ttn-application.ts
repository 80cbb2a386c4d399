import { CLOUD_CLUSTERS, SANDBOX_CLUSTERS } from '../../lib/ttn/address';
import { prepareSecret, saveSecret } from './secret-field';

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
    host: { value: 'eu1.cloud.thethings.network', required: true },
    applicationId: { value: '', required: true },
    tenantId: { value: '' },
    apiKeyVariable: { value: '' },
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

function option(value: string, label: string): JQuery {
  return $('<option>').val(value).text(label);
}
