import { EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici';
import { UNREADABLE_PROXY } from '../http';
import type { TlsOptions } from '../tls';
import { MicroshareError } from './errors';

/** A proxy named by the user; the environment's counts where there is none. */
export interface ProxyOptions {
  /** May hold user and password. */
  url: string;
  /** Hosts that are reached without it, as in NO_PROXY: `localhost, .example.com`. */
  noProxy?: string;
}

export interface ConnectionsOptions {
  /** Sockets kept open, and so requests in flight at the same time. Default {@link CONNECTIONS}. */
  connections?: number;
  tls?: TlsOptions;
  proxy?: ProxyOptions;
}

export const CONNECTIONS = 16;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Kept-open connections to one origin, through a proxy where the user or the environment names one.
 * @throws MicroshareError `bad_configuration`
 */
export function openDispatcher(origin: string, options: ConnectionsOptions): Dispatcher {
  const { connections = CONNECTIONS, tls, proxy } = options;
  const connect = { ...tls, timeout: CONNECT_TIMEOUT_MS };
  if (!proxy && !environmentHasProxy()) return new Pool(origin, { connections, connect });
  try {
    return new EnvHttpProxyAgent({
      connections,
      connect,
      // Behind the proxy: the same certificates for the API, and none of them for the proxy.
      requestTls: connect,
      proxyTls: { timeout: CONNECT_TIMEOUT_MS },
      ...(proxy && { httpProxy: proxy.url, httpsProxy: proxy.url, noProxy: proxy.noProxy ?? '' }),
    });
  } catch {
    // Undici's error holds the address, and so perhaps a password.
    throw new MicroshareError('bad_configuration', UNREADABLE_PROXY);
  }
}

/** As Node-RED's users set them. */
function environmentHasProxy(): boolean {
  const { env } = process;
  return Boolean(env.https_proxy || env.HTTPS_PROXY || env.http_proxy || env.HTTP_PROXY);
}
