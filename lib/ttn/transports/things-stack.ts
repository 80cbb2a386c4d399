import { doubtAboutKey } from '../api-key';
import { networkMqttTransport, type NetworkMqttOptions } from './mqtt';
import type { Transport } from './transport';

export interface ThingsStackOptions extends NetworkMqttOptions {
  apiKey: string;
}

/**
 * The MQTT server of The Things Stack.
 *
 * The choices are the server's, not the user's: MQTT 5 is closed without a word, sessions and QoS 1 are granted and
 * not kept.
 */
export function thingsStackTransport({ apiKey, ...options }: ThingsStackOptions): Transport {
  const { username } = options.address;
  return networkMqttTransport(options, apiKey, {
    who: `the user name "${username}" or its API key`,
    credentials:
      `${doubtAboutKey(apiKey)} Check cluster or host, application id and tenant, and that the key belongs to this application and is not deleted.`.trim(),
    subscription: `Check that "${username}" is right, application id and tenant.`,
  });
}
