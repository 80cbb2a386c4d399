/** The rights that decide what an MQTT client may do. */
export type Right = 'RIGHT_APPLICATION_TRAFFIC_READ' | 'RIGHT_APPLICATION_TRAFFIC_DOWN_WRITE';

export interface ApiKey {
  key: string;
  /** None: the key is of no use for this application, CONNECT is refused. */
  rights: Right[];
}

export interface Application {
  applicationId: string;
  /** Empty in the open source edition, which has no tenants. */
  tenantId: string;
  apiKeys: ApiKey[];
}

/** The user name for MQTT and the second level of every topic: `app@tenant`. */
export function applicationUid({ applicationId, tenantId }: Application): string {
  return tenantId ? `${applicationId}@${tenantId}` : applicationId;
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
