import type { Node, NodeAPI, NodeStatus } from 'node-red';
import { CodedError } from '../../lib/errors';

const SHOW_EVERY_MS = 1_000;

/** The status of a writing node: what waits, the last success, the last failure; shown at most once a second. */
export class ShareStatus {
  readonly #node: Node;
  readonly #translate: NodeAPI['_'];
  #next: NodeStatus = {};
  #timer: NodeJS.Timeout | undefined;
  #shownAt = 0;

  constructor(node: Node, translate: NodeAPI['_']) {
    this.#node = node;
    this.#translate = translate;
  }

  /** Writes that wait: shown if nothing comes of them within a second. */
  pending(count: number): void {
    this.#next = { fill: 'blue', shape: 'ring', text: this.#text('pending', { count: String(count) }) };
    this.#later();
  }

  written(): void {
    this.#show({
      fill: 'green',
      shape: 'dot',
      text: this.#text('written', { time: new Date().toLocaleTimeString() }),
    });
  }

  failed(error: unknown): void {
    const code = error instanceof CodedError ? error.code : 'error';
    const { statusCode = '' } = error as { statusCode?: number };
    this.#show({ fill: 'red', shape: 'ring', text: this.#text(code, { statusCode: String(statusCode) }) });
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #text(key: string, values: Record<string, string>): string {
    return this.#translate(`microshare-share.status.${key}`, values);
  }

  #show(status: NodeStatus): void {
    this.#next = status;
    if (Date.now() - this.#shownAt < SHOW_EVERY_MS) this.#later();
    else this.#flush();
  }

  #later(): void {
    this.#timer ??= setTimeout(() => this.#flush(), SHOW_EVERY_MS).unref();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#shownAt = Date.now();
    this.#node.status(this.#next);
  }
}
