import { EventEmitter, once } from 'node:events';
import { readFile } from 'node:fs/promises';
import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ACCOUNTS, type Account } from './accounts';
import { defaultSwitches, setSwitches, type Switches } from './assumptions';
import { Clock } from './clock';
import { answerControl, CONTROL_PATH } from './control';
import { streamRecords } from './events';
import { Faults, respond, type Fault } from './faults';
import { receive, refuse, Refusal, splitPath, type Answer, type ReceivedRequest } from './http';
import { answerLogin } from './login';
import { objectIds, Records, type StoredRecord } from './records';
import { answerShare } from './share';
import { Tokens, type TokenKind } from './tokens';

export interface LakeOptions {
  /** Default 0: a free port. */
  port?: number;
  /** Path before `/share`, such as `/api`, as Microshare's vanity hosts have. */
  prefix?: string;
  accounts?: Account[];
  switches?: Partial<Switches>;
  /** Milliseconds since 1970. Default: the system's clock. */
  now?: () => number;
  /** Default: ObjectIds as MongoDB makes them. */
  newId?: () => string;
  /** Above this the oldest records go. Default 100 000. */
  maxRecords?: number;
  /** PEM texts; with them the stand-in speaks HTTPS. */
  tls?: { key: string; cert: string };
}

export interface IssueOptions {
  /** Default `pipe`. */
  kind?: TokenKind;
  /** Default: the first account. */
  username?: string;
  identity?: string;
  /** Of a password token. Default `ALL:ALL`. */
  scope?: string;
}

/** What the log of requests keeps at most. */
const MOST_REQUESTS = 1000;
const MOST_LOGGED_BYTES = 32 * 1024 * 1024;
/** `maxHeaderSize` is more than Microshare takes, so that the stand-in itself answers 414. */
const SERVER = { maxHeaderSize: 256 * 1024, keepAliveTimeout: 60_000 };

/** Starts a stand-in for Microshare on 127.0.0.1: login, share API, controls, and a page at `/`. */
export async function startLake(options: LakeOptions = {}): Promise<Lake> {
  const lake = new Lake(options);
  await lake.listen(options.port ?? 0);
  return lake;
}

/** A running stand-in. Emits `record` for each stored record, before its answer is sent. */
export class Lake extends EventEmitter<{ record: [StoredRecord] }> {
  readonly accounts: Account[];
  readonly clock: Clock;
  readonly switches = defaultSwitches();
  readonly tokens: Tokens;
  readonly store: Records;
  readonly newId: () => string;
  /** The latest requests to login and share API, oldest first. */
  readonly requests: ReceivedRequest[] = [];
  /** Calls to `POST /oauth2/token`, refused ones included. */
  logins = 0;
  /** Those with a wrong user, password, API key or identity. */
  refusedLogins = 0;
  /** Records stored since the start, those that went again included. */
  writes = 0;
  /** Base of `/oauth2/token`. */
  url = '';
  /** Base of `/share`. */
  apiUrl = '';

  readonly #faults = new Faults();
  readonly #closing = new AbortController();
  readonly #server: http.Server;
  #loggedBytes = 0;

  constructor(private readonly options: LakeOptions) {
    super();
    setSwitches(this.switches, options.switches ?? {});
    this.accounts = options.accounts ?? ACCOUNTS;
    this.clock = new Clock(options.now);
    this.tokens = new Tokens(this.accounts, this.clock, this.switches);
    this.store = new Records(options.maxRecords ?? 100_000);
    this.newId = options.newId ?? objectIds(this.clock);
    const { tls } = options;
    this.#server = tls ? https.createServer({ ...SERVER, ...tls }) : http.createServer(SERVER);
    this.#server.on('request', (request, response) => {
      this.#handle(request, response).catch(() => response.destroy());
    });
  }

  async listen(port: number): Promise<void> {
    await once(this.#server.listen(port, '127.0.0.1'), 'listening');
    const { tls, prefix = '' } = this.options;
    this.url = `${tls ? 'https' : 'http'}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    this.apiUrl = this.url + prefix;
  }

  /** Stored records, oldest first. */
  records(recType?: string): StoredRecord[] {
    return this.store.list(recType);
  }

  /** Makes a token without a login. */
  issueToken({ kind = 'pipe', username, identity, scope }: IssueOptions = {}): string {
    const account = this.accounts.find(
      (one) => one.username === (username ?? one.username) && one.identity === (identity ?? one.identity),
    );
    if (!account) throw new TypeError('There is no account of this user and identity.');
    return this.tokens.issue(account, kind, { scope }).text;
  }

  /** False when there was no such token. */
  revoke(token: string): boolean {
    return this.tokens.revoke(token);
  }

  /** Spoils the next requests that match; several faults wait in the order given. */
  fail(faults: Fault | Fault[]): void {
    for (const fault of [faults].flat()) this.#faults.add(fault);
  }

  /** Forgets all faults. */
  heal(): void {
    this.#faults.clear();
  }

  /** Ends every connection, the hanging ones too. */
  async close(): Promise<void> {
    this.#closing.abort();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(message: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { pathname } = splitPath(message.url ?? '');
    if (pathname === '/') return sendPage(response);
    if (pathname === `${CONTROL_PATH}/events`) return streamRecords(this, response);
    const isControl = pathname.startsWith(`${CONTROL_PATH}/`);
    const bodyLimit = isControl ? Infinity : this.switches.bodyLimit;
    const request = await receive(message, bodyLimit, this.clock.now());
    if (!isControl) this.#log(request);
    const fault = isControl ? undefined : this.#faults.take(request);
    const answer = () => this.#answer(request, isControl);
    await respond(request, response, answer, fault, this.#closing.signal);
  }

  #log(request: ReceivedRequest): void {
    this.requests.push(request);
    this.#loggedBytes += request.body.length;
    while (this.requests.length > MOST_REQUESTS || this.#loggedBytes > MOST_LOGGED_BYTES)
      this.#loggedBytes -= this.requests.shift()?.body.length ?? 0;
  }

  #answer(request: ReceivedRequest, isControl: boolean): Answer {
    try {
      return { status: 200, body: isControl ? answerControl(this, request) : this.#carryOut(request) };
    } catch (error) {
      if (error instanceof Refusal) return error.answer;
      throw error;
    }
  }

  #carryOut(request: ReceivedRequest): string {
    const { uriLimit, longUri, largeBody, unknownPath } = this.switches;
    if (request.path.length > uriLimit) refuse(longUri);
    if (request.isTooLarge) refuse(largeBody);
    const { pathname } = splitPath(request.path);
    if (pathname === '/oauth2/token') return answerLogin(this, request);
    const share = `${this.options.prefix ?? ''}/share`;
    if (!pathname.startsWith(`${share}/`)) refuse(unknownPath);
    return answerShare(this, request, pathname.slice(share.length));
  }
}

async function sendPage(response: http.ServerResponse): Promise<void> {
  const page = await readFile(join(__dirname, 'page.html'));
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
}
