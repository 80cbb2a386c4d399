import type { Outbox } from './outbox';
import { allPages } from './pages';
import type { Store, StoredRecord } from './store';

const PAGE = 500;

/**
 * Gives the records of a store to an outbox that delivers: first those that wait, then those that were rejected, to be
 * sent anew. Damaged ones stay. Each is durable there before it goes here; if this is broken off, those on their way
 * are possible duplicates when it is done again. Resolves to how many were given.
 * @throws OutboxError where the outbox takes no more; what it did not take stays
 */
export async function takeOver(store: Store, outbox: Pick<Outbox, 'add'>): Promise<number> {
  for await (const rejected of allPages((after) => store.rejected(after, PAGE))) {
    await store.resend(rejected.flatMap(({ id, reason }) => (reason.code === 'damaged' ? [] : [id])));
  }
  let count = 0;
  for await (const page of allPages((after) => store.page(after, PAGE))) {
    await give(page, store, outbox);
    count += page.length;
  }
  return count;
}

async function give(page: StoredRecord[], store: Store, outbox: Pick<Outbox, 'add'>): Promise<void> {
  await store.settle(page.map(({ id }) => ({ id, state: 'sending' })));
  const given = await Promise.allSettled(page.map((record) => outbox.add(record)));
  await store.settle(
    page.map(({ id, doubtful }, index) =>
      given[index]!.status === 'fulfilled' ? { id, state: 'written' } : { id, state: 'retry', doubtful },
    ),
  );
  for (const each of given) if (each.status === 'rejected') throw each.reason;
}
