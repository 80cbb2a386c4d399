import { known, object, objects, text, type Json } from '../../json';
import { withoutBearer } from '../../secrets';
import { TtnError } from '../errors';
import { TtnApiError } from './errors';
import type { ApiCaller } from './caller';
import { TRAFFIC_READ, WEBHOOK_RIGHTS } from './right-names';

/** The id of the webhook that goes the direct way, where none is chosen. */
export const DIRECT_WEBHOOK = 'microshare';

/** The direct way from The Things Stack to Microshare, without Node-RED: tried once for each message. */
export interface WebhookSetup {
  /** Default {@link DIRECT_WEBHOOK}. */
  id?: string;
  /** Default `https://api.microshare.io`. */
  apiUrl?: string;
  recType: string;
  /** Microshare's; undefined keeps the one that the webhook has. */
  token?: string;
}

export type WebhookMessage = 'uplink_message' | 'join_accept' | 'location_solved';

/** A webhook as people may see it: no value of a header. */
export interface WebhookView {
  id: string;
  baseUrl: string;
  /** Address of each kind of message. */
  urls: Partial<Record<WebhookMessage, string>>;
  format: string;
  /** Names; the values are hidden. */
  headers: Record<string, string>;
}

export interface WebhookPlan {
  /** What will be sent, to show before. */
  view: WebhookView;
  /** The body, with the token. */
  body: Json;
}

const MESSAGES: WebhookMessage[] = ['uplink_message', 'join_accept', 'location_solved'];
const HIDDEN = '••••••';
/** Limits of The Things Stack's webhook message. */
const LONGEST = { path: 64, header: 4096 };

/**
 * What would be sent to The Things Stack to set up the webhook; nothing is changed yet. A stored token stays with the
 * server that it was stored for.
 * @throws TtnError `bad_configuration`; TtnApiError `missing_right`, ...; HttpError
 */
export async function planWebhook(caller: ApiCaller, setup: WebhookSetup): Promise<WebhookPlan> {
  const plan = typedPlan(caller.applicationId, setup);
  if (setup.token === undefined) plan.view.headers = await storedHeaders(caller, plan.view);
  return plan;
}

/** @throws TtnError `bad_configuration` */
function typedPlan(applicationId: string, setup: WebhookSetup): WebhookPlan {
  const { id = DIRECT_WEBHOOK, apiUrl = 'https://api.microshare.io', recType, token } = setup;
  checkId(id);
  if (!/^https?:$/.test(URL.canParse(apiUrl) ? new URL(apiUrl).protocol : '')) {
    throw bad(`The address "${apiUrl}" of Microshare cannot be read. Write it as https://api.microshare.io.`);
  }
  // Braces would be templates for The Things Stack.
  if (!/^[^\s/?#%{}]+$/.test(recType) || recType.length > LONGEST.path) {
    throw bad(
      `The recType "${recType}" cannot be the path of a webhook: at most ${LONGEST.path} characters, without blanks and / ? # % { }.`,
    );
  }
  const authorization = token === undefined ? undefined : `Bearer ${withoutBearer(token)}`;
  if (
    authorization &&
    (!/^Bearer [\x21-\x7e]+$/.test(authorization) || authorization.length > LONGEST.header)
  ) {
    throw bad(
      'The token cannot be sent in a header: it is empty, too long, or holds blanks. Paste the token alone.',
    );
  }

  const webhook = {
    ids: { application_ids: { application_id: applicationId }, webhook_id: id },
    base_url: `${apiUrl.replace(/\/+$/, '')}/share/`,
    format: 'json',
    ...(authorization && { headers: { Authorization: authorization } }),
    uplink_message: { path: recType },
    join_accept: { path: recType },
  };
  // All kinds are in the mask: what is not wanted any more goes.
  const mask = ['base_url', 'format', ...(authorization ? ['headers'] : []), ...MESSAGES];
  return { view: viewOf(webhook), body: { webhook, field_mask: { paths: mask } } };
}

/**
 * Creates or changes the webhook as {@link planWebhook} says.
 * @throws as that does
 */
export async function setWebhook(caller: ApiCaller, setup: WebhookSetup): Promise<WebhookView> {
  const { view, body } = await planWebhook(caller, setup);
  await caller.send({
    method: 'PUT',
    path: pathOf(caller, view.id),
    body,
    right: WEBHOOK_RIGHTS,
    secrets: [withoutBearer(setup.token ?? '')],
  });
  return view;
}

/** @throws TtnError `bad_configuration` without a token, or with another server's; TtnApiError `missing_right`, ...; HttpError */
async function storedHeaders(
  caller: ApiCaller,
  { id, baseUrl }: WebhookView,
): Promise<WebhookView['headers']> {
  const stored = await getWebhook(caller, id).catch((error: unknown) => {
    if (error instanceof TtnApiError && error.code === 'not_found') return undefined;
    throw error;
  });
  if (!stored || !Object.keys(stored.headers).some((name) => /^authorization$/i.test(name))) {
    throw bad(`Type the token: TTN has none for the webhook "${id}", and Microshare takes nothing without.`);
  }
  const owner = originOf(stored.baseUrl);
  if (owner !== originOf(baseUrl)) {
    throw bad(`Type the token again: the one that the webhook "${id}" has belongs to ${owner}.`);
  }
  return stored.headers;
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}

/** @throws TtnApiError `missing_right`, ...; HttpError */
export async function listWebhooks(caller: ApiCaller): Promise<WebhookView[]> {
  const { json } = await caller.json(readCall(caller));
  return (objects(json.webhooks) ?? []).map(viewOf);
}

/** @throws TtnApiError `not_found`, `missing_right`, ...; HttpError */
async function getWebhook(caller: ApiCaller, id: string): Promise<WebhookView> {
  const { json } = await caller.json(readCall(caller, id));
  return viewOf(json);
}

/** @throws TtnApiError `not_found`, `missing_right`, ...; HttpError */
export async function removeWebhook(caller: ApiCaller, id: string): Promise<void> {
  await caller.send({ method: 'DELETE', path: pathOf(caller, id), right: WEBHOOK_RIGHTS });
}

function readCall(caller: ApiCaller, id?: string) {
  return {
    path: pathOf(caller, id),
    query: { field_mask: ['base_url', 'format', 'headers', ...MESSAGES].join() },
    right: TRAFFIC_READ,
  };
}

function pathOf({ applicationId }: ApiCaller, id?: string): string {
  if (id !== undefined) checkId(id);
  return `as/webhooks/${encodeURIComponent(applicationId)}${id === undefined ? '' : `/${id}`}`;
}

function checkId(id: string): void {
  if (!/^[a-z0-9](?:-?[a-z0-9]){2,}$/.test(id) || id.length > 36) {
    throw bad(
      `The webhook id "${id}" cannot be right: 3 to 36 lower-case letters, digits and single dashes.`,
    );
  }
}

/** The server adds a path to the base URL, whose last slash it does not double. */
function viewOf(webhook: Json): WebhookView {
  const baseUrl = text(webhook.base_url) ?? '';
  const urls = MESSAGES.map((kind) => {
    const message = object(webhook[kind]);
    const path = (text(message?.path) ?? '').replace(/^\//, '');
    return [kind, message && (path ? `${baseUrl.replace(/\/$/, '')}/${path}` : baseUrl)];
  });
  const headers = Object.entries(object(webhook.headers) ?? {});
  return {
    id: text(object(webhook.ids)?.webhook_id) ?? '',
    baseUrl,
    urls: known(Object.fromEntries(urls) as WebhookView['urls']),
    format: text(webhook.format) ?? '',
    headers: Object.fromEntries(headers.map(([name, value]) => [name, hide(value)])),
  };
}

/** Any header may hold a secret; that a value is a bearer token may be seen. */
function hide(value: unknown): string {
  return typeof value === 'string' && /^bearer /i.test(value) ? `Bearer ${HIDDEN}` : HIDDEN;
}

function bad(message: string): TtnError {
  return new TtnError('bad_configuration', message);
}
