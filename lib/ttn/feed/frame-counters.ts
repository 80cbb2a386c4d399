import { Recent } from '../../recent';
import type { Uplink } from '../uplink';
import type { Span } from './gaps';

/** Frames that are missing, and the times of the frames before and after them. */
export interface Hole extends Span {
  first: number;
  last: number;
  /** By our own clock. */
  foundAt: number;
  /** Storage was asked for it; after a restart perhaps once more. */
  asked?: true;
}

/** The frame counter of one LoRaWAN session of a device. */
export interface Counter {
  low: number;
  lowAt: number;
  high: number;
  highAt: number;
  holes: Hole[];
}

export interface LostFrames {
  onTheRadio: number;
  /** We were not connected, and storage could not tell. */
  whileAway: number;
  /** Those that lost most. */
  devices: { deviceId: string; onTheRadio: number; whileAway: number }[];
}

/** A device must not leave out more frames (MAX_FCNT_GAP of LoRaWAN 1.0): a greater step is another count. */
const MAX_STEP = 16_384;
/** At least so many of those that were heard last are known. */
const SESSIONS = 10_000;
/** Of one session; the oldest are decided early. */
const MAX_HOLES = 100;
/** That are named. */
export const MAX_DEVICES = 20;

/**
 * Counts the frames that are missing of each device and LoRaWAN session. Frames may come in any order; the Network
 * Server's time tells a late frame from a counter that was reset.
 */
export class FrameCounters {
  readonly #counters = new Recent<string, Counter>(SESSIONS);
  readonly #withHoles = new Set<string>();
  #changed = new Set<string>();

  /** @param now by our own clock */
  note(uplink: Uplink, now: number): void {
    const { kind, simulated, applicationId, deviceId, devAddr = '', fCnt, receivedAt = '' } = uplink;
    const at = Date.parse(receivedAt);
    if (kind !== 'up' || simulated || fCnt === undefined || Number.isNaN(at)) return;
    // Each session has its address; what storage gives may lack the session's own id.
    const id = [applicationId, deviceId, devAddr].join('/');
    const counter = this.#counters.get(id) ?? begin(fCnt, at);
    count(counter, fCnt, at, now);
    this.set(id, counter);
    this.#changed.add(id);
  }

  set(id: string, counter: Counter): void {
    this.#counters.set(id, counter);
    if (counter.holes.length > 0) this.#withHoles.add(id);
  }

  /**
   * Takes out the frames that are lost for good.
   * @param decide undefined: they may still come
   */
  settle(decide: (hole: Hole) => 'onTheRadio' | 'whileAway' | undefined): LostFrames {
    const total = { onTheRadio: 0, whileAway: 0 };
    const devices = new Map<string, LostFrames['devices'][number]>();
    for (const id of this.#withHoles) {
      const counter = this.#counters.get(id);
      if (!counter) {
        this.#withHoles.delete(id);
        continue;
      }
      const { holes } = counter;
      const early = holes.length - MAX_HOLES;
      counter.holes = holes.filter((hole, index) => {
        const where = decide(hole) ?? (index < early ? 'onTheRadio' : undefined);
        if (!where) return true;
        const deviceId = id.split('/')[1]!;
        const device = devices.get(deviceId) ?? { deviceId, onTheRadio: 0, whileAway: 0 };
        const frames = hole.last - hole.first + 1;
        total[where] += frames;
        device[where] += frames;
        devices.set(deviceId, device);
        return false;
      });
      if (counter.holes.length < holes.length) this.#changed.add(id);
      if (counter.holes.length === 0) this.#withHoles.delete(id);
    }
    const most = [...devices.values()].sort((a, b) => sum(b) - sum(a)).slice(0, MAX_DEVICES);
    return { ...total, devices: most };
  }

  /** Those that changed since the last call. */
  changes(): [string, Counter][] {
    const changed = [...this.#changed].flatMap((id): [string, Counter][] => {
      const counter = this.#counters.get(id);
      return counter ? [[id, counter]] : [];
    });
    this.#changed = new Set();
    return changed;
  }

  /** The least recent first. */
  all(): [string, Counter][] {
    return [...this.#counters];
  }
}

function begin(fCnt: number, at: number): Counter {
  return { low: fCnt, lowAt: at, high: fCnt, highAt: at, holes: [] };
}

function count(counter: Counter, fCnt: number, at: number, foundAt: number): void {
  const { low, lowAt, high, highAt, holes } = counter;
  const filled = holes.findIndex(
    (hole) => fCnt >= hole.first && fCnt <= hole.last && at >= hole.from && at <= hole.to,
  );
  if (filled >= 0) {
    const hole = holes[filled]!;
    const rest = [
      { ...hole, last: fCnt - 1, to: at },
      { ...hole, first: fCnt + 1, from: at },
    ];
    holes.splice(filled, 1, ...rest.filter(({ first, last }) => first <= last));
    return;
  }
  if (at > highAt && (fCnt <= high || fCnt - high > MAX_STEP)) {
    // Counted from the start again: an ABP device was reset.
    Object.assign(counter, begin(fCnt, at), { holes });
  } else if (at >= highAt && fCnt > high) {
    if (fCnt > high + 1) holes.push({ first: high + 1, last: fCnt - 1, from: highAt, to: at, foundAt });
    Object.assign(counter, { high: fCnt, highAt: at });
  } else if (at <= lowAt && fCnt < low && low - fCnt <= MAX_STEP) {
    if (fCnt < low - 1) holes.push({ first: fCnt + 1, last: low - 1, from: at, to: lowAt, foundAt });
    Object.assign(counter, { low: fCnt, lowAt: at });
  }
}

function sum({ onTheRadio, whileAway }: { onTheRadio: number; whileAway: number }): number {
  return onTheRadio + whileAway;
}
