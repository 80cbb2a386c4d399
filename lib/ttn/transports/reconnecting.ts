import { backoffMs } from '../../backoff';
import { TtnError } from '../errors';
import { BACKOFF, type ConnectionOptions, type Transport } from './transport';

const CONNECT_TIMEOUT_MS = 15_000;
/** A connection that stood this long was a good one: the pauses start from the beginning. */
const STABLE_MS = 60_000;
const END_TIMEOUT_MS = 2_000;

/** One try to connect, and the connection that came of it. */
export interface Attempt {
  /** False once it is over or the transport is closed: nothing is handed on or acknowledged any more. */
  readonly live: boolean;
  /** All stands: messages come. */
  connected(): void;
  /** It is over. Only the first call counts. */
  ended(cause?: unknown): void;
}

export interface Connection {
  /** Ends it as the protocol wants it; resolves when that is done, which may be never. */
  end(): Promise<void>;
  /** Destroys its socket and timers at once, also after `end`. */
  destroy(): void;
}

export interface ReconnectingOptions extends Pick<ConnectionOptions, 'onState' | 'backoff'> {
  /** Begins a connection of its own for each try: nothing of a broken one lives on in the next. May throw. */
  connect: (attempt: Attempt) => Connection;
  /** What ended the connection, or kept it from standing, in words. */
  explain: (cause: unknown, wasConnected: boolean) => TtnError;
}

/** The life of a connection that comes back by itself: back-off, time limits, states. */
export class Reconnecting implements Transport {
  readonly #options: ReconnectingOptions;
  #attempt: Attempt | undefined;
  #connection: Connection | undefined;
  /** For the end of the try that runs, or for the next one. */
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #closed = false;

  constructor(options: ReconnectingOptions) {
    this.#options = options;
  }

  open(): void {
    const { onState, connect, explain } = this.#options;
    let connectedAt: number | undefined;
    const isLive = () => this.#attempt === attempt;
    const attempt: Attempt = {
      get live() {
        return isLive();
      },
      connected: () => {
        if (!attempt.live) return;
        clearTimeout(this.#timer);
        connectedAt = performance.now();
        onState({ name: 'connected' });
      },
      ended: (cause) => {
        if (!attempt.live) return;
        const wasStable = connectedAt !== undefined && performance.now() - connectedAt > STABLE_MS;
        this.#failures = wasStable ? 1 : this.#failures + 1;
        this.#retry(cause instanceof TtnError ? cause : explain(cause, connectedAt !== undefined));
      },
    };
    this.#attempt = attempt;
    onState({ name: 'connecting' });
    if (this.#closed) return;
    this.#timer = setTimeout(() => attempt.ended(noAnswer()), CONNECT_TIMEOUT_MS);
    try {
      const connection = connect(attempt);
      if (attempt.live) this.#connection = connection;
      else connection.destroy();
    } catch (cause) {
      // A broken CA or key of the user makes Node.js throw at once.
      attempt.ended(cause);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const connection = this.#over();
    if (!connection) return;
    let force: NodeJS.Timeout | undefined;
    const inTime = new Promise<void>((resolve) => (force = setTimeout(resolve, END_TIMEOUT_MS)));
    await Promise.race([connection.end().catch(() => undefined), inTime]);
    clearTimeout(force);
    connection.destroy();
  }

  #retry(error: TtnError): void {
    this.#over()?.destroy();
    const retryMs = backoffMs(this.#failures, this.#options.backoff ?? BACKOFF);
    this.#timer = setTimeout(() => this.open(), retryMs);
    this.#options.onState({ name: 'waiting', error, retryMs });
  }

  /** Forgets the try that runs, and gives its connection. */
  #over(): Connection | undefined {
    clearTimeout(this.#timer);
    const connection = this.#connection;
    this.#attempt = undefined;
    this.#connection = undefined;
    return connection;
  }
}

/** As the operating system reports it, so that it is explained in the same words. */
function noAnswer(): Error {
  return Object.assign(new Error(`no answer within ${CONNECT_TIMEOUT_MS / 1000} s`), { code: 'ETIMEDOUT' });
}
