import { CodedError } from '../../lib/errors';
import type { Outbox, RejectedRecord } from '../../lib/outbox';
import { allPages } from '../shared/send-list';
import { isMessage } from './kept-message';
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

/** Takes a message once more of which no record could be made, out of where it lies; false where it cannot be read. */
export type Retake = (record: RejectedRecord) => Promise<boolean>;

/** What can be done with an outbox, by message or in the dialog. */
export const ACTIONS = {
  stats: (outbox: Outbox) => outbox.stats(),

  async rejected(outbox: Outbox, { after = 0, limit = REJECTED_PER_PAGE }: Page) {
    const records = await outbox.rejected(after, Math.min(limit, MOST_REJECTED_PER_PAGE));
    return records.map(shown);
  },

  async resend(outbox: Outbox, { ids }: Chosen, retake: Retake) {
    // What is rejected anew gets another id, and would come without end.
    const chosen: Pick<RejectedRecord, 'id' | 'target'>[] = [];
    for await (const { id, target, reason } of rejectedOf(outbox, ids))
      // Of a damaged one a person must say that it is right.
      if (ids || reason.code !== 'damaged') chosen.push({ id, target });
    let resent = 0;
    for (const { areMessages, group } of groups(chosen)) {
      if (!areMessages) resent += await outbox.resend(group);
      else for await (const message of rejectedOf(outbox, group)) if (await retake(message)) resent++;
    }
    return { resent };
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

/** Ids in their order: of records, of messages, of records, ... */
function groups(
  chosen: Pick<RejectedRecord, 'id' | 'target'>[],
): { areMessages: boolean; group: number[] }[] {
  const groups: { areMessages: boolean; group: number[] }[] = [];
  for (const record of chosen) {
    const areMessages = isMessage(record);
    const last = groups.at(-1);
    if (last?.areMessages === areMessages) last.group.push(record.id);
    else groups.push({ areMessages, group: [record.id] });
  }
  return groups;
}

/** Rejected records, all when `ids` is absent. */
async function* rejectedOf(outbox: Outbox, ids?: number[]): AsyncGenerator<RejectedRecord> {
  if (ids) {
    for (const id of [...new Set(ids)].sort((a, b) => a - b))
      yield* (await outbox.rejected(id - 1, 1)).filter((record) => record.id === id);
    return;
  }
  for await (const page of allPages((after) => outbox.rejected(after, MOST_REJECTED_PER_PAGE))) yield* page;
}

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
