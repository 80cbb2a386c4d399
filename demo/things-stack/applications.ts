/** The rights that decide what a client of MQTT or HTTP may do. */
export type Right =
  | 'RIGHT_APPLICATION_TRAFFIC_READ'
  | 'RIGHT_APPLICATION_TRAFFIC_DOWN_WRITE'
  | 'RIGHT_APPLICATION_DEVICES_READ'
  | 'RIGHT_APPLICATION_SETTINGS_BASIC'
  | 'RIGHT_APPLICATION_SETTINGS_PACKAGES';

export interface ApiKey {
  key: string;
  /** None: the key is of no use for this application, CONNECT is refused. */
  rights: Right[];
}

/** A device of the registry. */
export interface RegisteredDevice {
  deviceId: string;
  name?: string;
  /** By default one that belongs to the device id. */
  devEui?: string;
}

export interface Application {
  applicationId: string;
  /** Empty in the open source edition, which has no tenants, and in v2. */
  tenantId: string;
  /** The stack before: other topics and messages, no storage, no API. Default `v3`. */
  version?: 'v2' | 'v3';
  apiKeys: ApiKey[];
  /** Those that send something are registered besides. */
  devices?: RegisteredDevice[];
}

/** The user name for MQTT: `app@tenant`. */
export function applicationUid({ applicationId, tenantId }: Application): string {
  return tenantId ? `${applicationId}@${tenantId}` : applicationId;
}

/** What every topic of an application begins with: `v3/app@tenant`, or `app` in v2. */
export function topicPrefix(application: Application): string {
  const uid = applicationUid(application);
  return application.version === 'v2' ? uid : `v3/${uid}`;
}

/** A key in The Things Stack's form, `NNSXS.` + 39 + `.` + 52 characters, that nobody takes for a real one. */
export function fakeApiKey(label: string): string {
  const text = `FAKE${label.toUpperCase()}`;
  return `NNSXS.${text.padEnd(39, 'X')}.${text.padEnd(52, 'X')}`;
}

/** What is there when no application is named; its key has the rights that the Console's button gives. */
export const DEMO_APPLICATION: Application = {
  applicationId: 'demo-sensors',
  tenantId: 'ttn',
  apiKeys: [
    {
      key: fakeApiKey('demo'),
      rights: ['RIGHT_APPLICATION_TRAFFIC_READ', 'RIGHT_APPLICATION_TRAFFIC_DOWN_WRITE'],
    },
  ],
};
