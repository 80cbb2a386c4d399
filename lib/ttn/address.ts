import { TtnError } from './errors';

/** The clusters of The Things Stack Sandbox ("TTN"), as its documentation lists them. */
export const SANDBOX_CLUSTERS = ['eu1', 'nam1', 'au1'].map((name) => `${name}.cloud.thethings.network`);

/** The clusters of The Things Stack Cloud; a tenant's host is `<tenant>.<cluster>`. */
export const CLOUD_CLUSTERS = ['eu1', 'eu2', 'nam1', 'au1', 'as1'].map(
  (name) => `${name}.cloud.thethings.industries`,
);

/** The tenant of everyone on The Things Stack Sandbox. */
const SANDBOX_TENANT = 'ttn';

export interface ApplicationConfig {
  /** Host, `host:port`, or `mqtt://` / `mqtts://` URL. A bare host means TLS on 8883. */
  host: string;
  /** `app` or `app@tenant` */
  applicationId: string;
  /** Empty: `ttn` on the Sandbox, the first part of the host name on Cloud, none elsewhere. */
  tenantId?: string;
}

/** Where and as whom to connect. */
export interface Address {
  /** `mqtts://host:8883` */
  url: string;
  hostname: string;
  /** `app@tenant`, or `app` where there are no tenants (open source edition). */
  username: string;
}

/**
 * Works out the MQTT address of an application.
 * @throws TtnError `bad_configuration`
 */
export function resolveAddress(config: ApplicationConfig): Address {
  const { protocol, hostname, port } = splitHost(
    setting(config.host, 'host', 'Choose a cluster or type a host.'),
  );
  const [applicationId = '', pastedTenant] = setting(
    config.applicationId,
    'application id',
    'It is the ID that the Console shows on the overview page of the application.',
  ).split('@');
  if (!/^[a-z0-9](?:-?[a-z0-9])+$/.test(applicationId)) {
    throw new TtnError(
      'bad_configuration',
      `The application id "${applicationId}" cannot be right: The Things Stack's ids have lower-case letters, digits and single dashes. Copy the ID from the Console, not the name.`,
    );
  }
  const tenantId = pastedTenant || optional(config.tenantId) || impliedTenant(hostname);
  const host = CLOUD_CLUSTERS.includes(hostname)
    ? `${cloudTenant(tenantId, hostname)}.${hostname}`
    : hostname;
  return {
    url: `${protocol}//${host.includes(':') ? `[${host}]` : host}:${port}`,
    hostname: host,
    username: tenantId ? `${applicationId}@${tenantId}` : applicationId,
  };
}

/** A setting after Node-RED replaced `${NAME}`: left as it is when the variable does not exist. */
function optional(value: string | undefined): string {
  const given = (value ?? '').trim();
  const variable = given.match(/^\$\{(.+)\}$/)?.[1];
  if (variable !== undefined) {
    throw new TtnError('bad_configuration', `The environment variable ${variable} is not set.`);
  }
  return given;
}

function setting(value: string | undefined, name: string, hint: string): string {
  const given = optional(value);
  if (!given) throw new TtnError('bad_configuration', `The ${name} is missing. ${hint}`);
  return given;
}

function splitHost(host: string): { protocol: 'mqtt:' | 'mqtts:'; hostname: string; port: number } {
  let url: URL;
  try {
    url = new URL(host.includes('://') ? host : `mqtts://${host}`);
  } catch (cause) {
    throw badHost(host, { cause });
  }
  if (
    (url.protocol !== 'mqtt:' && url.protocol !== 'mqtts:') ||
    url.hostname === '' ||
    !/^\/?$/.test(url.pathname)
  ) {
    throw badHost(host);
  }
  return {
    protocol: url.protocol,
    hostname: url.hostname.toLowerCase().replace(/^\[|\]$/g, ''),
    port: url.port ? Number(url.port) : url.protocol === 'mqtts:' ? 8883 : 1883,
  };
}

function badHost(host: string, options?: ErrorOptions): TtnError {
  return new TtnError(
    'bad_configuration',
    `The host "${host}" cannot be read. Write a host name such as eu1.cloud.thethings.network, host:port, or a mqtt:// or mqtts:// address.`,
    options,
  );
}

function impliedTenant(hostname: string): string {
  if (SANDBOX_CLUSTERS.includes(hostname)) return SANDBOX_TENANT;
  const cluster = CLOUD_CLUSTERS.find((name) => hostname.endsWith(`.${name}`));
  return cluster ? hostname.slice(0, -cluster.length - 1) : '';
}

function cloudTenant(tenantId: string, cluster: string): string {
  if (tenantId) return tenantId;
  throw new TtnError(
    'bad_configuration',
    `The tenant id is missing: ${cluster} is a cluster of The Things Stack Cloud, where every tenant has a host of its own.`,
  );
}
