import { MicroshareError } from './errors';
import { resolveHosts, type Hosts } from './hosts';
import { Lanes } from './lanes';
import { login, type Credentials, type LoginStyle } from './login';
import { cleanToken } from './secrets';
import { CONNECTIONS, ShareClient, type WrittenRecord } from './share';
import { PasswordTokens, pipeToken, type TokenSource } from './tokens';

/** How an account proves who it is. */
export type AccountAuth =
  { mode: 'pipe'; token: string } | { mode: 'password'; credentials: Credentials; style: LoginStyle };

export interface AccountOptions {
  hosts: Partial<Hosts>;
  auth: AccountAuth;
  /** Milliseconds that one write may take in all. */
  timeoutMs?: number;
}

/** One record to be written. */
export interface NewRecord {
  recType: string;
  tags: readonly string[];
  /** The record as JSON text. */
  json: string;
}

/** Records that may wait in memory. */
const MAX_WAITING = 10_000;

/** One who writes to Microshare: owns the tokens, the connections, and the order of the writes. */
export class Account {
  readonly #client: ShareClient;
  readonly #lanes = new Lanes({ concurrency: CONNECTIONS, limit: MAX_WAITING });
  #closing = false;

  /** @throws MicroshareError `bad_configuration` */
  constructor({ hosts, auth, timeoutMs }: AccountOptions) {
    const { apiUrl, authUrl } = resolveHosts(hosts);
    this.#client = new ShareClient({
      apiUrl,
      tokens: tokensOf(auth, authUrl),
      secrets: secretsOf(auth),
      timeoutMs,
    });
  }

  /** Records that wait or are being written. */
  get pending(): number {
    return this.#lanes.size;
  }

  /**
   * Writes the record that `make` makes when its turn has come. Records of one lane (a device) are written one after
   * the other, in the order of the calls.
   * @throws MicroshareError, or what `make` throws
   */
  write(lane: string, make: () => Promise<NewRecord>): Promise<WrittenRecord> {
    return this.#lanes.run(lane, async () => {
      const { recType, tags, json } = await make();
      if (this.#closing) throw closed();
      return this.#client.write(recType, tags, json).catch((error: unknown) => {
        throw this.#closing ? closed() : error;
      });
    });
  }

  /** Lets what waits be written for at most `graceMs`, then ends everything: the rest fails. */
  async close(graceMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => (timer = setTimeout(resolve, graceMs)));
    await Promise.race([this.#lanes.idle(), grace]);
    clearTimeout(timer);
    this.#closing = true;
    await this.#client.close();
  }
}

function tokensOf(auth: AccountAuth, authUrl: string): TokenSource {
  if (auth.mode === 'pipe') {
    return pipeToken(
      required(cleanToken(auth.token), 'pipe token', "The help of the node's account says how to get one."),
    );
  }
  const credentials: Credentials = {
    ...auth.credentials,
    username: required(auth.credentials.username, 'user name', 'It is the e-mail address you log in with.'),
    password: required(auth.credentials.password, 'password', 'It is the one you log in with.'),
    clientId: required(auth.credentials.clientId, 'API key', 'Microshare shows it under Manage > Keys.'),
  };
  return new PasswordTokens(() => login(authUrl, credentials, auth.style));
}

function secretsOf(auth: AccountAuth): string[] {
  return auth.mode === 'pipe' ? [auth.token] : [auth.credentials.password, auth.credentials.clientId];
}

function required(value: string, name: string, hint: string): string {
  const variable = value.match(/^\$\{(.+)\}$/)?.[1];
  if (variable)
    throw new MicroshareError('bad_configuration', `The environment variable ${variable} is not set.`);
  if (value === '') throw new MicroshareError('bad_configuration', `The ${name} is missing. ${hint}`);
  return value;
}

function closed(): MicroshareError {
  return new MicroshareError(
    'closed',
    'The node was closed before Microshare had confirmed this record. Send it again; it may have been written already.',
  );
}
