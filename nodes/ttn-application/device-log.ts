import { Recent } from '../../lib/recent';
import type { Uplink } from '../../lib/ttn/uplink';
import type { HeardDevice } from '../shared/delivery-board';

const DEVICES = 5_000;

/** Which devices were heard, and when last: of at least so many, those that were silent for longest are forgotten. */
export class DeviceLog {
  readonly #devices: Recent<string, HeardDevice>;

  constructor(least = DEVICES) {
    this.#devices = new Recent(least);
  }

  /** An uplink counts; other kinds of messages do not, nor what was simulated. */
  note({
    kind,
    simulated,
    deviceId,
    receivedAt,
    fCnt,
  }: Pick<Uplink, 'kind' | 'simulated' | 'deviceId' | 'receivedAt' | 'fCnt'>): void {
    if (kind !== 'up' || simulated) return;
    const at = Date.parse(receivedAt ?? '') || Date.now();
    const known = this.#devices.get(deviceId);
    // Recovered uplinks come after newer ones.
    if (known && known.at > at) return;
    this.#devices.set(deviceId, { deviceId, at, ...(fCnt !== undefined && { fCnt }) });
  }

  all(): HeardDevice[] {
    return this.#devices.values();
  }
}
