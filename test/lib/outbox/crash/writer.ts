import { writeSync } from 'node:fs';
import { DiskStore } from '../../../../lib/outbox/sqlite/disk-store';
import { bodyOf } from './body';

/**
 * Adds and settles as fast as it can until it is killed. Prints each intent before the call and each success
 * after it, without a buffer: `add KEY`, `added KEY ID`, `settle ID`, `settled ID`.
 */
const [, , directory = '', round = ''] = process.argv;
const say = (...words: (string | number)[]) => void writeSync(1, `${words.join(' ')}\n`);

async function add(store: DiskStore, key: string): Promise<void> {
  say('add', key);
  const added = await store.add({ key, lane: 'device', target: 't', body: bodyOf(key) });
  if ('id' in added) say('added', key, added.id);
}

async function settle(store: DiskStore, id: number): Promise<void> {
  say('settle', id);
  await store.settle([{ id, state: 'written' }]);
  say('settled', id);
}

async function write(): Promise<void> {
  const store = await DiskStore.open({ directory });
  say('open');
  for (let turn = 0; ; turn++) {
    const keys = Array.from({ length: 10 }, (_, index) => `${round}-${turn}-${index}`);
    const some = (await store.page(0, 8)).map(({ id }) => id);
    await Promise.all([...keys.map((key) => add(store, key)), ...some.map((id) => settle(store, id))]);
  }
}

write().catch((error: unknown) => {
  say('error', String(error));
  process.exit(1);
});
