import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openStore } from '../../lib/outbox';
import { accountOf } from '../shared/outbox-names';
import { outboxesIn } from '../shared/state-directory';

/** An outbox of this node for another account, in which records wait or lie rejected. */
export interface LeftBehind {
  account: string;
  records: number;
  rejected: number;
}

/**
 * Finds what a node kept for accounts that it writes for no more. Empty ones are passed over.
 * @throws OutboxError when one cannot be read
 */
export async function leftBehind(
  stateDirectory: string,
  node: string,
  account: string,
): Promise<LeftBehind[]> {
  const outboxes = outboxesIn(stateDirectory);
  const names = await readdir(outboxes).catch(() => []);
  const found: LeftBehind[] = [];
  for (const name of names) {
    const other = accountOf(name, node);
    if (other === undefined || other === account) continue;
    const { store } = await openStore({ directory: join(outboxes, name), lockWaitMs: 0 });
    const { records, rejected } = await store.stats().finally(() => store.close());
    if (records + rejected > 0) found.push({ account: other, records, rejected });
  }
  return found;
}
