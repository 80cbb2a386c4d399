import { once } from 'node:events';
import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import { TEST_CERTIFICATE, TEST_CERTIFICATE_KEY } from '../certificate';
import type { ThingsStack } from '../server';
import { ApiFault, fault, type ApiAnswer, type ApiRequest } from './answers';
import { authInfo, listDevices, listRights } from './identity';
import { listAssociations, setAssociation } from './packages';
import { readStored } from './storage';
import { deleteWebhook, getWebhook, listWebhooks, setWebhook } from './webhooks';

type Handler = (stack: ThingsStack, request: ApiRequest, ...ids: [string, ...string[]]) => ApiAnswer;

const HOST = '127.0.0.1';
const BASE = '/api/v3';
const MOST_REQUESTS = 1000;

/** `*` stands for an id, which the handler gets. */
const ROUTES: [string, Handler][] = [
  ['GET auth_info', authInfo],
  ['GET applications/*/rights', listRights],
  ['GET applications/*/devices', listDevices],
  ['GET as/applications/*/packages/associations', listAssociations],
  ['PUT as/applications/*/packages/associations/*', setAssociation],
  ['GET as/applications/*/packages/storage/*', readStored],
  ['GET as/applications/*/devices/*/packages/storage/*', readStored],
  ['GET as/webhooks/*', listWebhooks],
  ['POST as/webhooks/*', setWebhook],
  ['GET as/webhooks/*/*', getWebhook],
  ['PUT as/webhooks/*/*', setWebhook],
  ['DELETE as/webhooks/*/*', deleteWebhook],
];

/** The Things Stack's HTTP API, on a port of its own. */
export class HttpApi {
  /** False: as on every Sandbox cluster but one. */
  hasIdentityServer = true;
  /** `GET /api/v3/auth_info` and so on: the latest, with the query. */
  readonly requests: string[] = [];
  /** `http://127.0.0.1:1885/api/v3` */
  url = '';
  readonly #server: http.Server;
  readonly #prepared: { answer: ApiAnswer; path: RegExp; times: number }[] = [];

  constructor(
    private readonly stack: ThingsStack,
    private readonly tls: boolean,
  ) {
    this.#server = tls
      ? https.createServer({ cert: TEST_CERTIFICATE, key: TEST_CERTIFICATE_KEY })
      : http.createServer();
    this.#server.on('request', (message, response) => {
      this.#handle(message, response).catch(() => response.destroy());
    });
  }

  async listen(port: number): Promise<void> {
    await once(this.#server.listen(port, HOST), 'listening');
    const { port: found } = this.#server.address() as AddressInfo;
    this.url = `${this.tls ? 'https' : 'http'}://${HOST}:${found}${BASE}`;
  }

  /** The next calls of such a path get this answer; other calls do not count. */
  answerNext(answer: ApiAnswer, { times = 1, path = /./ } = {}): void {
    this.#prepared.push({ answer, path, times });
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(message: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const request = await receive(message);
    this.requests.push(`${request.method} ${message.url}`);
    if (this.requests.length > MOST_REQUESTS) this.requests.shift();
    const { status = 200, headers, body, cut } = this.#takePrepared(request.path) ?? this.#answer(request);
    response.writeHead(status, {
      'Content-Type': 'application/json',
      'X-Rate-Limit-Limit': '100',
      'X-Rate-Limit-Available': '99',
      'X-Rate-Limit-Reset': '1',
      ...headers,
    });
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    if (cut) response.write(text, () => response.destroy());
    else response.end(text);
  }

  #takePrepared(path: string): ApiAnswer | undefined {
    const found = this.#prepared.find((one) => one.times > 0 && one.path.test(path));
    if (found) found.times--;
    return found?.answer;
  }

  #answer(request: ApiRequest): ApiAnswer {
    try {
      for (const [route, handle] of ROUTES) {
        const ids = match(route, `${request.method} ${request.path.slice(BASE.length + 1)}`);
        if (ids) return handle(this.stack, request, ...(ids as [string]));
      }
      throw fault(404, 'pkg/web', 'not_found', 'route not found');
    } catch (error) {
      if (error instanceof ApiFault) return error.answer;
      throw error;
    }
  }
}

function match(route: string, call: string): string[] | undefined {
  const wanted = route.split('/');
  const levels = call.split('/');
  const fits =
    wanted.length === levels.length && wanted.every((level, i) => level === '*' || level === levels[i]);
  return fits ? levels.filter((_, i) => wanted[i] === '*').map(decodeURIComponent) : undefined;
}

async function receive(message: http.IncomingMessage): Promise<ApiRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  const { pathname, searchParams } = new URL(message.url ?? '', `http://${HOST}`);
  const body =
    chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as ApiRequest['body']) : undefined;
  return {
    method: message.method ?? '',
    path: pathname,
    query: searchParams,
    headers: message.headers,
    body,
  };
}
