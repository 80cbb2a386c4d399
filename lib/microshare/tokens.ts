import { MicroshareError } from './errors';
import type { AccessToken } from './login';

/** Where the token of a request comes from. */
export interface TokenSource {
  /** The token to use now. */
  get(): Promise<string>;
  /**
   * Microshare answered 401 to this token.
   * @returns whether a new one can be had, so that the request is worth one more try
   */
  refused(token: string): boolean;
}

/** A pipe token: never expires, can only write, and is gone when it was revoked. */
export function pipeToken(token: string): TokenSource {
  return { get: () => Promise.resolve(token), refused: () => false };
}

/** Renewed at this part of its life. */
const RENEW_AT = 0.8;
/** Nobody is asked again before this: a refused login stays refused until a person acts. */
const PAUSE_AFTER_REFUSAL_MS = 60_000;
const PAUSE_AFTER_FAILURE_MS = 5_000;

/** Tokens of the password grant: one login for all who ask, renewed ahead of expiry and after a 401. */
export class PasswordTokens implements TokenSource {
  readonly #login: () => Promise<AccessToken>;
  readonly #now: () => number;
  #current: { token: string; renewAt: number; expiresAt: number } | undefined;
  #pending: Promise<string> | undefined;
  #failure: { error: Error; until: number } | undefined;

  constructor(login: () => Promise<AccessToken>, now: () => number = Date.now) {
    this.#login = login;
    this.#now = now;
  }

  async get(): Promise<string> {
    const current = this.#current;
    const now = this.#now();
    if (!current || now >= current.expiresAt) return this.#renew();
    // Ahead of expiry the old token serves on; what the renewal meets is told when the old one has expired.
    if (now >= current.renewAt) this.#renew().catch(() => undefined);
    return current.token;
  }

  refused(token: string): boolean {
    if (this.#current?.token === token) this.#current = undefined;
    return true;
  }

  #renew(): Promise<string> {
    if (this.#failure && this.#now() < this.#failure.until) return Promise.reject(this.#failure.error);
    this.#pending ??= this.#logIn().finally(() => (this.#pending = undefined));
    return this.#pending;
  }

  async #logIn(): Promise<string> {
    const asked = this.#now();
    try {
      const { token, lifeMs } = await this.#login();
      this.#current = { token, renewAt: asked + lifeMs * RENEW_AT, expiresAt: asked + lifeMs };
      this.#failure = undefined;
      return token;
    } catch (error) {
      const refused = error instanceof MicroshareError && error.code === 'login_refused';
      this.#failure = {
        error: error as Error,
        until: this.#now() + (refused ? PAUSE_AFTER_REFUSAL_MS : PAUSE_AFTER_FAILURE_MS),
      };
      throw error;
    }
  }
}
