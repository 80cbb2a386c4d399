import type { NodeAPI } from 'node-red';
import type { Application } from './application';

/** The applications that run: tells them when a deploy begins to close nodes, and when all of them stand. */
export class Applications {
  readonly #events: NodeAPI['events'];
  readonly #all = new Set<Application>();

  constructor({ events }: NodeAPI) {
    this.#events = events;
  }

  add(application: Application): void {
    if (this.#all.size === 0) {
      this.#events.on('flows:stopping', this.#stopping);
      this.#events.on('flows:started', this.#started);
    }
    this.#all.add(application);
  }

  delete(application: Application): void {
    if (!this.#all.delete(application) || this.#all.size > 0) return;
    this.#events.off('flows:stopping', this.#stopping);
    this.#events.off('flows:started', this.#started);
  }

  readonly #stopping = () => {
    for (const application of this.#all) application.stopping();
  };
  readonly #started = () => {
    for (const application of this.#all) application.started();
  };
}
