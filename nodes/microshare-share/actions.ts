import { CodedError } from '../../lib/errors';
import type { Outbox } from '../../lib/outbox';
import { shown } from './rejection';

const REJECTED_PER_PAGE = 100;
const MOST_REJECTED_PER_PAGE = 1_000;

/** Of which rejected records; all when `ids` is absent. */
export interface Chosen {
  ids?: number[];
}

/** A page of the rejected records. */
export interface Page {
  /** Behind the record of this id. */
  after?: number;
  limit?: number;
}

/** What can be done with an outbox, by message or in the dialog. */
export const ACTIONS = {
  stats: (outbox: Outbox) => outbox.stats(),

  async rejected(outbox: Outbox, { after = 0, limit = REJECTED_PER_PAGE }: Page) {
    const records = await outbox.rejected(after, Math.min(limit, MOST_REJECTED_PER_PAGE));
    return records.map(shown);
  },

  async resend(outbox: Outbox, { ids }: Chosen) {
    return { resent: await outbox.resend(ids) };
  },

  async discard(outbox: Outbox, { ids }: Chosen) {
    return { discarded: await outbox.discard(ids) };
  },

  /** What was stopped is tried at once. */
  resume(outbox: Outbox) {
    outbox.resume();
    return Promise.resolve({ state: outbox.state });
  },
};

/** What a message or a request asks of an action, unchecked. */
export interface Asked {
  ids?: unknown;
  after?: unknown;
  limit?: unknown;
}

export type Action = keyof typeof ACTIONS;

export function isAction(action: unknown): action is Action {
  return typeof action === 'string' && Object.hasOwn(ACTIONS, action);
}

/** @throws CodedError `bad_action` when what is asked for cannot be read */
export function optionsOf({ ids, after, limit }: Asked): Chosen & Page {
  return {
    ...(ids !== undefined && { ids: [ids].flat().map((id) => whole('ids', id)) }),
    ...(after !== undefined && { after: whole('after', after) }),
    ...(limit !== undefined && { limit: whole('limit', limit) }),
  };
}

function whole(name: string, value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (Number.isSafeInteger(number) && (number as number) >= 0) return number as number;
  throw new CodedError('bad_action', `${name} is ${JSON.stringify(value)}; it must be a whole number.`);
}
