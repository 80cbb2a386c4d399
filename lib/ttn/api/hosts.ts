import { clusterOf, SANDBOX_CLUSTERS } from '../address';
import { TtnError } from '../errors';

const PATH = '/api/v3';
const HOUR_MS = 3_600_000;

/** The only Sandbox cluster with an identity server, as The Things Stack's documentation says. */
const IDENTITY_CLUSTER = 'eu1';

/** Base URL of the HTTP API on a host of The Things Stack: `https://<host>/api/v3`. */
export function apiBaseUrl(hostname: string): string {
  return `https://${hostname.includes(':') ? `[${hostname}]` : hostname}${PATH}`;
}

/**
 * A base URL as a person writes it, with or without `/api/v3`.
 * @throws TtnError `bad_configuration`
 */
export function readBaseUrl(given: string): string {
  const url = URL.canParse(given.trim()) ? new URL(given.trim()) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash) {
    throw new TtnError(
      'bad_configuration',
      `The address of the HTTP API cannot be read. Write it as https://eu1.cloud.thethings.network${PATH}, without user name and query.`,
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '') || PATH}`;
}

/**
 * Where the identity server may be, the likeliest first. On the Sandbox it is on eu1 alone; on The Things Stack
 * Cloud that is not documented, and so both are tried.
 */
export function identityBaseUrls(baseUrl: string): string[] {
  const { hostname } = new URL(baseUrl);
  const cluster = clusterOf(hostname);
  if (!cluster) return [baseUrl];
  const identityHost = hostname.replace(cluster, cluster.replace(/^[^.]+/, IDENTITY_CLUSTER));
  const identity = apiBaseUrl(identityHost);
  return SANDBOX_CLUSTERS.includes(cluster) ? [identity] : [...new Set([baseUrl, identity])];
}

/** How long the Storage Integration keeps messages, as documented; undefined where the operator decides. */
export function storageRetentionMs(baseUrl: string): number | undefined {
  const cluster = clusterOf(new URL(baseUrl).hostname);
  if (!cluster) return undefined;
  return SANDBOX_CLUSTERS.includes(cluster) ? 24 * HOUR_MS : 30 * 24 * HOUR_MS;
}
