export type NetworkFault =
  /** The name of the host. */
  | 'dns'
  | 'timeout'
  /** The connection stood and broke. */
  | 'reset'
  /** The certificate is of another time, or this machine is. */
  | 'clock'
  /** The certificate is not trusted. */
  | 'certificate'
  /** TLS failed for another reason: versions, a client certificate, a port that does not speak it. */
  | 'tls'
  /** The request cannot be sent. */
  | 'invalid'
  /** Whatever went wrong on the way to the proxy. */
  | 'noProxy'
  /** The proxy refused the way on. */
  | 'proxy'
  | 'other';

/** No system's code. */
export const PROXY_UNREACHABLE = 'PROXY_UNREACHABLE';

const FAULTS: readonly [RegExp, NetworkFault][] = [
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'dns'],
  [/^(TimeoutError|ETIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/, 'timeout'],
  [/^(ECONNRESET|EPIPE|ERR_BAD_RESPONSE|ERR_STREAM_PREMATURE_CLOSE)$/, 'reset'],
  [/^(UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH|HPE_.+)$/, 'reset'],
  [/^(CERT_NOT_YET_VALID|CERT_HAS_EXPIRED)$/, 'clock'],
  [/^(ERR_SSL_.+|EPROTO)$/, 'tls'],
  [/CERT|SELF_SIGNED|UNABLE_TO_|^ERR_TLS|UND_ERR_PRX_TLS/, 'certificate'],
  [/^(ERR_(INVALID_|BAD_OPTION|BAD_REQUEST|UNESCAPED_)|UND_ERR_INVALID_ARG$)/, 'invalid'],
  [new RegExp(`^${PROXY_UNREACHABLE}$`), 'noProxy'],
  [/^UND_ERR_ABORTED$/, 'proxy'],
];

/** What the code of an error says, as Node.js, axios and undici give it. */
export function networkFault(code: string): NetworkFault {
  return FAULTS.find(([codes]) => codes.test(code))?.[1] ?? 'other';
}
