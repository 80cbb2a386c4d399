import type { ThingsStack } from '../server';
import { readPageRequest } from '../storage';
import { authorize } from './access';
import { fault, type ApiAnswer, type ApiRequest } from './answers';

/** Stored messages, one in a line, with an empty line after each; not the server-sent events that it claims. */
export function readStored(
  stack: ThingsStack,
  request: ApiRequest,
  applicationId: string,
  ...place: string[]
): ApiAnswer {
  const [type = '', deviceId] = place.reverse();
  const { storage } = stack;
  const application = authorize(stack.applications, request, applicationId, 'RIGHT_APPLICATION_TRAFFIC_READ');
  if (!storage.isEnabled(application)) {
    const text = 'storage integration is not enabled';
    throw fault(storage.switches.disabledStatus, 'pkg/applicationserver/io/packages', 'not_enabled', text);
  }
  const page = readPageRequest(request.query, type, deviceId);
  if (!page) {
    throw fault(400, 'pkg/applicationserver/io/packages', 'continuation_token', 'invalid continuation token');
  }
  const { messages, next } = storage.page(application, page);
  const breaking = storage.breaks.shift();
  const lines = messages.slice(0, breaking?.after).map((result) => `${JSON.stringify({ result })}\n\n`);
  if (breaking?.how === 'error') lines.push('{"error":{"code":14,"message":"storage is unavailable"}}\n\n');
  if (breaking?.how === 'cut') lines.push('{"result":{"end_device_ids":{"devi');
  return {
    headers: { 'Content-Type': 'text/event-stream', ...(next && { 'X-Continuation-Token': next }) },
    body: lines.join(''),
    cut: breaking?.how === 'cut',
  };
}
