import { EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici';
import { DUAL_STACK } from '../dual-stack';
import { UNREADABLE_PROXY } from '../http';
import type { TlsOptions } from '../tls';
import { MicroshareError } from './errors';

export interface ConnectionsOptions {
  /** Sockets kept open, and so requests in flight at the same time. Default {@link CONNECTIONS}. */
  connections?: number;
  tls?: TlsOptions;
  /** Address of a proxy, which may hold user and password, in place of that of the environment. */
  proxy?: string;
}

export const CONNECTIONS = 16;
/**
 * Whatever longer time the server hints at: a NAT on the way may forget sooner, and a record that is sent into the void
 * costs the whole time limit. Without a hint undici takes the same.
 */
const IDLE_SOCKET_MS = 4_000;
const TO_CONNECT = { ...DUAL_STACK, timeout: 10_000 };

/**
 * Kept-open connections to one origin, through a proxy where the user or the environment names one.
 * @throws MicroshareError `bad_configuration`
 */
export function openDispatcher(origin: string, options: ConnectionsOptions): Dispatcher {
  const { connections = CONNECTIONS, tls, proxy = environmentProxy(origin) } = options;
  const connect = { ...tls, ...TO_CONNECT };
  const shared = { connections, connect, keepAliveMaxTimeout: IDLE_SOCKET_MS };
  if (!proxy) return new Pool(origin, shared);
  try {
    return new EnvHttpProxyAgent({
      ...shared,
      // Behind the proxy: the same certificates for the API, and none of them for the proxy.
      requestTls: connect,
      proxyTls: TO_CONNECT,
      // undici 8 would hand requests to http:// to the proxy itself.
      proxyTunnel: true,
      httpProxy: proxy,
      httpsProxy: proxy,
      ...(options.proxy && { noProxy: '' }),
    });
  } catch {
    // Undici's error holds the address, and so perhaps a password.
    throw new MicroshareError('bad_configuration', UNREADABLE_PROXY);
  }
}

/** By the scheme of the address, as curl and axios, which logs in and reads, choose it. */
function environmentProxy(origin: string): string | undefined {
  const scheme = new URL(origin).protocol.slice(0, -1);
  const { env } = process;
  const names = [`${scheme}_proxy`, 'all_proxy'].flatMap((name) => [name, name.toUpperCase()]);
  return names.map((name) => env[name]).find(Boolean);
}
