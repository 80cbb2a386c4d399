import type { AccountOptions } from './account';
import { checkCredentials, checkToken } from './credentials';
import { MicroshareError, type MicroshareErrorCode } from './errors';
import { hostWarnings, resolveHosts, type Hosts } from './hosts';
import { login, type LoginOptions, type TokenHolder } from './login';
import { ShareReader } from './read';
import { tokenWarnings } from './pipe-token';
import { ShareClient, type WrittenRecord } from './share';
import { pipeToken } from './tokens';

export interface ProbeOptions extends AccountOptions {
  /** What is read, and written if so told. Default: a recType that needs not exist. */
  recType?: string;
  /** Write one test record. */
  write?: boolean;
}

/** `unknown`: only a write can tell. */
export type Right = 'yes' | 'no' | 'unknown';

/** `unauthorized`: the token; `forbidden`: this recType. */
export type Refusal = Extract<MicroshareErrorCode, 'unauthorized' | 'forbidden'>;

/** Which account the values are of, and what they may do. */
export interface AccountReport {
  kind: 'pipe' | 'password';
  hosts: Hosts;
  /** Of a login; nothing can be asked about a pipe token. */
  holder?: TokenHolder;
  rights: { read: Right; write: Right };
  /** Why it may not write. */
  refused?: Refusal;
  written?: WrittenRecord;
  warnings: string[];
}

const NO_RECORDS = 'io.example.test';

/**
 * Tries the values of an account. It logs in and reads; it writes only when told to.
 * @throws MicroshareError `bad_configuration`, `login_refused`, `timeout`, `unreachable`, ...
 */
export async function testAccount(options: ProbeOptions): Promise<AccountReport> {
  const { auth, tls, proxy, recType = NO_RECORDS } = options;
  const hosts = resolveHosts(options.hosts);
  const way = { tls, proxy };
  const { token, holder, secrets } = await tokenOf(auth, hosts, way);
  const tokens = pipeToken(token);
  const { apiUrl } = hosts;

  const reader = new ShareReader({ apiUrl, tokens, secrets, ...way });
  const read = await may(() => reader.read({ recType, by: 'list', perPage: 1, maxPages: 1 }).next());
  const report: AccountReport = {
    kind: auth.mode,
    hosts,
    ...(holder && { holder }),
    rights: { read: read.right, write: 'unknown' },
    warnings: [...hostWarnings(hosts), ...(auth.mode === 'pipe' ? tokenWarnings(token) : [])],
  };
  if (auth.mode === 'pipe' && read.right === 'yes') {
    report.warnings.push(
      'This token can read: it is not a pipe token. If it is that of a login, it ends within 48 hours.',
    );
  }
  if (!options.write) return report;

  const client = new ShareClient({ ...options, apiUrl, tokens, secrets });
  try {
    const test = JSON.stringify({ test: true, by: '@ttn-microshare/node-red' });
    const write = await may(() => client.write(recType, [], test));
    report.rights.write = write.right;
    if (write.value) report.written = write.value;
    if (write.refused) report.refused = write.refused;
    return report;
  } finally {
    await client.close();
  }
}

async function tokenOf(
  auth: AccountOptions['auth'],
  { authUrl }: Hosts,
  options: LoginOptions,
): Promise<{ token: string; holder?: TokenHolder; secrets: string[] }> {
  if (auth.mode === 'pipe') return { token: checkToken(auth.token), secrets: [] };
  const credentials = checkCredentials(auth.credentials);
  const { token, holder } = await login(authUrl, credentials, { style: auth.style, ...options });
  return { token, holder, secrets: [credentials.password, credentials.clientId] };
}

async function may<T>(act: () => Promise<T>): Promise<{ right: Right; value?: T; refused?: Refusal }> {
  try {
    return { right: 'yes', value: await act() };
  } catch (error) {
    const code = error instanceof MicroshareError && error.code;
    if (code === 'unauthorized' || code === 'forbidden') return { right: 'no', refused: code };
    throw error;
  }
}
