import type { Address } from '../address';
import { doubtAboutKey } from '../api-key';
import { topicsOf } from '../kinds';
import { forgettable, handOn, MqttTransport, type MqttOptions } from './mqtt';

export interface ThingsStackOptions extends Omit<MqttOptions, 'topics'> {
  address: Address;
  apiKey: string;
  /** Filters that do not overlap, such as `topicsOf` gives. Default: uplinks. */
  topics?: readonly string[];
}

/**
 * The MQTT server of The Things Stack.
 *
 * The choices are the server's, not the user's: MQTT 5 is closed without a word, sessions and QoS 1 are granted and
 * not kept.
 */
export class ThingsStackTransport extends MqttTransport {
  constructor({ topics = topicsOf(['up']), ...options }: ThingsStackOptions) {
    const { address, apiKey, onMessage } = options;
    const { username } = address;
    super(
      { ...options, topics },
      {
        client: () => forgettable(username, apiKey),
        qos: 0,
        hints: {
          who: `the user name "${username}" or its API key`,
          credentials: [
            doubtAboutKey(apiKey),
            'Check application id and tenant, and that the key belongs to this application and is not deleted.',
          ]
            .filter(Boolean)
            .join(' '),
          tooManyConnections: `End other MQTT clients of "${username}".`,
          // The Things Stack closes without a CONNACK on MQTT 5, and on too many new connections per IP address.
          noAnswer:
            'Either it limits new connections for a while, or it is no MQTT 3.1.1 server: check host and port.',
          subscription: `Check that "${username}" is right, application id and tenant.`,
        },
        listen: handOn(onMessage),
      },
    );
  }
}
