import type { NodeAPI } from 'node-red';
import type { ShareMessage } from './definition';

/** A copy costs time: under load not every message is worth it. */
const KEEP_EVERY_MS = 200;

/** The last message that came, for the dialog to try its settings on. */
export class LastMessage {
  readonly #clone: (msg: ShareMessage) => ShareMessage;
  #msg: ShareMessage | undefined;
  #keptAt = -Infinity;

  constructor(RED: NodeAPI) {
    this.#clone = (msg) => RED.util.cloneMessage(msg);
  }

  keep(msg: ShareMessage): void {
    const now = performance.now();
    if (now < this.#keptAt + KEEP_EVERY_MS) return;
    this.#keptAt = now;
    try {
      this.#msg = this.#clone(msg);
    } catch {
      // What is nested too deep cannot be copied; to be written it need not.
      this.#msg = undefined;
    }
  }

  get(): ShareMessage | undefined {
    return this.#msg && this.#clone(this.#msg);
  }
}
