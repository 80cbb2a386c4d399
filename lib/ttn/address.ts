import { filledIn } from '../variables';
import { TtnError } from './errors';

/** The clusters of The Things Stack Sandbox ("TTN"), as its documentation lists them. */
export const SANDBOX_CLUSTERS = ['eu1', 'nam1', 'au1'].map((name) => `${name}.cloud.thethings.network`);

/** The clusters of The Things Stack Cloud; a tenant's host is `<tenant>.<cluster>`. */
export const CLOUD_CLUSTERS = ['eu1', 'eu2', 'nam1', 'au1', 'as1'].map(
  (name) => `${name}.cloud.thethings.industries`,
);

/** The cluster of The Things Stack that a host belongs to. */
export function clusterOf(hostname: string): string | undefined {
  return [...SANDBOX_CLUSTERS, ...CLOUD_CLUSTERS].find(
    (cluster) => hostname === cluster || hostname.endsWith(`.${cluster}`),
  );
}

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

/** Where to connect. */
export interface ServerAddress {
  /** `mqtts://host:8883`, `amqps://host:5671` */
  url: string;
  hostname: string;
}

/** Where and as whom to connect to The Things Stack. */
export interface Address extends ServerAddress {
  /** `app@tenant`, or `app` where there are no tenants (open source edition, v2). */
  username: string;
}

/** Where a RabbitMQ is. */
export interface AmqpAddress extends ServerAddress {
  port: number;
  virtualHost: string;
}

/** Of The Things Stack v3. */
const ID = /^[a-z0-9](?:-?[a-z0-9])+$/;

/** Schemes and their ports. A bare host means the last one, TLS. */
const MQTT_PORTS = { 'mqtt:': 1883, 'mqtts:': 8883 };
const AMQP_PORTS = { 'amqp:': 5672, 'amqps:': 5671 };

/**
 * Works out the MQTT address of an application.
 * @throws CodedError `bad_configuration`
 */
export function resolveAddress(config: ApplicationConfig): Address {
  const { protocol, hostname, port } = splitHost(config.host, MQTT_PORTS);
  const [applicationId, pastedTenant] = splitApplicationId(applicationIdOf(config));
  checkId('application id', applicationId, 'Copy the ID from the Console, not the name.');
  const isSandbox = SANDBOX_CLUSTERS.includes(hostname);
  // The dialog hides the field there.
  const tenantId = pastedTenant || (!isSandbox && filledIn(config.tenantId)) || impliedTenant(hostname);
  // It becomes a part of the host name.
  if (tenantId) checkId('tenant', tenantId, "It is the first part of the Console's host name.");
  const host = CLOUD_CLUSTERS.includes(hostname)
    ? `${cloudTenant(tenantId, hostname)}.${hostname}`
    : hostname;
  return {
    ...serverAddress(protocol, host, port),
    username: tenantId ? `${applicationId}@${tenantId}` : applicationId,
  };
}

/**
 * Works out the MQTT address of an application of a private v2 network.
 * @throws CodedError `bad_configuration`
 */
export function resolveV2Address(config: Omit<ApplicationConfig, 'tenantId'>): Address {
  const username = applicationIdOf(config);
  if (!/^[0-9a-z](?:[_-]?[0-9a-z]){1,35}$/.test(username)) {
    throw new TtnError(
      'bad_configuration',
      `The application id "${username}" cannot be right: ids of v2 have lower-case letters, digits, and single dashes and underscores.`,
    );
  }
  return { ...resolveBrokerAddress(config.host), username };
}

/**
 * Works out the address of an MQTT broker of one's own.
 * @throws CodedError `bad_configuration`
 */
export function resolveBrokerAddress(host: string): ServerAddress {
  const { protocol, hostname, port } = splitHost(host, MQTT_PORTS);
  return serverAddress(protocol, hostname, port);
}

/**
 * Works out the address of a RabbitMQ. `amqps://host/name` names a virtual host, percent-encoded as in RabbitMQ's
 * own addresses; none means `/`.
 * @throws CodedError `bad_configuration`
 */
export function resolveAmqpAddress(host: string, virtualHost?: string): AmqpAddress {
  const { protocol, hostname, port, path } = splitHost(host, AMQP_PORTS);
  return {
    ...serverAddress(protocol, hostname, port),
    port,
    virtualHost: filledIn(virtualHost) || path || '/',
  };
}

function serverAddress(protocol: string, hostname: string, port: number): ServerAddress {
  return { url: `${protocol}//${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`, hostname };
}

/** `app@tenant`, the user name of MQTT, is understood as an application id, too. */
export function splitApplicationId(given: string): [applicationId: string, tenantId?: string] {
  const [applicationId = '', tenantId] = given.split('@');
  return [applicationId, tenantId];
}

/** @throws CodedError `bad_configuration` */
function checkId(name: string, id: string, hint: string): void {
  if (ID.test(id)) return;
  throw new TtnError(
    'bad_configuration',
    `The ${name} "${id}" cannot be right: The Things Stack's ids have lower-case letters, digits and single dashes. ${hint}`,
  );
}

function applicationIdOf({ applicationId }: Pick<ApplicationConfig, 'applicationId'>): string {
  return setting(
    applicationId,
    'application id',
    'It is the ID that the Console shows on the overview page of the application.',
  );
}

function setting(value: string | undefined, name: string, hint: string): string {
  const given = filledIn(value);
  if (!given) throw new TtnError('bad_configuration', `The ${name} is missing. ${hint}`);
  return given;
}

function splitHost(given: string, ports: Record<string, number>) {
  const host = setting(given, 'host', 'Choose a cluster or type a host.');
  const [plain = '', secure = ''] = Object.keys(ports);
  const forms = `a host name such as lora.example.org, host:port, or a ${plain}// or ${secure}// address`;
  // Before anything is read, and not repeated: a password with a / or # in it ends up in any part of the address.
  if (host.includes('@')) {
    throw new TtnError(
      'bad_configuration',
      `The host is written with an @, as after a user name and password. They have fields of their own, where they are kept safe. Write ${forms}.`,
    );
  }
  const unreadable = (options?: ErrorOptions) =>
    new TtnError('bad_configuration', `The host "${host}" cannot be read. Write ${forms}.`, options);
  let url: URL;
  let path: string;
  try {
    url = new URL(host.includes('://') ? host : `${secure}//${host}`);
    path = decodeURIComponent(url.pathname.slice(1));
  } catch (cause) {
    throw unreadable({ cause });
  }
  const { protocol } = url;
  if (!(protocol in ports) || !url.hostname || url.search || (path && protocol.startsWith('mqtt')))
    throw unreadable();
  return {
    protocol,
    hostname: url.hostname.toLowerCase().replace(/^\[|\]$/g, ''),
    port: url.port ? Number(url.port) : ports[protocol]!,
    path,
  };
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
