import { networkMqttTransport, type NetworkMqttOptions } from './mqtt';
import type { Transport } from './transport';

export interface V2Options extends NetworkMqttOptions {
  /** `ttn-account-v2....` */
  accessKey: string;
}

/**
 * The MQTT server of a private network on the v2 stack. It keeps no sessions, and its handler sends with QoS 0
 * (v2's source).
 */
export function v2Transport({ accessKey, ...options }: V2Options): Transport {
  const { username } = options.address;
  return networkMqttTransport(options, accessKey, {
    who: `the application "${username}" or its access key`,
    credentials:
      'Check application id and access key (ttn-account-v2. ...), and that the key has the right "messages".',
    subscription: `Check that the application id "${username}" is right.`,
  });
}
