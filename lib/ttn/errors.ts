import { CodedError } from '../errors';

export type TtnErrorCode =
  /** A field of the application is missing or cannot be right. */
  | 'bad_configuration'
  /** A device, FPort or kind filter cannot be read. */
  | 'bad_filter'
  /** CONNACK 4 or 5: user name or key. */
  | 'not_authorized'
  /** CONNACK 3: the application's limit of connections. */
  | 'too_many_connections'
  /** Any other CONNACK. */
  | 'connection_refused'
  /** SUBACK 0x80. */
  | 'subscription_refused'
  /** Closed before a CONNACK. */
  | 'no_answer'
  /** DNS, TCP. */
  | 'unreachable'
  | 'certificate'
  | 'connection_lost'
  /** AMQP: no such virtual host, exchange or queue. */
  | 'not_found'
  /** A message could not be taken; the broker delivers it again over the next connection. */
  | 'handed_back'
  | 'not_json'
  | 'not_an_uplink'
  /** The uplink lacks what the node should put into the payload. */
  | 'encrypted_payload'
  | 'no_decoded_payload'
  | 'no_normalized_payload'
  /** A solved location without a position. */
  | 'no_position';

/** An error of The Things Network's side: configuration, connection or message. */
export class TtnError extends CodedError {
  constructor(
    override readonly code: TtnErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(code, message, options);
  }
}
