import type { NodeAPI, NodeInitializer } from 'node-red';
import helper from 'node-red-node-test-helper';
import type { Request, Response } from '../../nodes/shared/admin';
import type { Message } from './flow';

const RIGHTS = 'x-rights';

/** Node-RED's test helper knows no rights: here a route is open to requests that name its right. */
export function guarded(initialize: NodeInitializer): NodeInitializer {
  const needsPermission = (right: string) => (request: Request, response: Response, next: () => void) =>
    request.get(RIGHTS) === right ? next() : void response.status(401).end();
  return (RED) => initialize(Object.create(RED, { auth: { value: { needsPermission } } }) as NodeAPI);
}

/** Asks a route of Node-RED's admin API, with the right that is given. */
export async function ask(
  path: string,
  right: string,
  body?: object,
): Promise<{ status: number; text: string; json: Message }> {
  const request = body ? helper.request().post(path).send(body) : helper.request().get(path);
  const { status, text } = await request.set(RIGHTS, right);
  return { status, text, json: text.startsWith('{') ? (JSON.parse(text) as Message) : {} };
}
