import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DiskStore, whyMemoryOnly, type StoreStats } from '../../lib/outbox';
import { accountOf } from '../shared/outbox-names';
import { storesInMemory } from './durable';

/** An outbox of this node for another account, in which records wait or lie rejected. */
export interface OtherOutbox extends StoreStats {
  account: string;
}

/**
 * Finds what a node kept for accounts that it writes for no more. Empty ones are passed over.
 * @throws OutboxError when one cannot be read
 */
export async function outboxesOfOtherAccounts(
  directory: string | undefined,
  node: string,
  account: string,
): Promise<OtherOutbox[]> {
  const found: OtherOutbox[] = [];
  const look = async (name: string, stats: () => Promise<StoreStats>) => {
    const other = accountOf(name, node);
    if (other !== undefined && other !== account) found.push({ account: other, ...(await stats()) });
  };
  for (const [name, store] of storesInMemory()) await look(name, () => store.stats());
  const onDisk = directory !== undefined && whyMemoryOnly() === undefined;
  for (const name of onDisk ? await readdir(directory).catch(() => []) : []) {
    await look(name, async () => {
      const store = await DiskStore.open({ directory: join(directory!, name) });
      return store.stats().finally(() => store.close());
    });
  }
  return found.filter(({ records, rejected }) => records + rejected > 0);
}
