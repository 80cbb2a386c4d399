import { STATUS_CODES, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { encode, type Answer, type ReceivedRequest } from './http';

/** What happens to a spoiled request. "Stored": the request is carried out all the same. */
export const FAULT_KINDS = {
  delay: 'a normal answer, late by `delay`',
  answer: '`status`, `headers` and `body` instead; nothing is stored',
  hang: 'no answer; nothing is stored',
  reset: 'connection reset; nothing is stored',
  'store-and-hang': 'stored; no answer',
  'store-and-reset': 'stored; connection reset before the answer',
  'reset-inside': 'stored; connection reset in the middle of the answer',
  truncate: 'stored; connection closed in the middle of the answer',
  drip: 'stored; the answer comes one byte every `interval`',
  'no-id': 'stored; a 200 whose `objs` is empty',
} as const;

export interface Fault {
  kind: keyof typeof FAULT_KINDS;
  /** Requests to spoil; null: all until `heal()`. Default 1. */
  times?: number | null;
  /** Spoils every n-th of the matching requests only. Default 1. */
  every?: number;
  /** Spoils so many of the matching requests, by chance: 0.1 is a tenth. Default 1. */
  chance?: number;
  /** Spoils requests of this method only, ... */
  method?: string;
  /** ... and whose path with query contains this text. */
  path?: string;
  /** Milliseconds before anything happens. Goes with every kind. */
  delay?: number;
  /** Of `answer`. Default: 503, and akka-http's own text for the status. */
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** Of `drip`, in milliseconds. Default 100. */
  interval?: number;
}

const AKKA_TEXTS: Record<number, string> = {
  ...STATUS_CODES,
  500: 'There was an internal server error.',
  503: 'The server was not able to produce a timely response to your request.\r\nPlease try again in a short while!',
};

/** The faults that wait for their requests. The first that matches, and whose turn it is, wins. */
export class Faults {
  #waiting: { fault: Fault; left: number; seen: number }[] = [];

  add(fault: Fault): void {
    if (!Object.hasOwn(FAULT_KINDS, fault.kind))
      throw new TypeError(
        `There is no fault "${fault.kind}". Known: ${Object.keys(FAULT_KINDS).join(', ')}.`,
      );
    const { times = 1 } = fault;
    this.#waiting.push({ fault, left: times ?? Infinity, seen: 0 });
  }

  clear(): void {
    this.#waiting = [];
  }

  /** The fault for this request, counted down. */
  take({ method, path }: ReceivedRequest): Fault | undefined {
    const entry = this.#waiting.find((one) => {
      const { fault } = one;
      const matches = (fault.method ?? method) === method && path.includes(fault.path ?? '');
      return matches && ++one.seen % (fault.every ?? 1) === 0 && Math.random() < (fault.chance ?? 1);
    });
    if (!entry) return undefined;
    if (--entry.left === 0) this.#waiting = this.#waiting.filter((other) => other !== entry);
    return entry.fault;
  }
}

/** Answers a request, spoiled by the fault if there is one. `answerNormally` carries it out. */
export async function respond(
  request: ReceivedRequest,
  response: ServerResponse,
  answerNormally: () => Answer,
  fault: Fault | undefined,
  closing: AbortSignal,
): Promise<void> {
  if (fault?.delay) await sleep(fault.delay, undefined, { signal: closing });
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'reset') return reset(response);
  const answer = fault?.kind === 'answer' ? replacement(fault) : answerNormally();
  if (fault?.kind === 'store-and-hang') return;
  if (fault?.kind === 'store-and-reset') return reset(response);

  if (fault?.kind === 'no-id' && answer.status === 200) answer.body = withoutObjects(answer.body);

  const { headers, body } = encode(answer, request);
  const half = body.subarray(0, body.length / 2);
  response.writeHead(answer.status, headers);
  if (fault?.kind === 'reset-inside') response.write(half, () => reset(response));
  else if (fault?.kind === 'truncate') response.write(half, () => response.socket?.end());
  else if (fault?.kind === 'drip') await drip(response, body, fault.interval ?? 100, closing);
  else response.end(body);
}

function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

async function drip(response: ServerResponse, body: Buffer, interval: number, closing: AbortSignal) {
  for (const byte of body) {
    if (response.destroyed) return;
    response.write(Buffer.of(byte));
    await sleep(interval, undefined, { signal: closing });
  }
  response.end();
}

function replacement({ status = 503, headers, body = AKKA_TEXTS[status] ?? '' }: Fault): Answer {
  return { status, headers, body };
}

function withoutObjects(body: string): string {
  return JSON.stringify({ ...(JSON.parse(body) as object), objs: [] });
}
