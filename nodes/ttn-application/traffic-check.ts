import type { TtnApi } from '../../lib/ttn/api';
import { TRAFFIC_READ, TtnApiError } from '../../lib/ttn/api';

/**
 * Finds out whether the key may read uplinks: without that right The Things Stack connects, subscribes, and stays
 * silent for ever. Asks in the background, once for a connection, and not where messages came.
 */
export class TrafficCheck {
  readonly #onNo: (error: TtnApiError) => void;
  #heard = false;
  #asking: AbortController | undefined;

  constructor(onNo: (error: TtnApiError) => void) {
    this.#onNo = onNo;
  }

  /** A message came: the key has the right. */
  heard(): void {
    this.#heard = true;
  }

  connected(api: TtnApi): void {
    this.stop();
    if (this.#heard) return;
    const { signal } = (this.#asking = new AbortController());
    api
      .canReadTraffic(signal)
      .then(({ answer, reason = '' }) => {
        if (answer !== 'no' || signal.aborted || this.#heard) return;
        this.#onNo(new TtnApiError('missing_right', reason, { right: TRAFFIC_READ }));
      })
      .catch(() => undefined);
  }

  stop(): void {
    this.#asking?.abort();
  }
}
