import { MicroshareError } from './errors';

/**
 * What an error of the HTTP client means. Neither the error nor its cause goes on: those of HTTP clients carry the
 * request with its token.
 * @param what the call, for the text: `login` or `write`
 */
export function explainNetworkError(
  error: unknown,
  address: string,
  what: 'login' | 'write',
): MicroshareError {
  if (error instanceof MicroshareError) return error;
  const { name = '', code = '', message = '' } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  const doubt = what === 'write' ? ' The record may have been written all the same.' : '';
  if (/^(Timeout|Abort|Canceled)Error$/.test(name) || /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/.test(code)) {
    return new MicroshareError(
      'timeout',
      `Microshare at ${address} did not answer the ${what} in time.${doubt}`,
    );
  }
  if (/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/.test(code)) {
    return new MicroshareError(
      'unreachable',
      `Microshare at ${address} broke the connection during the ${what}.${doubt}`,
    );
  }
  return new MicroshareError(
    'unreachable',
    `Microshare cannot be reached at ${address} for the ${what}: ${message || code || name}. ${cureFor(code)}`,
  );
}

function cureFor(code: string): string {
  if (/^(ENOTFOUND|EAI_AGAIN)$/.test(code))
    return 'The host is not known: check its spelling and the network.';
  if (/CERT|SELF_SIGNED|UNABLE_TO_/.test(code)) {
    return 'Its certificate is not trusted: for a private certificate authority set NODE_EXTRA_CA_CERTS.';
  }
  return 'Check the address, the network and the firewall.';
}
