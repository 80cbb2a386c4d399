import type { Node, NodeAPI } from 'node-red';

const NOW_MS = 10_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Shows on a node's status how long ago its last message was, at most once in ten seconds. */
export class AgeStatus {
  readonly #node: Node;
  readonly #translate: NodeAPI['_'];
  #lastMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(node: Node, translate: NodeAPI['_']) {
    this.#node = node;
    this.#translate = translate;
  }

  /** A message passed now. */
  touch(): void {
    const wasRecent = this.#timer !== undefined && Date.now() - (this.#lastMs ?? 0) < NOW_MS;
    this.#lastMs = Date.now();
    if (!wasRecent) this.show();
  }

  /** Shows the age, or that none came yet, and keeps it up to date. */
  show(): void {
    this.stop();
    if (this.#lastMs === undefined) {
      this.#node.status({ fill: 'green', shape: 'ring', text: this.#translate('ttn-uplink.status.waiting') });
      return;
    }
    const age = Date.now() - this.#lastMs;
    this.#node.status({ fill: 'green', shape: 'dot', text: this.#text(age) });
    this.#timer = setTimeout(() => this.show(), age < MINUTE_MS ? NOW_MS : MINUTE_MS);
    this.#timer.unref();
  }

  /** Something else is shown from now on. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #text(age: number): string {
    const [key, unit] =
      age < NOW_MS
        ? (['now', 1] as const)
        : age < MINUTE_MS
          ? (['seconds', 1000] as const)
          : age < HOUR_MS
            ? (['minutes', MINUTE_MS] as const)
            : age < DAY_MS
              ? (['hours', HOUR_MS] as const)
              : (['days', DAY_MS] as const);
    return this.#translate(`ttn-uplink.status.${key}`, { age: String(Math.floor(age / unit)) });
  }
}
