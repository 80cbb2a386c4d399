import type { StoredRecord } from '../outbox/store';
import { checkCredentials, checkToken } from './credentials';
import { deliverer, type Delivered, type DeliverOptions } from './deliver';
import type { ConnectionsOptions } from './dispatcher';
import { MicroshareError } from './errors';
import { resolveHosts, type Hosts } from './hosts';
import { login, type Credentials, type LoginOptions, type LoginStyle } from './login';
import { ShareReader } from './read';
import { ShareClient } from './share';
import { PasswordTokens, pipeToken, type TokenSource } from './tokens';

/** A login that reads and writes. */
export interface PasswordAuth {
  mode: 'password';
  credentials: Credentials;
  style: LoginStyle;
}

/** How an account proves who it is. A pipe token can only write. */
export type AccountAuth = { mode: 'pipe'; token: string; reader?: PasswordAuth } | PasswordAuth;

export interface AccountOptions extends ConnectionsOptions {
  hosts: Partial<Hosts>;
  auth: AccountAuth;
  /** Milliseconds that one write may take in all. */
  timeoutMs?: number;
}

/** How the calls for which somebody waits get there. */
type Way = Pick<LoginOptions, 'tls' | 'proxy'>;

/** One who writes to Microshare, and reads back: owns the tokens and the connections. */
export class Account {
  readonly hosts: Hosts;
  readonly #client: ShareClient;
  readonly #reader: ShareReader | undefined;
  readonly #passwords: PasswordTokens[];

  /** @throws MicroshareError `bad_configuration` */
  constructor({ hosts, auth, ...connections }: AccountOptions) {
    this.hosts = resolveHosts(hosts);
    const way = { tls: connections.tls, proxy: connections.proxy };
    const secrets = secretsOf(auth);
    const open = (auth: AccountAuth) => tokensOf(auth, this.hosts.authUrl, way);
    const writing = open(auth);
    const reading = auth.mode === 'password' ? writing : auth.reader && open(auth.reader);
    const { apiUrl } = this.hosts;
    this.#client = new ShareClient({ ...connections, apiUrl, tokens: writing, secrets });
    this.#reader = reading && new ShareReader({ apiUrl, tokens: reading, secrets, ...way });
    this.#passwords = [writing, reading].filter((tokens) => tokens instanceof PasswordTokens);
  }

  /** Whether records can be read back. */
  get canRead(): boolean {
    return this.#reader !== undefined;
  }

  /** @throws MicroshareError `bad_configuration` when this account cannot read */
  get reader(): ShareReader {
    if (this.#reader) return this.#reader;
    throw new MicroshareError(
      'bad_configuration',
      'This account has a pipe token, which can only write. Give it user, password and API key, too, to read.',
    );
  }

  /**
   * What delivers the records of an outbox to Microshare.
   * @param verify look whether a doubtful record has arrived before it is sent again, where the account can read
   */
  deliverer({ verify = false, recType }: { verify?: boolean } & Pick<DeliverOptions, 'recType'> = {}): (
    record: StoredRecord,
    signal?: AbortSignal,
  ) => Promise<Delivered> {
    return deliverer(this.#client, { ...(verify && { reader: this.#reader }), recType });
  }

  /** Asks for tokens again after refused logins: a person wants to try. */
  retryLogin(): void {
    for (const tokens of this.#passwords) tokens.retry();
  }

  /** Ends the connections; what is still under way fails. */
  close(): Promise<void> {
    return this.#client.close();
  }
}

function tokensOf(auth: AccountAuth, authUrl: string, way: Way): TokenSource {
  if (auth.mode === 'pipe') return pipeToken(checkToken(auth.token));
  const credentials = checkCredentials(auth.credentials);
  return new PasswordTokens(() => login(authUrl, credentials, { style: auth.style, ...way }));
}

function secretsOf(auth: AccountAuth): string[] {
  if (auth.mode === 'password') return [auth.credentials.password, auth.credentials.clientId];
  return [auth.token, ...(auth.reader ? secretsOf(auth.reader) : [])];
}
