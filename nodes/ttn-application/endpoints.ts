import type { NodeAPI } from 'node-red';
import { TtnError } from '../../lib/ttn/errors';
import { isWebhookPath } from '../../lib/ttn/names';
import type { Transport, TransportOptions } from '../../lib/ttn/transports/transport';
import type { WebhookTransport } from '../../lib/ttn/transports/webhook';
import { filledIn } from '../../lib/variables';

/** Who wants a path, in line: the first one has it. */
const lines = new Map<string, WebhookTransport[]>();
/** So long a deploy may take to move a path from one application to another. */
const PATIENCE_MS = 2_500;

let isServed = true;

/** Webhooks arrive at `<httpNodeRoot>/ttn/<path>`. */
export function endpointRoute(RED: NodeAPI): void {
  isServed = (RED.settings as { httpNodeRoot?: string | false }).httpNodeRoot !== false;
  RED.httpNode.all('/ttn/:path', (request, response, next) => {
    const receiver = ownerOf(request.params.path);
    if (receiver) receiver.handle(request, response);
    else next();
  });
}

/** @throws CodedError `bad_configuration` */
export function checkPath(given: string | undefined): string {
  const path = filledIn(given);
  if (isWebhookPath(path)) return path;
  throw new TtnError(
    'bad_configuration',
    `The path "${path}" of the webhook cannot be right: letters, digits, dashes and underscores.`,
  );
}

/** Reachable while it is open and the first in line. */
export function publish(
  path: string,
  receiver: WebhookTransport,
  onState: TransportOptions['onState'],
): Transport {
  let complaint: NodeJS.Timeout | undefined;
  return {
    open() {
      if (!isServed) {
        throw new TtnError(
          'bad_configuration',
          'Node-RED serves no requests: httpNodeRoot is false in its settings.',
        );
      }
      lines.set(path, [...(lines.get(path) ?? []), receiver]);
      if (ownerOf(path) === receiver) return receiver.open();
      complaint = setTimeout(() => {
        if (ownerOf(path) !== receiver) onState({ name: 'waiting', error: taken(path) });
      }, PATIENCE_MS).unref();
    },
    close() {
      clearTimeout(complaint);
      const wasOwner = ownerOf(path) === receiver;
      lines.set(path, lines.get(path)?.filter((other) => other !== receiver) ?? []);
      if (wasOwner) ownerOf(path)?.open();
      return receiver.close();
    },
  };
}

function ownerOf(path: string): WebhookTransport | undefined {
  return lines.get(path)?.[0];
}

function taken(path: string): TtnError {
  return new TtnError(
    'bad_configuration',
    `Another application has the webhook path "${path}". Choose another.`,
  );
}
