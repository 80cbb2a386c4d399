import type { Added, NewRecord, Store } from '../../../lib/outbox/store';

/** Adds records side by side: they keep their order, and a store takes them into one commit. */
export function addAll(store: Store, records: NewRecord[]): Promise<Added[]> {
  return Promise.all(records.map((record) => store.add(record)));
}
