import type { Right } from '../applications';
import type { ThingsStack } from '../server';
import type { Webhook } from '../webhooks';
import { authorize } from './access';
import { fault, fieldMask, pick, type ApiAnswer, type ApiRequest } from './answers';

const READ: Right[] = ['RIGHT_APPLICATION_TRAFFIC_READ'];
const WRITE: Right[] = [
  'RIGHT_APPLICATION_SETTINGS_BASIC',
  'RIGHT_APPLICATION_TRAFFIC_READ',
  'RIGHT_APPLICATION_TRAFFIC_DOWN_WRITE',
];

export function listWebhooks(stack: ThingsStack, request: ApiRequest, applicationId: string): ApiAnswer {
  const application = authorize(stack.applications, request, applicationId, ...READ);
  const webhooks = [...stack.webhooks.of(application).values()].map((webhook) => masked(webhook, request));
  return { body: webhooks.length > 0 ? { webhooks } : {} };
}

export function getWebhook(stack: ThingsStack, request: ApiRequest, ...ids: string[]): ApiAnswer {
  const [applicationId = '', id = ''] = ids;
  const application = authorize(stack.applications, request, applicationId, ...READ);
  const webhook = stack.webhooks.of(application).get(id);
  if (!webhook) throw unknown(id);
  return { body: masked(webhook, request) };
}

/** Creates or changes; of the fields only those that the body's field mask names. */
export function setWebhook(stack: ThingsStack, request: ApiRequest, applicationId: string): ApiAnswer {
  const application = authorize(stack.applications, request, applicationId, ...WRITE);
  const { webhook: given, field_mask: mask } = (request.body ?? {}) as {
    webhook?: Webhook;
    field_mask?: { paths?: string[] };
  };
  const id = given?.ids.webhook_id ?? '';
  const paths = mask?.paths ?? [];
  const webhooks = stack.webhooks.of(application);
  const kept = Object.entries(webhooks.get(id) ?? {}).filter(([name]) => !paths.includes(name));
  const ids = { application_ids: { application_id: applicationId }, webhook_id: id };
  const webhook: Webhook = { ...Object.fromEntries(kept), ...pick(given ?? {}, paths), ids };
  if (!id || !webhook.base_url || !webhook.format) {
    throw fault(400, 'pkg/errors', 'validation', 'invalid webhook: id, base_url and format are needed');
  }
  webhooks.set(id, webhook);
  return { body: { ids, ...pick(webhook, paths) } };
}

export function deleteWebhook(stack: ThingsStack, request: ApiRequest, ...ids: string[]): ApiAnswer {
  const [applicationId = '', id = ''] = ids;
  const application = authorize(stack.applications, request, applicationId, ...WRITE);
  if (!stack.webhooks.of(application).delete(id)) throw unknown(id);
  return { body: {} };
}

function masked(webhook: Webhook, { query }: ApiRequest) {
  return { ids: webhook.ids, ...pick(webhook, fieldMask(query)) };
}

function unknown(id: string) {
  return fault(404, 'pkg/applicationserver/io/web', 'webhook_not_found', `webhook \`${id}\` not found`);
}
