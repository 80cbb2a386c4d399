import type { Address } from '../address';
import { v2TopicsOf } from '../kinds';
import { forgettable, handOn, MqttTransport, type MqttOptions } from './mqtt';

export interface V2Options extends Omit<MqttOptions, 'topics'> {
  address: Address;
  /** `ttn-account-v2....` */
  accessKey: string;
  /** Filters that do not overlap, such as `v2TopicsOf` gives. Default: uplinks. */
  topics?: readonly string[];
}

/**
 * The MQTT server of a private network on the v2 stack. It keeps no sessions, and its handler sends with QoS 0
 * (v2's source).
 */
export class V2Transport extends MqttTransport {
  constructor({ topics, ...options }: V2Options) {
    const { address, accessKey, onMessage } = options;
    const { username } = address;
    super(
      { ...options, topics: topics ?? v2TopicsOf(['up'], username) },
      {
        client: () => forgettable(username, accessKey),
        qos: 0,
        hints: {
          who: `the application "${username}" or its access key`,
          credentials:
            'Check application id and access key (ttn-account-v2. ...), and that the key has the right "messages".',
          tooManyConnections: `End other MQTT clients of "${username}".`,
          noAnswer:
            'Either it limits new connections for a while, or it is no MQTT 3.1.1 server: check host and port.',
          subscription: `Check that the application id "${username}" is right.`,
        },
        listen: handOn(onMessage),
      },
    );
  }
}
