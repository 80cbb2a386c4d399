import { doubtAboutKey } from '../api-key';
import { NetworkMqttTransport, type NetworkMqttOptions } from './mqtt';

export interface ThingsStackOptions extends NetworkMqttOptions {
  apiKey: string;
}

/**
 * The MQTT server of The Things Stack.
 *
 * The choices are the server's, not the user's: MQTT 5 is closed without a word, sessions and QoS 1 are granted and
 * not kept.
 */
export class ThingsStackTransport extends NetworkMqttTransport {
  constructor({ apiKey, ...options }: ThingsStackOptions) {
    const { username } = options.address;
    super(options, apiKey, {
      who: `the user name "${username}" or its API key`,
      credentials:
        `${doubtAboutKey(apiKey)} Check application id and tenant, and that the key belongs to this application and is not deleted.`.trim(),
      subscription: `Check that "${username}" is right, application id and tenant.`,
    });
  }
}
