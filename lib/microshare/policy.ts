import type { NetworkFault } from '../network-fault';
import type { MicroshareErrorCode } from './errors';

/**
 * What becomes of a record that was not written. `retry`: tried again, with growing pauses; `rejected`: kept apart,
 * since the same request will never succeed; `hold`: nothing more is sent until the cause is gone, because every
 * other record would meet the same.
 */
export type Treatment = 'retry' | 'rejected' | 'hold';

export const TREATMENTS: Readonly<Record<MicroshareErrorCode, Treatment>> = {
  bad_configuration: 'hold',
  login_refused: 'hold',
  // A password token was renewed and refused again; a pipe token cannot be renewed. Rights (403) and addresses (404,
  // 3xx) are configuration too: one wrong field must not fill the store of rejected records.
  unauthorized: 'hold',
  forbidden: 'hold',
  not_found: 'hold',
  redirected: 'hold',

  bad_rectype: 'rejected',
  bad_tags: 'rejected',
  bad_record: 'rejected',
  rejected: 'rejected',
  // It is probably written: to try again could write it at each try.
  no_record_id: 'rejected',

  // Whoever tries again sets a bound: a 503 can be the answer to a request that never succeeds.
  unavailable: 'retry',
  bad_answer: 'retry',
  timeout: 'retry',
  unreachable: 'retry',
  closed: 'retry',
};

/** What is held for one of these meets the same at each try, until a person changes something. */
export function needsChange(code: string): boolean {
  return code === 'bad_configuration' || code === 'bad_rectype' || code === 'login_refused';
}

/** What an answer other than 2xx means for a write, and what the user can do. */
export interface StatusRule {
  code: MicroshareErrorCode;
  hint: string;
  /** The record may have been written all the same: always, or when the answer's text matches. */
  doubtful?: true | RegExp;
  /** Certainly not this record's fault: another one would meet the same. */
  serviceDown?: true;
}

const LATER = 'Try again later.';

/**
 * By status, or by its class. Microshare documents 200, 400, 401 and "5xx: retry" only; the rest follows HTTP and the
 * defaults of akka-http, which its answers name as their server.
 */
const STATUS_RULES: Readonly<Record<string, StatusRule>> = {
  '3xx': { code: 'redirected', hint: 'Correct the API address of the account: writes are not redirected.' },

  401: {
    code: 'unauthorized',
    hint: 'The token was refused: revoked, expired, or of the other environment. See Manage > Keys in Microshare.',
  },
  403: { code: 'forbidden', hint: 'No rule of Microshare grants this account Write on the recType.' },
  404: { code: 'not_found', hint: 'Check the API address of the account.' },
  // The address answers, but it is not the API's.
  405: { code: 'not_found', hint: 'Check the API address of the account.' },
  407: {
    code: 'bad_configuration',
    hint: 'The proxy wants a user and a password: put them into its address.',
  },
  408: { code: 'unavailable', hint: LATER },
  413: { code: 'rejected', hint: 'The record is too large: write less of it.' },
  414: { code: 'rejected', hint: 'The address is too long: use fewer or shorter tags.' },
  425: { code: 'unavailable', hint: LATER },
  429: { code: 'unavailable', hint: LATER, serviceDown: true },
  '4xx': {
    code: 'rejected',
    hint: 'The same record is refused again until something changes. Change what makes it, in the flow or in the node, or what Microshare expects; then send it again, export it or discard it.',
  },

  // A gateway lost the answer of the server behind it.
  502: { code: 'unavailable', hint: LATER, doubtful: true },
  // akka-http says so after its own time-out, while what handles the request goes on.
  503: { code: 'unavailable', hint: LATER, doubtful: /not able to produce a timely response/ },
  504: { code: 'unavailable', hint: LATER, doubtful: true },
  '5xx': { code: 'unavailable', hint: LATER },
};

/** The rule for a status that is not 2xx. */
export function ruleOf(status: number): StatusRule {
  const rules: Partial<Record<string, StatusRule>> = STATUS_RULES;
  return rules[status] ?? rules[`${Math.floor(status / 100)}xx`] ?? STATUS_RULES['5xx']!;
}

/** What a failure of the network means. Whether the record may have been written depends on whether the request had left. */
export const NETWORK_RULES: Readonly<Record<NetworkFault, { code: MicroshareErrorCode; problem: string }>> = {
  timeout: { code: 'timeout', problem: 'did not answer in time' },
  reset: { code: 'unreachable', problem: 'broke the connection' },
  dns: {
    code: 'unreachable',
    problem: 'cannot be reached: the host is not known; check its spelling and the network',
  },
  clock: {
    code: 'unreachable',
    problem:
      "cannot be reached: its certificate does not hold now; check this machine's date and time, and if they are right, the server needs a new certificate",
  },
  certificate: {
    code: 'unreachable',
    problem:
      'cannot be reached: its certificate is not trusted; for a private certificate authority choose a TLS configuration in the account, or set NODE_EXTRA_CA_CERTS',
  },
  tls: {
    code: 'unreachable',
    problem:
      'cannot be reached: TLS failed; check whether its port speaks TLS, 1.2 or newer, and whether it wants a client certificate',
  },
  invalid: {
    code: 'bad_configuration',
    problem: 'was not asked: the address, the token or a tag holds what cannot be sent',
  },
  noProxy: {
    code: 'unreachable',
    problem:
      'cannot be reached, as the proxy cannot; check its address, in the account or in HTTPS_PROXY and HTTP_PROXY, and the network',
  },
  proxy: {
    code: 'unreachable',
    problem: 'cannot be reached through the proxy; check the address of the proxy, its user and password',
  },
  other: {
    code: 'unreachable',
    problem: 'cannot be reached; check the address, the network and the firewall',
  },
};
