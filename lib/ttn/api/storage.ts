import { object, parseObject, type Json } from '../../json';
import { notTheApi, type ApiCaller } from './caller';
import { TRAFFIC_READ } from './right-names';

/** What the Storage Integration keeps, by the field of the message. The Things Stack Cloud keeps uplinks only. */
export type StoredType =
  | 'uplink_message'
  | 'uplink_normalized'
  | 'join_accept'
  | `downlink_${'ack' | 'nack' | 'sent' | 'failed' | 'queued' | 'queue_invalidated'}`
  | 'location_solved'
  | 'service_data';

export interface StorageQuery {
  type: StoredType;
  /** RFC 3339. Whether a message of just this time is given is not documented. */
  after?: string;
  before?: string;
  /** Of the page before; the server then ignores all else. */
  continuationToken?: string;
  /** Most messages in a page. Default 200. */
  limit?: number;
  signal?: AbortSignal;
}

/** One answer of the Storage Integration. */
export interface StoragePage {
  /** As on MQTT, by time of reception. */
  messages: Json[];
  /** There is more. */
  continuationToken?: string;
  /** The answer broke off, for this reason: what came is in messages; ask again with the same query. */
  incomplete?: string;
}

/** The server's own maximum is not documented. An uplink has at most 50 gateways, about 25 kB. */
export const PAGE_LIMIT = 200;
const MAX_PAGE_BYTES = 8_000_000;
const TIMEOUT_MS = 60_000;

const CUT = 'a line of the answer is cut off';

/**
 * One page of what the Storage Integration keeps of the application.
 * @throws TtnApiError `storage_disabled`, `missing_right`, `rate_limited`, ...; HttpError
 */
export async function readStorage(caller: ApiCaller, query: StorageQuery): Promise<StoragePage> {
  const { type, after, before, continuationToken, limit = PAGE_LIMIT, signal } = query;
  const answer = await caller.send(
    {
      path: `as/${caller.application(`/packages/storage/${type}`)}`,
      query: continuationToken
        ? { continuation_token: continuationToken }
        : { after, before, limit, order: 'received_at' },
      accept: 'text/event-stream',
      right: TRAFFIC_READ,
      storage: true,
      signal,
    },
    { maxBytes: MAX_PAGE_BYTES, timeoutMs: TIMEOUT_MS, keepPart: true },
  );
  if (answer.broken?.code === 'aborted') throw answer.broken;

  const { messages, fault } = readLines(answer.text);
  if (fault === CUT && messages.length === 0 && !answer.broken)
    throw notTheApi(caller.baseUrl, answer.status);
  const incomplete = answer.broken?.message ?? fault;
  if (incomplete) return { messages, incomplete };
  const next = answer.headers['x-continuation-token'];
  return { messages, ...(next && { continuationToken: next }) };
}

/** Lines of `{"result": {...}}` up to one that is an error or cut off; blank ones stand between. */
function readLines(body: string): { messages: Json[]; fault?: string } {
  const messages: Json[] = [];
  for (const line of body.split('\n')) {
    // True server-sent events, which the answer only claims to be, would have a prefix.
    const json = line.trim().replace(/^data:/, '');
    if (json === '' || /^(event|id|retry)?:/.test(json)) continue;
    const parsed = parseObject(json);
    if (!parsed) return { messages, fault: CUT };
    if (parsed.error !== undefined)
      return { messages, fault: `the server broke off: ${errorText(parsed.error)}` };
    messages.push(object(parsed.result) ?? parsed);
  }
  return { messages };
}

function errorText(error: unknown): string {
  const { message } = object(error) ?? {};
  return typeof message === 'string' ? message : 'no reason given';
}
