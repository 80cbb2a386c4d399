import type { Application } from './applications';
import type { Message } from './storage';

/** As The Things Stack keeps it; `headers`, `base_url`, `format`, and a `path` for each kind of message. */
export type Webhook = Record<string, unknown> & { ids: { webhook_id: string } };

/** What became of a message; there is no second try. */
export interface WebhookDelivery {
  webhookId: string;
  url: string;
  status?: number;
  error?: string;
}

const TIMEOUT_MS = 5_000;
const LOCAL = ['127.0.0.1', 'localhost'];

/** Webhooks of all applications: one try, 5 s, whatever comes of it. */
export class Webhooks {
  timeoutMs = TIMEOUT_MS;
  readonly #webhooks = new Map<Application, Map<string, Webhook>>();
  readonly #closing = new AbortController();

  constructor(private readonly onDelivery: (delivery: WebhookDelivery) => void) {}

  of(application: Application): Map<string, Webhook> {
    const webhooks = this.#webhooks.get(application) ?? new Map<string, Webhook>();
    this.#webhooks.set(application, webhooks);
    return webhooks;
  }

  deliver(application: Application, kind: string, message: Message): void {
    for (const webhook of this.of(application).values()) {
      const wanted = webhook[kind] as { path?: string } | undefined;
      if (!wanted) continue;
      const url = join(String(webhook.base_url), wanted.path ?? '');
      const webhookId = webhook.ids.webhook_id;
      this.#post(url, webhook.headers as Record<string, string>, message).then(
        (status) => this.onDelivery({ webhookId, url, status }),
        (error: Error) => this.onDelivery({ webhookId, url, error: error.message }),
      );
    }
  }

  close(): void {
    this.#closing.abort();
  }

  async #post(url: string, headers: Record<string, string> | undefined, message: Message): Promise<number> {
    if (!LOCAL.includes(new URL(url).hostname))
      throw new Error('The stand-in delivers on this machine only.');
    const signal = AbortSignal.any([AbortSignal.timeout(this.timeoutMs), this.#closing.signal]);
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'X-Tts-Domain': LOCAL[1]!, 'Content-Type': 'application/json' },
      body: JSON.stringify(message),
      redirect: 'manual',
      signal,
    });
    await response.arrayBuffer();
    return response.status;
  }
}

/** Without a path the base URL stays as it is, its last slash too. */
function join(baseUrl: string, path: string): string {
  return path ? `${baseUrl.replace(/\/$/, '')}/${path.replace(/^\//, '')}` : baseUrl;
}
