import { clearTextWarning } from '../clear-text';
import { unsetVariable } from '../variables';
import { MicroshareError } from './errors';

/** Base URLs: the API's may have a path prefix (`https://pest.microshare.io/api`). */
export interface Hosts {
  apiUrl: string;
  authUrl: string;
}

/** Microshare's environments, from its quick start. Keys and tokens belong to one of them. */
export const ENVIRONMENTS = {
  production: { apiUrl: 'https://api.microshare.io', authUrl: 'https://auth.microshare.io' },
  development: { apiUrl: 'https://dapi.microshare.io', authUrl: 'https://dauth.microshare.io' },
} as const satisfies Record<string, Hosts>;

/**
 * The base URLs in use: blank fields mean production.
 * @throws MicroshareError `bad_configuration`
 */
export function resolveHosts(hosts: Partial<Hosts>): Hosts {
  return {
    apiUrl: baseUrl(hosts.apiUrl, 'API', ENVIRONMENTS.production.apiUrl).replace(/\/share$/, ''),
    authUrl: baseUrl(hosts.authUrl, 'login', ENVIRONMENTS.production.authUrl).replace(
      /\/oauth2(\/token)?$/,
      '',
    ),
  };
}

/** A user name, a query, or a recType and the token behind it: each may hold a secret, and so no error shows it. */
const HOLDS_MORE = /[@?#]|\/share\/./;

function baseUrl(value: string | undefined, name: string, fallback: string): string {
  const given = (value ?? '').trim();
  if (given === '' || unsetVariable(given)) return fallback;
  const example = ENVIRONMENTS.production.apiUrl;
  if (HOLDS_MORE.test(given)) {
    throw bad(
      `The address of Microshare's ${name} holds more than it should: a user name, a query, or a recType and what follows. Write it as in ${example}. Secrets and recType have fields of their own.`,
    );
  }
  if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol))
    throw bad(`The address of Microshare's ${name}, "${given}", cannot be read. Write it as in ${example}.`);
  return new URL(given).href.replace(/\/+$/, '');
}

function bad(message: string): MicroshareError {
  return new MicroshareError('bad_configuration', message);
}

/** Hosts of Microshare that take something else than what the account wants, by what people paste. */
const WRONG_HOSTS: readonly { host: RegExp; warning: string }[] = [
  {
    host: /^d?ingest\./,
    warning: 'is an ingest host: it takes records, but they cannot be read back through the API or a view',
  },
  { host: /^d?(app|composer)\./, warning: 'is a web page, not the API' },
];

/** What a person should know of the API's address; undefined when there is nothing to say. */
function hostWarning(url: string): string | undefined {
  const { hostname } = new URL(url);
  const found = WRONG_HOSTS.find(({ host }) => host.test(hostname));
  return (
    found && `${hostname} ${found.warning}. Use ${ENVIRONMENTS.production.apiUrl} or that of your tenant.`
  );
}

/** All that can be said of the two addresses together. */
export function hostWarnings({ apiUrl, authUrl }: Hosts): string[] {
  const environment = (url: string) =>
    Object.entries(ENVIRONMENTS).find(([, hosts]) => Object.values<string>(hosts).includes(url))?.[0];
  const [api, auth] = [environment(apiUrl), environment(authUrl)];
  const mixed = api && auth && api !== auth;
  return [
    hostWarning(apiUrl),
    // Once, where both are of one host.
    ...new Set([apiUrl, authUrl].map(clearTextWarning)),
    mixed ? `The API is of ${api}, the login of ${auth}: keys and tokens belong to one of them.` : undefined,
  ].filter((warning) => warning !== undefined);
}
