import { randomUUID } from 'node:crypto';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import type { Address } from './address';
import { BACKOFF, backoffMs } from './backoff';
import { TtnError } from './errors';
import { explainFailure } from './refusals';

/** `v3/+/...` is rewritten by the server to the application of the user name: right on every edition. */
const UPLINK_TOPIC = 'v3/+/devices/+/up';

/** Half-open sockets are found after one and a half of these. */
const KEEPALIVE_S = 30;
const CONNECT_TIMEOUT_MS = 15_000;
/** A connection that stood this long was a good one: the next pause starts from the beginning. */
const STABLE_MS = 60_000;
const END_TIMEOUT_MS = 2_000;

export type ConnectionState =
  | { name: 'connecting' }
  /** Connected and subscribed. */
  | { name: 'connected' }
  /** Not connected; the next try is in `retryMs`. */
  | { name: 'waiting'; error: TtnError; retryMs: number };

/** What a TLS configuration of the user adds. */
export type TlsOptions = Pick<IClientOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'> & {
  passphrase?: string;
};

export interface TtnConnectionOptions {
  address: Address;
  apiKey: string;
  /** CA, client certificate, ... for own servers. */
  tls?: TlsOptions;
  onState: (state: ConnectionState) => void;
  onMessage: (topic: string, payload: Buffer) => void;
  /** Pauses between tries. */
  backoff?: typeof BACKOFF;
}

/**
 * The MQTT connection of one application; it comes back by itself until it is closed.
 *
 * The choices are The Things Stack's, not the user's: MQTT 3.1.1 (5 is closed without a word), clean session and
 * QoS 0 (others are granted and not kept), a random client id, no will.
 */
export class TtnConnection {
  readonly #options: TtnConnectionOptions;
  #client: MqttClient | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #closed = false;

  constructor(options: TtnConnectionOptions) {
    this.#options = options;
  }

  /** Opens the connection; what becomes of it arrives at `onState`. */
  open(): void {
    this.#options.onState({ name: 'connecting' });
    try {
      this.#connect();
    } catch (cause) {
      // A broken CA or key of the user makes Node.js throw at once; also later, out of a timer.
      this.#failures++;
      this.#retry(explainFailure(cause, this.#options.address));
    }
  }

  #connect(): void {
    const { address, apiKey, tls, onState, onMessage } = this.#options;
    // A client for each try: nothing of a broken connection lives on in the next one.
    const client = connect(address.url, {
      ...tls,
      protocolVersion: 4,
      clean: true,
      clientId: `node-red-${randomUUID()}`,
      username: address.username,
      password: apiKey,
      keepalive: KEEPALIVE_S,
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectPeriod: 0,
    });
    this.#client = client;

    let error: unknown;
    let connectedAt: number | undefined;
    // Stays for the life of the client: an error event without a listener ends the process.
    client.on('error', (cause) => {
      error ??= cause;
    });
    client.on('message', onMessage);
    client.on('connect', () => {
      connectedAt = Date.now();
      client.subscribe(UPLINK_TOPIC, { qos: 0 }, (refused) => {
        if (this.#client !== client) return;
        if (!refused) return onState({ name: 'connected' });
        error = subscriptionRefused(address, refused);
        client.end(true);
      });
    });
    client.once('close', () => {
      if (this.#client !== client) return;
      client.end(true);
      this.#failures =
        connectedAt !== undefined && Date.now() - connectedAt > STABLE_MS ? 1 : this.#failures + 1;
      this.#retry(whatEnded(error, connectedAt !== undefined, address));
    });
  }

  /** Ends the connection; resolves when the socket is closed, after two seconds at the latest. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#closed = true;
    const client = this.#client;
    this.#client = undefined;
    if (!client) return;
    await new Promise<void>((resolve) => {
      const force = setTimeout(() => {
        client.end(true);
        resolve();
      }, END_TIMEOUT_MS);
      client.end(!client.connected, () => {
        clearTimeout(force);
        resolve();
      });
    });
  }

  #retry(error: TtnError): void {
    this.#client = undefined;
    if (this.#closed) return;
    const retryMs = backoffMs(this.#failures, Math.random, this.#options.backoff ?? BACKOFF);
    this.#timer = setTimeout(() => this.open(), retryMs);
    this.#options.onState({ name: 'waiting', error, retryMs });
  }
}

function subscriptionRefused(address: Address, cause: Error): TtnError {
  return new TtnError(
    'subscription_refused',
    `${address.hostname} refused the subscription to ${UPLINK_TOPIC} as "${address.username}". Check application id and tenant; on a broker of your own, its access list.`,
    { cause },
  );
}

function whatEnded(error: unknown, wasConnected: boolean, address: Address): TtnError {
  if (error instanceof TtnError) return error;
  if (!wasConnected) return explainFailure(error, address);
  const detail = error instanceof Error ? `: ${error.message}` : '';
  return new TtnError('connection_lost', `The connection to ${address.hostname} was lost${detail}.`, {
    cause: error,
  });
}
