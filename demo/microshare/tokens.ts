import { randomBytes, randomUUID } from 'node:crypto';
import type { Account } from './accounts';
import type { Switches } from './assumptions';
import type { Clock } from './clock';

export type TokenKind = 'password' | 'pipe' | 'robot';
export type Operation = 'READ' | 'WRITE' | 'DELETE';

export interface Token {
  text: string;
  kind: TokenKind;
  /** `ALL:ALL`, or a comma list such as `SHARE:READ,SHARE:QUERY`. */
  scope: string;
  account: Account;
  /** UUID, shown in records as `origin.tokendata.id`. */
  id: string;
  /** Address that asked for the token. */
  ip: string;
  /** Milliseconds since 1970; absent: never. */
  expiresAt?: number;
  refreshToken?: string;
}

/** A password token lives for 48 hours (Microshare's TTN tutorial). */
export const PASSWORD_TOKEN_LIFE = 48 * 60 * 60 * 1000;

/** These kinds get this scope, whatever was asked for. */
const FIXED_SCOPE: Partial<Record<TokenKind, string>> = {
  pipe: 'SHARE:WRITE',
  robot: 'SHARE:READ,SHARE:QUERY,SHARE:WRITE',
};

export function allows({ scope }: Token, operation: Operation): boolean {
  return scope.split(',').some((one) => one === 'ALL:ALL' || one === `SHARE:${operation}`);
}

function newText(format: Switches['tokenFormat']): string {
  if (format === 'hex') return randomBytes(32).toString('hex');
  const parts = ['{"alg":"HS256"}', `{"jti":"${randomUUID()}"}`, randomBytes(32)];
  return parts.map((part) => Buffer.from(part).toString('base64url')).join('.');
}

export class Tokens {
  readonly #byText = new Map<string, Token>();

  constructor(
    accounts: Account[],
    private readonly clock: Clock,
    private readonly switches: Switches,
  ) {
    for (const account of accounts)
      if (account.pipeToken) this.issue(account, 'pipe', { text: account.pipeToken });
  }

  issue(account: Account, kind: TokenKind, wish: { text?: string; scope?: string; ip?: string } = {}): Token {
    const { text = newText(this.switches.tokenFormat), ip = '127.0.0.1' } = wish;
    const scope = FIXED_SCOPE[kind] ?? (wish.scope || 'ALL:ALL');
    const token: Token = { text, kind, scope, account, id: randomUUID(), ip };
    const isEndless = this.switches.writeOnlyNeverExpires && scope === 'SHARE:WRITE';
    if (kind === 'password' && !isEndless) token.expiresAt = this.clock.now() + PASSWORD_TOKEN_LIFE;
    if (kind === 'password' && this.switches.refreshToken) token.refreshToken = newText('hex');
    this.#byText.set(text, token);
    return token;
  }

  /** The token, unless it is unknown, expired or revoked. */
  find(text: string): Token | undefined {
    const token = this.#byText.get(text);
    return token && this.clock.now() < (token.expiresAt ?? Infinity) ? token : undefined;
  }

  /** The token that this refresh token came with, expired or not. */
  findByRefreshToken(refreshToken: string): Token | undefined {
    return [...this.#byText.values()].find((token) => token.refreshToken === refreshToken);
  }

  /** False when there is no such token. */
  revoke(text: string): boolean {
    return this.#byText.delete(text);
  }
}
