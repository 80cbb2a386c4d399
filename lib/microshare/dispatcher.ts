import { EnvHttpProxyAgent, Pool, type buildConnector, type Dispatcher } from 'undici';
import { DUAL_STACK } from '../dual-stack';
import { UNREADABLE_PROXY } from '../http';
import { PROXY_UNREACHABLE } from '../network-fault';
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
      clientFactory: toProxy,
      ...(options.proxy && { noProxy: '' }),
    });
  } catch {
    // Undici's error holds the address, and so perhaps a password.
    throw new MicroshareError('bad_configuration', UNREADABLE_PROXY);
  }
}

/** As undici's own, save that what fails is told as the proxy's failure, not as that of Microshare's host. */
function toProxy({ host, origin }: URL, options: object): Dispatcher {
  const { connect } = options as { connect: buildConnector.connector };
  return new Pool(origin, {
    connect: (to, done) =>
      connect(to, (...[error, socket]) => {
        if (!error) return done(null, socket);
        const { message, code } = error as NodeJS.ErrnoException;
        done(Object.assign(new Error(`${host}: ${message || code}`), { code: PROXY_UNREACHABLE }), null);
      }),
  });
}

/** By the scheme of the address, as curl and axios, which logs in and reads, choose it. */
function environmentProxy(origin: string): string | undefined {
  const scheme = new URL(origin).protocol.slice(0, -1);
  const { env } = process;
  const names = [`${scheme}_proxy`, 'all_proxy'].flatMap((name) => [name, name.toUpperCase()]);
  return names.map((name) => env[name]).find(Boolean);
}
