import type { Node, NodeAPI, NodeStatus } from 'node-red';
import { ageIn } from '../shared/age';
import { countText } from '../shared/short-texts';

const NOW_MS = 10_000;
const MINUTE_MS = 60_000;

/** What is of interest for a while, and how long; a message that passes ends it, where it says no end. */
const NOTICES = {
  recovering: { fill: 'blue', shape: 'ring', forMs: 10_000 },
  recovered: { fill: 'green', shape: 'dot', forMs: 5_000, stays: true },
  silent: { fill: 'yellow', shape: 'ring' },
  held: { fill: 'yellow', shape: 'ring' },
} as const satisfies Record<string, Look>;

interface Look extends Pick<NodeStatus, 'fill' | 'shape'> {
  /** Default: until a message passes. */
  forMs?: number;
  /** Messages do not end it. */
  stays?: boolean;
}

/** The status of a node that messages pass: how long ago the last one was, or what is wrong. */
export class AgeStatus {
  readonly #node: Node;
  readonly #translate: NodeAPI['_'];
  /** When the last message passed: by the clock that may be set, and by the one that stands still in sleep. */
  #last: { date: number; time: number } | undefined;
  #connected = false;
  #shown: 'age' | 'stays' | 'other' = 'other';
  #timer: NodeJS.Timeout | undefined;

  constructor(node: Node, translate: NodeAPI['_']) {
    this.#node = node;
    this.#translate = translate;
  }

  /** A message passed now. Shown at most once in ten seconds, and while connected: what has come drains also later. */
  touch(): void {
    const isShown = this.#shown === 'age' && this.#age < NOW_MS;
    this.#last = { date: Date.now(), time: performance.now() };
    if (this.#connected && !isShown && this.#shown !== 'stays') this.#show();
  }

  connecting(): void {
    this.#connected = false;
    this.stop();
    this.#node.status({ fill: 'yellow', shape: 'ring', text: 'node-red:common.status.connecting' });
  }

  connected(): void {
    this.#connected = true;
    this.#show();
  }

  /** Until the connection stands. */
  disconnected(code: string): void {
    this.#connected = false;
    this.#showFault(code);
  }

  /** Of a message: until the next one. */
  fault(code: string): void {
    if (this.#connected) this.#showFault(code);
  }

  notice(name: keyof typeof NOTICES, count?: number): void {
    if (!this.#connected) return;
    const { forMs, stays = false, ...look }: Look = NOTICES[name];
    this.stop();
    this.#shown = stays ? 'stays' : 'other';
    this.#node.status({ ...look, text: this.#text(name, count === undefined ? '' : countText(count)) });
    if (forMs !== undefined) this.#showIn(forMs);
  }

  /** Something else is shown from now on. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#shown = 'other';
  }

  /** Since the last message passed, by whichever clock says more. */
  get #age(): number {
    const { date, time } = this.#last ?? { date: -Infinity, time: -Infinity };
    return Math.max(Date.now() - date, performance.now() - time);
  }

  #showFault(code: string): void {
    this.stop();
    this.#node.status({ fill: 'red', shape: 'ring', text: this.#text(code) });
  }

  /** Shows the age, or that none came yet, and keeps it up to date. */
  #show(): void {
    this.stop();
    if (!this.#last) {
      this.#node.status({ fill: 'green', shape: 'ring', text: this.#text('waiting') });
      return;
    }
    this.#shown = 'age';
    const age = this.#age;
    this.#node.status({ fill: 'green', shape: 'dot', text: this.#ageText(age) });
    this.#showIn(age < MINUTE_MS ? NOW_MS : MINUTE_MS);
  }

  #showIn(ms: number): void {
    this.#timer = setTimeout(() => this.#show(), ms);
    this.#timer.unref();
  }

  #ageText(age: number): string {
    if (age < NOW_MS) return this.#text('now');
    const { count, unit } = ageIn(age);
    return this.#text(unit, String(count));
  }

  #text(key: string, count = ''): string {
    return this.#translate(`ttn-uplink.status.${key}`, { age: count, count });
  }
}
