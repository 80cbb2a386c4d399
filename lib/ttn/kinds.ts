import type { StoredType } from './api/storage';
import type { Uplink, UplinkKind } from './uplink';

/** Kinds as a user chooses them; `other`: errors and changes of devices, which v2 alone tells of. */
export const KIND_GROUPS = ['up', 'normalized', 'join', 'down', 'location', 'service', 'other'] as const;
export type KindGroup = (typeof KIND_GROUPS)[number];

interface KindFacts {
  group: KindGroup;
  /** The field of v3's `ApplicationUp` that holds it, which is also the Storage Integration's name of the kind. */
  field?: StoredType;
  /** How v3's topics end. */
  v3?: string;
  /** How v2's topics end. */
  v2?: readonly string[];
}

/**
 * Each kind and where it comes from.
 * v3: The Things Stack's protobuf definitions and the topics of its MQTT server; v2: its MQTT API reference.
 */
export const KINDS: Readonly<Record<UplinkKind, KindFacts>> = {
  up: { group: 'up', field: 'uplink_message', v3: 'up', v2: ['up'] },
  normalized: { group: 'normalized', field: 'uplink_normalized', v3: 'up/normalized' },
  join: { group: 'join', field: 'join_accept', v3: 'join', v2: ['events/activations'] },
  queued: { group: 'down', field: 'downlink_queued', v3: 'down/queued', v2: ['events/down/scheduled'] },
  sent: { group: 'down', field: 'downlink_sent', v3: 'down/sent', v2: ['events/down/sent'] },
  ack: { group: 'down', field: 'downlink_ack', v3: 'down/ack', v2: ['events/down/acks'] },
  nack: { group: 'down', field: 'downlink_nack', v3: 'down/nack' },
  failed: { group: 'down', field: 'downlink_failed', v3: 'down/failed', v2: ['events/down/errors'] },
  invalidated: { group: 'down', field: 'downlink_queue_invalidated', v3: 'down/invalidated' },
  location: { group: 'location', field: 'location_solved', v3: 'location/solved' },
  service: { group: 'service', field: 'service_data', v3: 'service/data' },
  event: {
    group: 'other',
    v2: [
      'events/up/errors',
      'events/activations/errors',
      'events/create',
      'events/update',
      'events/delete',
      'events/onjoinregistration',
    ],
  },
};

export const ALL_KINDS = Object.keys(KINDS) as UplinkKind[];

/**
 * The MQTT topic filters of v3 for these groups.
 *
 * `v3/+/...` is rewritten by the server to the application of the user name: right on every edition. `up/#` is no
 * way to have `up` and `up/normalized` in one: the server does not match `up` with it.
 */
export function topicsOf(groups: Iterable<KindGroup>): string[] {
  return kindsOf(groups).flatMap(({ v3 }) => (v3 ? [`v3/+/devices/+/${v3}`] : []));
}

/** The MQTT topic filters of v2 for these groups; `transports/amqp.ts` makes its AMQP routing keys of them. */
export function v2TopicsOf(groups: Iterable<KindGroup>, applicationId: string): string[] {
  return kindsOf(groups).flatMap(({ v2 = [] }) => v2.map((end) => `${applicationId}/devices/+/${end}`));
}

/** The topic on which TTN's MQTT server publishes such a message, for one that came another way (v2: uplinks only). */
export function topicOf({ applicationId, tenantId, deviceId, kind }: Uplink, network: 'v3' | 'v2'): string {
  if (network === 'v2') return `${applicationId}/devices/${deviceId}/up`;
  const application = tenantId === undefined ? applicationId : `${applicationId}@${tenantId}`;
  return `v3/${application}/devices/${deviceId}/${KINDS[kind].v3}`;
}

function kindsOf(groups: Iterable<KindGroup>): KindFacts[] {
  const chosen = new Set(groups);
  return Object.values(KINDS).filter(({ group }) => chosen.has(group));
}
