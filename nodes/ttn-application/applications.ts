import type { NodeAPI } from 'node-red';
import type { Application } from './application';
import { watchDeploys } from './deploys';

/** The applications that run: tells them how deploys go. */
export class Applications {
  readonly #RED: NodeAPI;
  readonly #all = new Set<Application>();
  #endWatch: (() => void) | undefined;

  constructor(RED: NodeAPI) {
    this.#RED = RED;
  }

  add(application: Application): void {
    const all = this.#all;
    all.add(application);
    this.#endWatch ??= watchDeploys(this.#RED, {
      stopping: (closes) => all.forEach((one) => one.stopping(closes)),
      started: () => all.forEach((one) => one.started()),
      refused: () => all.forEach((one) => one.refused()),
    });
  }

  delete(application: Application): void {
    this.#all.delete(application);
    if (this.#all.size > 0) return;
    this.#endWatch?.();
    this.#endWatch = undefined;
  }
}
