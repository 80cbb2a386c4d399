import { TtnError } from './errors';
import type { Address } from './address';

/**
 * What a failed connection means, in words for the user.
 *
 * The CONNACK codes are The Things Stack's: 5 for a wrong user name or key or no right on the application, 3 for
 * too many connections; on too many new connections per IP, and on MQTT 5, it closes without any CONNACK.
 */
export function explainFailure(error: unknown, address: Address): TtnError {
  const { hostname, username } = address;
  if (error === undefined) {
    return new TtnError(
      'no_answer',
      `${hostname} closed the connection without an answer. Either it limits new connections for a while, or it is no MQTT 3.1.1 server: check host and port.`,
    );
  }
  const cause = error instanceof Error ? error : new Error('unknown error');
  const code = (cause as { code?: number | string }).code;
  switch (code) {
    case 4:
    case 5:
      return new TtnError(
        'not_authorized',
        `${hostname} refused the user name "${username}" or its API key (CONNACK ${code}). Check application id and tenant, and that the key belongs to this application and is not deleted.`,
        { cause },
      );
    case 3:
      return new TtnError(
        'too_many_connections',
        `${hostname} has too many connections of "${username}" (CONNACK 3). End other MQTT clients of this application.`,
        { cause },
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new TtnError(
        'unreachable',
        `The host "${hostname}" is not known (${code}). Check its spelling and the network's DNS.`,
        {
          cause,
        },
      );
  }
  if (code === 'ECONNRESET' && address.url.startsWith('mqtts:')) {
    return new TtnError(
      'no_answer',
      `${hostname} closed the connection before TLS stood. If its port does not speak TLS, write the host as mqtt://${new URL(address.url).host}.`,
      { cause },
    );
  }
  if (typeof code === 'number') {
    return new TtnError(
      'connection_refused',
      `${hostname} refused the connection: ${cause.message} (code ${code}).`,
      {
        cause,
      },
    );
  }
  if (/^(CERT_|ERR_TLS_CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code ?? '')) {
    return new TtnError(
      'certificate',
      `The certificate of ${hostname} is not trusted: ${cause.message} (${code}). For a private certificate authority choose a TLS configuration with its CA certificate.`,
      { cause },
    );
  }
  if (/^ERR_OSSL/.test(code ?? '')) {
    return new TtnError(
      'certificate',
      `The TLS configuration cannot be used: ${cause.message} (${code}). Check its CA certificate, certificate and key.`,
      { cause },
    );
  }
  return new TtnError(
    'unreachable',
    `${hostname} cannot be reached: ${cause.message}. Check host, port and firewall.`,
    {
      cause,
    },
  );
}
