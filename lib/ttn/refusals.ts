import { networkFault } from '../network-fault';
import { TtnError } from './errors';
import { clusterOf, type ServerAddress } from './address';

/** What the servers of one kind mean by their refusals, and what the user can do. */
export interface RefusalHints {
  /** Who was refused: `the user name "app@ttn" or its API key`. */
  who: string;
  credentials: string;
  tooManyConnections: string;
  subscription: string;
  /** The connection was closed without a word. */
  noAnswer: string;
  /** The connection stood and was lost. */
  lost?: string;
}

/** A connection that stood and ended. */
export function connectionLost(cause: unknown, { hostname }: ServerAddress, hint = ''): TtnError {
  const detail = cause instanceof Error ? `: ${cause.message}` : '';
  const text = `The connection to ${hostname} was lost${detail}.${hint && ` ${hint}`}`;
  return new TtnError('connection_lost', text, { cause });
}

/** What a failed MQTT connection means, in words for the user. */
export function explainMqttFailure(error: unknown, server: ServerAddress, hints: RefusalHints): TtnError {
  const { hostname } = server;
  if (error === undefined) {
    return new TtnError(
      'no_answer',
      `${hostname} closed the connection without an answer. ${hints.noAnswer}`,
    );
  }
  const cause = error as Error & { code?: unknown };
  if (typeof cause.code === 'number') return explainCode(cause.code, cause, hostname, hints);
  return explainNetworkFailure(cause, server);
}

/** CONNACK of MQTT 3.1.1 (1 to 5), and of MQTT 5 (128 and more) with the same meaning. */
function explainCode(code: number, cause: Error, hostname: string, hints: RefusalHints): TtnError {
  const explained = (kind: TtnError['code'], text: string) =>
    new TtnError(kind, `${hostname} ${text}`, { cause });
  switch (code) {
    case 4:
    case 5:
    case 134:
    case 135:
    case 138:
      return explained('not_authorized', `refused ${hints.who}. ${hints.credentials} (CONNACK ${code})`);
    case 3:
    case 136:
    case 137:
    case 151:
    case 159:
      return explained(
        'too_many_connections',
        `takes no more connections. ${hints.tooManyConnections} (CONNACK ${code})`,
      );
    case 1:
    case 132:
      return explained(
        'connection_refused',
        `does not speak this version of MQTT. Choose the other version, 3.1.1 or 5. (CONNACK ${code})`,
      );
    default:
      return explained('connection_refused', `refused the connection: ${cause.message} (code ${code}).`);
  }
}

/** What kept a connection from standing, whatever the protocol: names, routes, ports, TLS. */
export function explainNetworkFailure(error: Error, { hostname, url }: ServerAddress): TtnError {
  const { code = '' } = error as { code?: string };
  const { protocol, host } = new URL(url);
  const explained = (kind: TtnError['code'], text: string) => new TtnError(kind, text, { cause: error });
  switch (code) {
    case '':
      return explained(
        'no_answer',
        `${host} does not answer in the language of ${protocol}// (${error.message}). Check host and port, and whether the port speaks TLS.`,
      );
    case 'ECONNREFUSED':
      return explained(
        'unreachable',
        `Nothing listens on ${host} (${code}). Check host and port, and whether the server runs.`,
      );
    case 'ETIMEDOUT':
      return explained('unreachable', `${host} does not answer (${code}). Check host, port and firewall.`);
  }
  const isSecure = /s:$/.test(protocol);
  if (isSecure && /^(ECONNRESET|EPROTO|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG))$/.test(code)) {
    const hint = clusterOf(hostname)
      ? 'It speaks TLS on port 8883: write the host without a port.'
      : `If its port does not speak TLS, write the host as ${protocol.replace('s:', '')}://${host}. Then the key or password is not encrypted on its way: do so in a network of your own only.`;
    return explained('no_answer', `${hostname} closed the connection before TLS stood. ${hint}`);
  }
  if (/^ERR_OSSL/.test(code)) {
    return explained(
      'certificate',
      `The TLS configuration cannot be used: ${error.message} (${code}). Check its CA certificate, certificate and key.`,
    );
  }
  switch (networkFault(code)) {
    case 'dns':
      return explained(
        'unreachable',
        `The host "${hostname}" is not known (${code}). Check its spelling and the network's DNS.`,
      );
    case 'clock':
      return explained(
        'certificate',
        `The certificate of ${hostname} does not hold now: ${error.message} (${code}). Check this machine's date and time; if they are right, the server needs a new certificate.`,
      );
    case 'certificate':
      return explained(
        'certificate',
        `The certificate of ${hostname} is not trusted: ${error.message} (${code}). For a private certificate authority choose a TLS configuration with its CA certificate.`,
      );
    case 'tls':
      return explained(
        'certificate',
        `TLS with ${hostname} failed: ${error.message} (${code}). It may want a client certificate: choose a TLS configuration that has one. Or it speaks no TLS 1.2 or newer.`,
      );
  }
  // Several addresses of one name failed: Node.js leaves the text of such an error empty.
  return explained(
    'unreachable',
    `${hostname} cannot be reached: ${error.message || code}. Check host, port and firewall.`,
  );
}
