import { randomUUID } from 'node:crypto';

const MOST_TICKETS = 100;
const VALID_MS = 3_600_000;

/** Secrets that the editor must not see: it gets a ticket for each, good for one node and one exchange in an hour. */
export class Tickets {
  readonly #secrets = new Map<string, { secret: string; node: string; until: number }>();

  give(secret: string, node: string): string {
    const ticket = randomUUID();
    this.#secrets.set(ticket, { secret, node, until: Date.now() + VALID_MS });
    const [oldest] = this.#secrets.keys();
    if (this.#secrets.size > MOST_TICKETS) this.#secrets.delete(oldest!);
    return ticket;
  }

  /** The secret, which stays here. */
  look(ticket: string, node: string): string | undefined {
    const found = this.#secrets.get(ticket);
    return found?.node === node && Date.now() < found.until ? found.secret : undefined;
  }

  /** The secret, for the last time. */
  take(ticket: string, node: string): string | undefined {
    const secret = this.look(ticket, node);
    if (secret !== undefined) this.#secrets.delete(ticket);
    return secret;
  }
}
