import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeRedProcess } from './node-red-process';

/** Devices that post to a flow: each record again and again until it is accepted, then the next. */
export class Senders {
  /** How many records of each device were accepted. */
  readonly accepted = new Map<string, number>();
  readonly #devices: Promise<void>[];
  #over = false;

  constructor(
    private readonly nodeRed: NodeRedProcess,
    names: string[],
    private readonly pauseMs: number,
  ) {
    this.#devices = names.map((device) => this.#send(device));
  }

  /** Resolves when the records that were begun are accepted, or Node-RED has ended. */
  async end(): Promise<void> {
    this.#over = true;
    await Promise.all(this.#devices);
  }

  async #send(device: string): Promise<void> {
    for (let n = 0; !this.#over; n++) {
      while (!(await this.#isAccepted({ device, n }))) {
        if (this.#over && !this.nodeRed.running) return;
        await sleep(this.pauseMs);
      }
      this.accepted.set(device, n + 1);
      await sleep(this.pauseMs);
    }
  }

  async #isAccepted(record: object): Promise<boolean> {
    if (!this.nodeRed.running) return false;
    const answer = await this.nodeRed.post('records', record).catch(() => undefined);
    return answer?.status === 200;
  }
}
