import type { NodeAPI } from 'node-red';
import { TtnError } from '../../lib/ttn/errors';
import type { Transport } from '../../lib/ttn/transports/transport';
import type { WebhookTransport } from '../../lib/ttn/transports/webhook';

/** Who receives under which path; a path has one receiver. */
const receivers = new Map<string, WebhookTransport['handle']>();

let isServed = true;

/** Webhooks arrive at `<httpNodeRoot>/ttn/<path>`. */
export function endpointRoute(RED: NodeAPI): void {
  isServed = (RED.settings as { httpNodeRoot?: string | false }).httpNodeRoot !== false;
  RED.httpNode.all('/ttn/:path', (request, response, next) => {
    const receive = receivers.get(request.params.path);
    if (receive) receive(request, response);
    else next();
  });
}

/** @throws TtnError `bad_configuration` */
export function checkPath(given = ''): string {
  const path = given.trim();
  if (/^[\w-]+$/.test(path)) return path;
  throw new TtnError(
    'bad_configuration',
    `The path "${path}" of the webhook cannot be right: letters, digits, dashes and underscores.`,
  );
}

/** Reachable as long as it is open. */
export function publish(path: string, receiver: WebhookTransport): Transport {
  return {
    open() {
      if (!isServed) {
        throw new TtnError(
          'bad_configuration',
          'Node-RED serves no requests: httpNodeRoot is false in its settings.',
        );
      }
      if (receivers.has(path)) {
        throw new TtnError(
          'bad_configuration',
          `Another application has the webhook path "${path}". Choose another.`,
        );
      }
      receivers.set(path, receiver.handle);
      receiver.open();
    },
    close() {
      if (receivers.get(path) === receiver.handle) receivers.delete(path);
      return receiver.close();
    },
  };
}
