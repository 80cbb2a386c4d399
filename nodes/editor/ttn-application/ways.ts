import { CLOUD_CLUSTERS, SANDBOX_CLUSTERS } from '../../../lib/ttn/address';
import { option } from '../widgets';
import { input } from './fields';

const CLUSTERS = [...SANDBOX_CLUSTERS, ...CLOUD_CLUSTERS];
const OWN_HOST = 'own';

/** Shows the fields that the chosen way in has. */
export function prepareWays(node: EditorNode<{ host: string }>, resizeTabs: () => void): void {
  const [way, cluster, host] = [input('transport'), input('cluster'), input('host')];
  const options = [
    ...SANDBOX_CLUSTERS.map((name) => option(name, node._('ttn-application.sandbox', { name }))),
    ...CLOUD_CLUSTERS.map((name) => option(name, node._('ttn-application.cloud', { name }))),
    option(OWN_HOST, node._('ttn-application.own')),
  ];
  cluster.append(options);
  /** The host says where the secrets go, and may have been typed for another way in. */
  const showCluster = () => {
    const typed = String(host.val());
    cluster.val(CLUSTERS.includes(typed) ? typed : OWN_HOST);
  };
  showCluster();
  cluster.on('change', () => {
    const chosen = String(cluster.val());
    if (chosen !== OWN_HOST) host.val(chosen).trigger('change');
  });

  const show = () => {
    const chosen = String(way.val());
    for (const row of $('.ttn-application-for').toArray()) {
      $(row).toggle(String($(row).data('ways')).split(' ').includes(chosen));
    }
    const isThingsStack = chosen === 'things-stack' || chosen === 'webhook';
    $('#ttn-application-host').toggle(!isThingsStack || cluster.val() === OWN_HOST);
    $('#ttn-application-tenant').toggle(isThingsStack && !SANDBOX_CLUSTERS.includes(String(cluster.val())));
    // As Node-RED hides a tab.
    const direct = $('#ttn-application-tabs a[href="#ttn-application-tab-direct"]').parent();
    direct.toggleClass('hide-tab hide', !isThingsStack);
    resizeTabs();
    const acknowledges = ['webhook', 'broker', 'amqp'].includes(chosen);
    $('#ttn-application-seconds').toggle(acknowledges && input('acknowledge').val() === 'stored');
  };
  way.on('change', showCluster);
  way.add(cluster).add(input('acknowledge')).on('change', show);
  // A host of one's own has another meaning in each way.
  way.on('change', () => host.trigger('change'));
  show();
  prepareWebhook(node);
}

function prepareWebhook(node: EditorNode<object>): void {
  const [path, header] = [input('webhookPath'), input('webhookHeader')];
  const url = $('#ttn-application-webhook-url');
  const show = () => {
    url.text(webhookUrl(String(path.val())));
    const name = String(header.val()).trim();
    const text = name ? `${name}: <secret>` : 'Authorization: Bearer <secret>';
    $('#ttn-application-webhook-hint').text(node._('ttn-application.webhookHint', { header: text }));
  };
  path.add(header).on('input change', show);
  $('#ttn-application-webhook-copy').on('click', () => {
    const button = $('#ttn-application-webhook-copy');
    RED.clipboard.copyText(url.text(), button[0]!, node._('ttn-application.copied'));
  });
  show();
}

/** Where TTN reaches the webhook, as far as the browser can tell. */
function webhookUrl(path: string): string {
  const { httpNodeRoot = '/' } = RED.settings as { httpNodeRoot?: string };
  return `${location.origin}${httpNodeRoot.replace(/\/*$/, '/')}ttn/${path.trim()}`;
}
