import type { IncomingMessage, ServerResponse } from 'node:http';
import { TtnError } from '../errors';
import { firstOnly, MAX_UNSETTLED, type Transport, type TransportOptions } from './transport';
import { checkMethod, checkSecret, readMessage, Refusal } from './webhook-request';

export interface WebhookOptions extends TransportOptions {
  /** Comes as `Authorization: Bearer <secret>`, or in the header named below. */
  secret: string;
  headerName?: string;
  maxBytes?: number;
  /** The Things Stack gives up after 5 s (its source): the answer has to be there before. */
  answerWithinMs?: number;
  /** Messages handed on and not settled; while there are so many, more are refused. */
  maxUnsettled?: number;
}

const MAX_BYTES = 1024 * 1024;
const ANSWER_WITHIN_MS = 4_000;

/** Without a refusal the message is taken. Only the first call counts. */
type Answer = (refusal?: Refusal) => void;

/**
 * The receiving end of The Things Stack's webhooks and of v2's HTTP integration. `handle` is a request handler for
 * `node:http`, Express and Node-RED's `httpNode`.
 *
 * A message is answered with 200 when it is settled, not before: what TTN has an answer for it never sends again.
 */
export class WebhookTransport implements Transport {
  readonly #options: WebhookOptions;
  readonly #unanswered = new Set<Answer>();
  #unsettled = 0;
  #isOpen = false;

  /** @throws TtnError `bad_configuration` */
  constructor(options: WebhookOptions) {
    if (!options.secret) {
      throw new TtnError(
        'bad_configuration',
        "The webhook's secret is missing. Without it, anyone could send uplinks.",
      );
    }
    this.#options = options;
  }

  open(): void {
    this.#isOpen = true;
    this.#options.onState({ name: 'connected', detail: "waiting for TTN's requests" });
  }

  /** What is not settled yet is refused. */
  close(): Promise<void> {
    this.#isOpen = false;
    for (const answer of this.#unanswered) answer(closed());
    return Promise.resolve();
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    const answer = this.#answerOf(request, response);
    this.#receive(request, answer).catch((error: unknown) => {
      answer(error instanceof Refusal ? error : new Refusal(400, 'The request broke off.'));
    });
  };

  async #receive(request: IncomingMessage, answer: Answer): Promise<void> {
    const { secret, headerName, maxUnsettled = MAX_UNSETTLED, maxBytes = MAX_BYTES } = this.#options;
    checkMethod(request);
    checkSecret(request, secret, headerName);
    if (!this.#isOpen) throw closed();
    if (this.#unsettled >= maxUnsettled) {
      this.#options.onMissed?.();
      throw new Refusal(503, 'Too many messages are under way.');
    }
    const payload = await readMessage(request, maxBytes).catch((error: unknown) => {
      this.#options.onMissed?.();
      throw error;
    });
    // Answered meanwhile: closed, or too late.
    if (!this.#unanswered.has(answer)) return this.#options.onMissed?.();
    this.#unsettled++;
    const settle = firstOnly((outcome) => {
      this.#unsettled--;
      answer(outcome === 'done' ? undefined : new Refusal(503, 'The message could not be taken.'));
    });
    this.#options.onMessage({ topic: '', payload, settle });
  }

  /** Answers at the latest when the time is up. */
  #answerOf(request: IncomingMessage, response: ServerResponse): Answer {
    const answer: Answer = (refusal) => {
      if (!this.#unanswered.delete(answer)) return;
      clearTimeout(timer);
      // A middleware of the user's has set a time limit of its own.
      if (response.headersSent) return;
      const { status, message, headers } = refusal ?? { status: 200, message: 'Taken.', headers: {} };
      // The rest of a body that is not read stands in the way of the next request.
      const close = request.complete ? {} : { Connection: 'close' };
      response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', ...close, ...headers });
      response.end(`${message}\n`);
    };
    const timer = setTimeout(
      () => answer(request.complete ? late() : new Refusal(408, 'The body did not come in time.')),
      this.#options.answerWithinMs ?? ANSWER_WITHIN_MS,
    );
    this.#unanswered.add(answer);
    return answer;
  }
}

const closed = () => new Refusal(503, 'Nothing receives messages at this moment.');
const late = () => new Refusal(503, 'The message was not taken in time.');
