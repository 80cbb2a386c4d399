import * as http from 'node:http';
import * as https from 'node:https';
import type { Readable } from 'node:stream';
import axios, { type AxiosProxyConfig } from 'axios';
import { DUAL_STACK } from './dual-stack';
import { CodedError } from './errors';
import { networkFault, type NetworkFault } from './network-fault';
import type { TlsOptions } from './tls';

/** A person waits for the answer: longer than this nobody does. */
const TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 1_000_000;
/** A continuation token of The Things Stack has up to 16,000 characters; Node.js reads 16 kB of headers in all. */
const MAX_HEADER_BYTES = 65_536;

export type HttpErrorCode =
  /** The answer was not complete in time. */
  | 'timeout'
  /** DNS, TCP, proxy, or the connection broke. */
  | 'unreachable'
  | 'certificate'
  /** The answer is longer than allowed. */
  | 'too_large'
  /** The caller's signal. */
  | 'aborted'
  /** It cannot be sent: the address. */
  | 'bad_request';

/** A call without an answer. It carries nothing of the request: no headers, no body, no query. */
export class HttpError extends CodedError {
  constructor(
    override readonly code: HttpErrorCode,
    message: string,
    /** The system's code, such as ECONNRESET, where there is one. */
    readonly systemCode?: string,
  ) {
    super(code, message);
  }
}

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  body?: string;
  /** From the start to the last byte of the answer. Default 30 s. */
  timeoutMs?: number;
  signal?: AbortSignal;
  tls?: TlsOptions;
  /** `http://user:password@proxy.example.com:3128`, in place of that of the environment. */
  proxy?: string;
  /** Default 1 MB. */
  maxBytes?: number;
  /** Give what came of an answer that breaks off, with `broken`, in place of an error. */
  keepPart?: boolean;
}

export interface HttpAnswer {
  status: number;
  /** Names in lower case; of several headers of one name the values are joined by a comma. */
  headers: Record<string, string>;
  text: string;
  /** Why the text ends early; only with `keepPart`. */
  broken?: HttpError;
}

/**
 * One call, for which a person waits: every status is an answer, redirects too. Proxies and certificate
 * authorities of the environment (HTTPS_PROXY, NO_PROXY, NODE_EXTRA_CA_CERTS) are in effect.
 * @throws HttpError
 */
export async function request(call: HttpRequest): Promise<HttpAnswer> {
  const { method, url, headers, body, timeoutMs = TIMEOUT_MS, tls } = call;
  // axios's own timeout does not end an answer that drips.
  const deadline = AbortSignal.timeout(timeoutMs);
  const signal = call.signal ? AbortSignal.any([call.signal, deadline]) : deadline;
  let proxy: string | undefined;
  const explained = (error: unknown) => explain(error, call, deadline, proxy);
  const answer = await axios
    .request<Readable>({
      method,
      url,
      headers,
      data: body,
      // axios would trim JSON and quote what is none.
      transformRequest: (data: unknown) => data,
      signal,
      // axios turns a redirected POST into a GET and reports 200.
      maxRedirects: 0,
      transport: {
        request(options: https.RequestOptions, onAnswer: OnAnswer) {
          proxy = proxyIn(options);
          return sendWithLongHeaders(options, onAnswer);
        },
      },
      validateStatus: () => true,
      responseType: 'stream',
      // Not kept alive: a socket that the server has just closed would fail the next call.
      httpAgent: new http.Agent({ ...DUAL_STACK, keepAlive: false }),
      httpsAgent: new https.Agent({ ...DUAL_STACK, keepAlive: false, ...tls }),
      ...(call.proxy && { proxy: proxyOf(call.proxy) }),
    })
    .catch((error: unknown) => {
      throw explained(error);
    });

  const { text, error } = await read(answer.data, call, signal);
  const broken = error === undefined ? undefined : explained(error);
  if (broken && !call.keepPart) throw broken;
  const answerHeaders = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  return { status: answer.status, headers: answerHeaders, text, ...(broken && { broken }) };
}

type OnAnswer = (answer: http.IncomingMessage) => void;

/** Host and port of the proxy that axios has chosen, which it tells nobody. */
function proxyIn({ path, host, port, agent }: https.RequestOptions): string | undefined {
  if (path?.startsWith('http')) return `${host}:${port}`;
  const { proxy } = agent as { proxy?: { host: string; port: number } };
  return proxy && `${proxy.host}:${proxy.port}`;
}

/** Sends as axios itself would: it has no option for the length of headers. */
function sendWithLongHeaders(options: https.RequestOptions, onAnswer: OnAnswer) {
  const { request: send } = options.protocol === 'https:' ? https : http;
  return send({ ...options, maxHeaderSize: MAX_HEADER_BYTES }, onAnswer);
}

/** Without the address, which may hold a password. */
export const UNREADABLE_PROXY =
  'The address of the proxy cannot be read. Write it as in http://proxy.example.com:3128, in the account or in HTTPS_PROXY and HTTP_PROXY.';

function proxyOf(address: string): AxiosProxyConfig {
  if (!URL.canParse(address)) throw new HttpError('bad_request', UNREADABLE_PROXY);
  const { protocol, hostname, port, username, password } = new URL(address);
  const auth = { username: decoded(username), password: decoded(password) };
  return {
    protocol,
    host: hostname,
    port: Number(port) || (protocol === 'https:' ? 443 : 80),
    ...(username && { auth }),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new HttpError(
      'bad_request',
      'The user or the password in the address of the proxy cannot be read. Write a % in it as %25.',
    );
  }
}

async function read(
  stream: Readable,
  { url, maxBytes = MAX_ANSWER_BYTES }: HttpRequest,
  signal: AbortSignal,
) {
  const end = () => stream.destroy(signal.reason as Error);
  signal.addEventListener('abort', end);
  const chunks: Buffer[] = [];
  const text = () => Buffer.concat(chunks).toString();
  try {
    if (signal.aborted) end();
    let size = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) {
        throw new HttpError('too_large', `The answer of ${origin(url)} is longer than ${maxBytes} bytes.`);
      }
      chunks.push(chunk);
    }
    return { text: text() };
  } catch (error) {
    return { text: text(), error };
  } finally {
    signal.removeEventListener('abort', end);
  }
}

const NOT_CONNECTED = /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)$/;

/** Neither the error nor its cause goes on: those of axios carry the request with its token. */
function explain(
  error: unknown,
  { url, timeoutMs = TIMEOUT_MS, signal }: HttpRequest,
  deadline: AbortSignal,
  proxy: string | undefined,
) {
  if (error instanceof HttpError) return error;
  const server = origin(url);
  if (signal?.aborted) return new HttpError('aborted', `The call to ${server} was given up.`);
  if (deadline.aborted) {
    return new HttpError('timeout', `${server} did not answer within ${timeoutMs / 1000} s.`);
  }
  const { code, message = '' } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  const detail = message.trim() || code || 'unknown error';
  const fault = networkFault(code ?? '');
  const text =
    proxy && NOT_CONNECTED.test(code ?? '')
      ? `The proxy ${proxy} cannot be reached: ${detail}. Check its address, in the account or in HTTPS_PROXY and HTTP_PROXY, and the network.`
      : problemOf(server, fault, detail, code);
  return new HttpError(CODES[fault] ?? 'unreachable', text, code);
}

const CODES: Partial<Record<NetworkFault, HttpErrorCode>> = {
  clock: 'certificate',
  certificate: 'certificate',
  invalid: 'bad_request',
};

function problemOf(server: string, fault: NetworkFault, detail: string, code: string | undefined): string {
  switch (fault) {
    case 'dns':
      return `The host of ${server} is not known (${code}). Check its spelling and the network's DNS.`;
    case 'clock':
      return `The certificate of ${server} does not hold now: ${detail} (${code}). Check this machine's date and time; if they are right, the server needs a new certificate.`;
    case 'certificate':
      return `The certificate of ${server} is not trusted: ${detail} (${code}). For a private certificate authority give its CA certificate, or set NODE_EXTRA_CA_CERTS.`;
    case 'tls':
      return `TLS with ${server} failed: ${detail} (${code}). Check whether its port speaks TLS, 1.2 or newer, and whether it wants a client certificate.`;
    case 'invalid':
      return `The call to ${server} cannot be sent: ${detail}. Check the address.`;
    case 'reset':
      return `${server} broke the connection (${code}).`;
    default:
      return `${server} cannot be reached: ${detail}. Check the address, the network and the firewall.`;
  }
}

/** Scheme, host and port: the rest of an address may hold a password. */
function origin(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'the address';
}
