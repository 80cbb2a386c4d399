import type { Uplink } from '../../lib/ttn/uplink';
import type { HeardDevice } from './delivery-board';

const MOST_DEVICES = 5_000;

/** Which devices were heard, and when last. Of too many it forgets those that were silent for longest. */
export class DeviceLog {
  readonly #most: number;
  readonly #devices = new Map<string, HeardDevice>();

  constructor(most = MOST_DEVICES) {
    this.#most = most;
  }

  /** An uplink counts; other kinds of messages do not. */
  note({
    kind,
    deviceId,
    receivedAt,
    fCnt,
  }: Pick<Uplink, 'kind' | 'deviceId' | 'receivedAt' | 'fCnt'>): void {
    if (kind !== 'up') return;
    const at = Date.parse(receivedAt ?? '') || Date.now();
    const known = this.#devices.get(deviceId);
    // Recovered uplinks come after newer ones.
    if (known && known.at > at) return;
    this.#devices.delete(deviceId);
    this.#devices.set(deviceId, { deviceId, at, ...(fCnt !== undefined && { fCnt }) });
    const [oldest] = this.#devices.keys();
    if (this.#devices.size > this.#most) this.#devices.delete(oldest!);
  }

  all(): HeardDevice[] {
    return [...this.#devices.values()];
  }
}
