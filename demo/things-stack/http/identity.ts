import { eui } from '../identifiers';
import type { ThingsStack } from '../server';
import { authorize, keyOf } from './access';
import { fault, fieldMask, pick, type ApiAnswer, type ApiRequest } from './answers';

/** On the Sandbox only one cluster has an identity server. */
function here({ api }: ThingsStack): void {
  if (!api.hasIdentityServer) throw fault(501, 'pkg/rpcserver', 'unimplemented', 'not on this cluster');
}

export function authInfo(stack: ThingsStack, request: ApiRequest): ApiAnswer {
  here(stack);
  const { application, apiKey } = keyOf(stack.applications, request);
  const { applicationId } = application;
  return {
    body: {
      api_key: {
        api_key: { id: apiKey.key.split('.')[1], rights: apiKey.rights },
        entity_ids: { application_ids: { application_id: applicationId } },
      },
    },
  };
}

export function listRights(stack: ThingsStack, request: ApiRequest, applicationId: string): ApiAnswer {
  here(stack);
  authorize(stack.applications, request, applicationId);
  const { rights } = keyOf(stack.applications, request).apiKey;
  return { body: rights.length > 0 ? { rights } : {} };
}

/** Pages of `limit` devices; `{}` past the end. */
export function listDevices(stack: ThingsStack, request: ApiRequest, applicationId: string): ApiAnswer {
  here(stack);
  const { query } = request;
  const application = authorize(stack.applications, request, applicationId, 'RIGHT_APPLICATION_DEVICES_READ');
  const all = stack.devices(application).sort((a, b) => (a.deviceId < b.deviceId ? -1 : 1));
  const limit = Math.min(Number(query.get('limit') ?? 100) || 1000, 1000);
  const start = limit * (Math.max(1, Number(query.get('page'))) - 1);
  const devices = all.slice(start, start + limit).map(({ deviceId, devEui = eui(deviceId), ...fields }) => ({
    ids: { device_id: deviceId, application_ids: { application_id: applicationId }, dev_eui: devEui },
    ...pick(fields, fieldMask(query)),
  }));
  return {
    headers: { 'X-Total-Count': String(all.length) },
    body: devices.length > 0 ? { end_devices: devices } : {},
  };
}
