import { randomUUID } from 'node:crypto';

const MOST_TICKETS = 100;
const VALID_MS = 3_600_000;

/** Secrets that the editor must not see: it gets a ticket for each, good for one exchange within an hour. */
export class Tickets {
  readonly #secrets = new Map<string, { secret: string; until: number }>();

  give(secret: string): string {
    const ticket = randomUUID();
    this.#secrets.set(ticket, { secret, until: Date.now() + VALID_MS });
    const [oldest] = this.#secrets.keys();
    if (this.#secrets.size > MOST_TICKETS) this.#secrets.delete(oldest!);
    return ticket;
  }

  /** The secret, which stays here. */
  look(ticket: string): string | undefined {
    const found = this.#secrets.get(ticket);
    return found && Date.now() < found.until ? found.secret : undefined;
  }

  /** The secret, for the last time. */
  take(ticket: string): string | undefined {
    const secret = this.look(ticket);
    this.#secrets.delete(ticket);
    return secret;
  }
}
