import { TtnError } from '../errors';
import { connectionLost, explainNetworkFailure } from '../refusals';
import type { AmqpOptions } from './amqp';

/** What a failed AMQP connection means, in words for the user. */
export function explainAmqpFailure(error: unknown, wasConnected: boolean, options: AmqpOptions): TtnError {
  const { address, username, queue, exchange } = options;
  const { hostname, virtualHost } = address;
  if (wasConnected) return connectionLost(error, address);
  const cause = error instanceof Error ? error : new Error('closed by the server');
  const { message } = cause;
  const explained = (code: TtnError['code'], text: string) => new TtnError(code, text, { cause });

  // amqplib gives the failures of its handshake as text only.
  if (/ACCESS.REFUSED.*Login/i.test(message)) {
    return explained(
      'not_authorized',
      `${hostname} refused the user name "${username}" or its password. RabbitMQ lets "guest" in from its own machine only.`,
    );
  }
  if (message.startsWith('Expected ConnectionOpenOk')) {
    return explained(
      'not_found',
      `${hostname} has no virtual host "${virtualHost}", or "${username}" may not use it. List them with: rabbitmqctl list_permissions -p "${virtualHost}".`,
    );
  }
  if (/^Socket closed abruptly|^closed by/.test(message)) {
    return explained(
      'no_answer',
      `${hostname} closed the connection without an answer. Check that host and port are RabbitMQ's for AMQP 0-9-1 (5672, with TLS 5671), not for MQTT.`,
    );
  }
  switch ((cause as { code?: unknown }).code) {
    case 403:
      return explained(
        'not_authorized',
        `"${username}" lacks a permission in the virtual host "${virtualHost}": ${message}. Give it with rabbitmqctl set_permissions, or in RabbitMQ's management.`,
      );
    case 404:
      return explained(
        'not_found',
        /no exchange/.test(message)
          ? `${hostname} has no exchange "${exchange}" in the virtual host "${virtualHost}". Something else makes it, such as v2's handler: check its name.`
          : `${hostname} has no queue "${queue}" in the virtual host "${virtualHost}". Make it first, or let this node declare it.`,
      );
  }
  if (typeof (cause as { code?: unknown }).code === 'number') {
    return explained('connection_refused', `${hostname} refused the connection: ${message}`);
  }
  return explainNetworkFailure(cause, address);
}
