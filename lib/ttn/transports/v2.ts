import { NetworkMqttTransport, type NetworkMqttOptions } from './mqtt';

export interface V2Options extends NetworkMqttOptions {
  /** `ttn-account-v2....` */
  accessKey: string;
}

/**
 * The MQTT server of a private network on the v2 stack. It keeps no sessions, and its handler sends with QoS 0
 * (v2's source).
 */
export class V2Transport extends NetworkMqttTransport {
  constructor({ accessKey, ...options }: V2Options) {
    const { username } = options.address;
    super(options, accessKey, {
      who: `the application "${username}" or its access key`,
      credentials:
        'Check application id and access key (ttn-account-v2. ...), and that the key has the right "messages".',
      subscription: `Check that the application id "${username}" is right.`,
    });
  }
}
