import type { Node, NodeAPI, NodeStatus } from 'node-red';
import { CodedError } from '../../lib/errors';

const SHOW_EVERY_MS = 1_000;

/** The status of a writing node: what waits, the last success, the last failure; shown at most once a second. */
export class ShareStatus {
  readonly #node: Node;
  readonly #translate: NodeAPI['_'];
  #next: NodeStatus | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(node: Node, translate: NodeAPI['_']) {
    this.#node = node;
    this.#translate = translate;
  }

  pending(count: number): void {
    this.#show({ fill: 'blue', shape: 'ring', text: this.#text('pending', { count: String(count) }) });
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
    if (this.#timer) return;
    this.#flush();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#next) this.#show(this.#next);
    }, SHOW_EVERY_MS);
    this.#timer.unref();
  }

  #flush(): void {
    if (this.#next) this.#node.status(this.#next);
    this.#next = undefined;
  }
}
