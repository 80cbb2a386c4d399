import { HttpError, request, type HttpAnswer, type HttpRequest } from '../http';
import { networkFault } from '../network-fault';
import { MicroshareError } from './errors';
import type { NoAnswer } from './exchange';
import { NETWORK_RULES } from './policy';

/**
 * What it means that a write got no answer. Neither the error nor its cause goes on: those of HTTP clients carry the
 * request with its token.
 */
export function explainNoAnswer({ reason, message, sent }: NoAnswer, address: string): MicroshareError {
  if (reason === 'AbortError') {
    return new MicroshareError('closed', `The write was given up.${doubt(sent)}`, { doubtful: sent });
  }
  const { code, problem } = NETWORK_RULES[networkFault(reason)];
  return new MicroshareError(
    code,
    `Microshare at ${address} ${problem} (${message || reason}).${doubt(sent)}`,
    sent ? { doubtful: true } : { serviceDown: true },
  );
}

function doubt(sent: boolean): string {
  return sent ? ' The record may have been written all the same.' : '';
}

/**
 * A call for which a person or a login waits; HttpError becomes Microshare's.
 * @throws MicroshareError `timeout`, `unreachable`, `bad_answer`, `closed`, `bad_configuration`
 */
export async function call(what: HttpRequest): Promise<HttpAnswer> {
  try {
    return await request(what);
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    throw new MicroshareError(CODES[error.code], error.message, { serviceDown: true });
  }
}

const CODES = {
  timeout: 'timeout',
  unreachable: 'unreachable',
  certificate: 'unreachable',
  too_large: 'bad_answer',
  aborted: 'closed',
  bad_request: 'bad_configuration',
} as const satisfies Record<HttpError['code'], string>;
