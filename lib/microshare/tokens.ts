import { doublingMs, type Backoff } from '../backoff';
import { MicroshareError } from './errors';
import type { AccessToken } from './login';

/** Where the token of a request comes from. */
export interface TokenSource {
  /**
   * The token to use now.
   * @param signal ends the wait for a login
   */
  get(signal?: AbortSignal): Promise<string>;
  /**
   * Microshare answered 401 to this token.
   * @param worked it was taken before, for requests of this kind
   * @returns whether a new one can be had, so that the request is worth one more try
   */
  refused(token: string, worked: boolean): boolean;
}

/** A pipe token: never expires, can only write, and is gone when it was revoked. */
export function pipeToken(token: string): TokenSource {
  const given = Promise.resolve(token);
  return { get: () => given, refused: () => false };
}

/** Sends requests of one kind: after a 401, which did nothing, once more where a new token can be had. */
export class Authorized {
  readonly #tokens: TokenSource;
  /** The last token that Microshare took. */
  #worked: string | undefined;

  constructor(tokens: TokenSource) {
    this.#tokens = tokens;
  }

  /** @param ask sends the request with a token */
  async send<Answer extends { status: number }>(
    ask: (token: string) => Promise<Answer>,
    signal?: AbortSignal,
  ): Promise<{ answer: Answer; isSuccess: boolean; token: string; attempts: number }> {
    for (let attempts = 1; ; attempts++) {
      const token = await this.#tokens.get(signal);
      const answer = await ask(token);
      const { status } = answer;
      if (status === 401 && attempts === 1 && this.#tokens.refused(token, token === this.#worked)) continue;
      const isSuccess = status >= 200 && status <= 299;
      if (isSuccess) this.#worked = token;
      return { answer, isSuccess, token, attempts };
    }
  }
}

/** Renewed at this part of its life. */
const RENEW_AT = 0.8;
/**
 * Nobody is asked again before this. After a second refusal in a row nobody is asked at all, until a person changes
 * something: another try with the same password can only lock the user out.
 */
const PAUSE_AFTER_REFUSAL_MS = 60_000;
const MOST_REFUSALS = 2;
/** The login is down, or gives tokens that are refused before they have worked: the pause doubles up to the longest. */
const AFTER_FAILURE: Backoff = { firstMs: 5_000, maxMs: 300_000 };
const AFTER_USELESS: Backoff = { firstMs: 1_000, maxMs: 300_000 };

/**
 * Tokens of the password grant: one login for all who ask, renewed ahead of expiry and after a 401. They expire by the
 * clock; pauses go by one that nobody sets back.
 */
export class PasswordTokens implements TokenSource {
  readonly #login: () => Promise<AccessToken>;
  #current: { token: string; askedAt: number; renewAt: number; expiresAt: number } | undefined;
  /** Tokens in a row that were refused before they had worked. */
  #useless = 0;
  #pending: Promise<string> | undefined;
  #failure: { error: Error; refused: boolean; times: number; until: number } | undefined;

  constructor(login: () => Promise<AccessToken>) {
    this.#login = login;
  }

  async get(signal?: AbortSignal): Promise<string> {
    const current = this.#current;
    const now = Date.now();
    if (!current || now >= current.expiresAt) return waitFor(this.#renew(), signal);
    // Ahead of expiry the old token serves on; what the renewal meets is told when the old one has expired.
    if (now >= current.renewAt) this.#renew().catch(() => undefined);
    return current.token;
  }

  refused(token: string, worked: boolean): boolean {
    const current = this.#current;
    if (current?.token !== token) return true;
    if (worked) this.#useless = 0;
    // The next one is likely to be refused as well: nobody logs in for each request.
    else if (performance.now() < current.askedAt + doublingMs(this.#useless, AFTER_USELESS)) return false;
    else this.#useless++;
    this.#current = undefined;
    return true;
  }

  /** A person has changed something, or wants to try again: the next who asks logs in. */
  retry(): void {
    this.#failure = undefined;
    this.#useless = 0;
  }

  #renew(): Promise<string> {
    if (this.#failure && performance.now() < this.#failure.until) return Promise.reject(this.#failure.error);
    this.#pending ??= this.#logIn().finally(() => (this.#pending = undefined));
    return this.#pending;
  }

  async #logIn(): Promise<string> {
    const asked = Date.now();
    const askedAt = performance.now();
    try {
      const { token, lifeMs } = await this.#login();
      this.#current = {
        token,
        askedAt,
        renewAt: asked + lifeMs * RENEW_AT,
        expiresAt: asked + lifeMs,
      };
      this.#failure = undefined;
      return token;
    } catch (error) {
      const refused = error instanceof MicroshareError && error.code === 'login_refused';
      const times = this.#failure?.refused === refused ? this.#failure.times + 1 : 1;
      const pause = refused ? pauseAfterRefusal(times) : doublingMs(times - 1, AFTER_FAILURE);
      this.#failure = { error: error as Error, refused, times, until: performance.now() + pause };
      throw error;
    }
  }
}

/** Ends the wait, not the login: others may wait for it, too. */
function waitFor(login: Promise<string>, signal: AbortSignal | undefined): Promise<string> {
  if (!signal) return login;
  return new Promise((resolve, reject) => {
    const giveUp = () =>
      reject(
        new MicroshareError('closed', 'Given up while the login was not answered. Nothing was sent.', {
          serviceDown: true,
        }),
      );
    signal.addEventListener('abort', giveUp);
    login.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
    if (signal.aborted) giveUp();
  });
}

function pauseAfterRefusal(times: number): number {
  return times < MOST_REFUSALS ? PAUSE_AFTER_REFUSAL_MS : Infinity;
}
