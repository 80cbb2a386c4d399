import { existsSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { MemoryStore } from './memory-store';
import { DiskStore } from './sqlite/disk-store';
import { DATABASE_FILE } from './sqlite/protocol';
import type { Store, StoreOptions } from './store';

export interface OpenedStore {
  store: Store;
  /** Why the records are kept in memory only, in words for a person. */
  memoryOnly?: string;
}

/**
 * Opens the store of one account and node: on disk where Node.js has SQLite (from 22.13 on), else in memory.
 * Waits up to 5 s for one who has it open, as the node before a redeploy.
 * @throws OutboxError `locked` | `read_only` | `cannot_open` | `disk_full`
 */
export async function openStore(options: StoreOptions): Promise<OpenedStore> {
  if (!isBuiltin('node:sqlite')) {
    return {
      store: new MemoryStore(options.limits),
      memoryOnly: `Node.js ${process.version} has no SQLite (it comes with 22.13): records that wait are kept in memory only, and are lost when Node-RED ends. Install Node.js 22.13 or newer.`,
    };
  }
  return { store: await DiskStore.open(options) };
}

/** Whether there is one on disk. */
export function holdsStore(directory: string): boolean {
  return existsSync(join(directory, DATABASE_FILE));
}

/** When the one on disk was changed last: Unix time in ms. */
export function changedAt(directory: string): number | undefined {
  return statSync(join(directory, DATABASE_FILE), { throwIfNoEntry: false })?.mtimeMs;
}
