import type { Backoff } from '../../backoff';
import type { TlsOptions } from '../../tls';
import type { TtnError } from '../errors';

export type ConnectionState =
  | { name: 'connecting' }
  /** Messages come. `detail` is for the status, where the word alone would promise too much. */
  | { name: 'connected'; detail?: string }
  /** Not connected; the next try is in `retryMs`, or else when the cause is gone. */
  | { name: 'waiting'; error: TtnError; retryMs?: number };

/** A message as it came. */
export interface Incoming {
  /**
   * In the form of The Things Stack's MQTT (`v3/app@tenant/devices/dev/up`) or v2's (`app/devices/dev/up`); empty
   * where the message came without one.
   */
  topic: string;
  payload: Buffer;
  /**
   * There where the transport can acknowledge. To be called at any later time, the first call counts; what was not
   * settled when the transport closes comes again. `again`: deliver it again, after a pause.
   */
  settle?: Settle;
}

export type Settle = (outcome: 'done' | 'again') => void;

export function firstOnly(settle: Settle): Settle {
  let isSettled = false;
  return (outcome) => {
    if (isSettled) return;
    isSettled = true;
    settle(outcome);
  };
}

/** A way in for the messages of an application. */
export interface Transport {
  /** Opens it, once; what becomes of it arrives at `onState`. It comes back by itself until it is closed. */
  open(): void;
  /** Closes it for good, within two seconds. Nothing is handed on after the call. */
  close(): Promise<void>;
}

export interface TransportOptions {
  onState: (state: ConnectionState) => void;
  /** Must not throw. */
  onMessage: (incoming: Incoming) => void;
  /** A message was refused before it was read, and may not come this way again. */
  onMissed?: () => void;
  /** The server, which should keep what comes while the transport is away, may not. */
  onUnkept?: () => void;
}

/** Between tries to connect. The Things Stack limits new connections per IP: many nodes may be behind one address. */
export const BACKOFF: Backoff = { firstMs: 1_000, maxMs: 120_000 };

/** Of a transport that connects to a server. */
export interface ConnectionOptions extends TransportOptions {
  /** CA, client certificate, ... for own servers. */
  tls?: TlsOptions;
  /** Pauses between tries. */
  backoff?: Backoff;
  /** Seconds of silence after which the connection is probed; a dead one is found in less than thrice that time. */
  keepalive?: number;
}

export const KEEPALIVE_S = 30;

/** So many messages may be handed on and not settled; the rest stays at the broker. */
export const MAX_UNSETTLED = 256;
