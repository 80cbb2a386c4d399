import type { NodeAPI } from 'node-red';
import { CodedError } from '../../lib/errors';
import { object, text } from '../../lib/json';
import { hostWarnings, resolveHosts } from '../../lib/microshare/hosts';
import { DIRECT_WEBHOOK, type WebhookSetup } from '../../lib/ttn/api';
import { bodyOf, route } from '../shared/admin';
import { Instances } from '../shared/instances';
import type { Application } from './application';
import type { Settings } from './settings';
import { thingsStackApi } from './things-stack-api';
import { tryOut } from './trial';
import { typedApplication } from './typed-application';
import { wayIn } from './way-in';

/** Most devices that a picker shows; who has more types more of the name. */
const MOST_DEVICES = 200;

/** What the dialogs ask for. What uses typed or stored secrets asks for the right to change flows. */
export function applicationRoutes(RED: NodeAPI): Instances<Application> {
  const instances = new Instances<Application>();
  const post = (name: string, handle: (settings: Settings, body: Record<string, unknown>) => unknown) =>
    RED.httpAdmin.post(
      `/ttn-application/:id/${name}`,
      RED.auth.needsPermission('ttn-application.write'),
      route((request) => {
        const id = String(request.params.id);
        const body = bodyOf(request);
        const deployed = instances.all().find(({ settings }) => settings.id === id)?.settings.def;
        return handle(typedApplication(RED, id, body, deployed), body);
      }),
    );

  /** Devices of an application that is deployed. */
  RED.httpAdmin.get(
    '/ttn-application/:id/devices',
    RED.auth.needsPermission('ttn-application.read'),
    route((request) => {
      const { settings } = instances.get(request.params.id);
      const { api } = wayIn(settings, []);
      if (!api) throw noDevices();
      return api.devices({ search: text(request.query.search), limit: MOST_DEVICES });
    }),
  );

  post('test', async (settings) => ({ tried: await tryOut(settings) }));

  post('enable-storage', async (settings) => ({ storage: await thingsStackApi(settings).enableStorage() }));

  /** The direct way from TTN to Microshare: `plan` changes nothing. */
  post('direct-webhook', async (settings, { action, setup: given }) => {
    const api = thingsStackApi(settings);
    const setup = setupOf(given);
    switch (action) {
      case 'plan': {
        const { apiUrl } = resolveHosts(setup);
        const { view } = await api.planWebhook({ ...setup, apiUrl });
        return { webhook: view, warnings: hostWarnings({ apiUrl, authUrl: apiUrl }) };
      }
      case 'set':
        return { webhook: await api.setWebhook({ ...setup, apiUrl: resolveHosts(setup).apiUrl }) };
      case 'remove':
        await api.removeWebhook(setup.id ?? DIRECT_WEBHOOK);
        return { removed: setup.id ?? DIRECT_WEBHOOK };
      case 'list':
        return { webhooks: await api.webhooks() };
      default:
        throw new CodedError('bad_request', 'The action is none of plan, set, remove, list.');
    }
  });
  return instances;
}

function noDevices(): CodedError {
  return new CodedError(
    'no_devices',
    "By its way in this application has no list of devices: that is The Things Stack's, or a webhook's with host, application ID and API key. Type the device IDs instead, separated by commas.",
  );
}

function setupOf(given: unknown): WebhookSetup {
  const { id, apiUrl, recType, token } = object(given) ?? {};
  return {
    id: text(id)?.trim() || undefined,
    apiUrl: text(apiUrl)?.trim() || undefined,
    recType: text(recType)?.trim() ?? '',
    token: text(token)?.trim() || undefined,
  };
}
