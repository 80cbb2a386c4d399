/*
 * A process with an outbox on disk that delivers to Microshare, as microshare-share has it. Told on its command line:
 * the folder of the compiled lib/, the directory of the outbox, the address of the API. Its parent says how many
 * records it shall take; it says how it goes.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as AccountModule from '../../lib/microshare/account';
import type * as DeliverModule from '../../lib/microshare/deliver';
import type * as OutboxModule from '../../lib/outbox';
import { ACCOUNTS } from '../../demo/microshare/accounts';

const [lib = '', directory = '', apiUrl = ''] = process.argv.slice(2);
const load = createRequire(__filename);
const { Account } = load(join(lib, 'microshare', 'account.js')) as typeof AccountModule;
const { targetText } = load(join(lib, 'microshare', 'deliver.js')) as typeof DeliverModule;
const { DELIVERY, DiskStore, Outbox } = load(join(lib, 'outbox', 'index.js')) as typeof OutboxModule;

/** What this process says. */
export type Said =
  /** The outbox is open, and so many records wait. */
  | { openMs: number; records: number }
  /** It has taken all that it should. */
  | { taken: true }
  /** The memory of the process, every now and then. */
  | { rss: number };

const DEVICES = 1_000;
const AT_ONCE = 64;
const BODY_BYTES = 500;
const WATCH_MS = 100;
/** More than the default, as the user of a long queue sets them. */
const LIMITS = { records: 2_000_000, bytes: 2_000_000_000 };

const say = (what: Said) => process.send?.(what);
const target = targetText({ recType: 'io.example.queue', tags: [] });
let next = 0;

async function take(outbox: OutboxModule.Outbox, count: number): Promise<void> {
  const end = next + count;
  const takeNext = async () => {
    while (next < end) {
      const number = next++;
      const [device, n] = [`device-${number % DEVICES}`, Math.floor(number / DEVICES)];
      const body = JSON.stringify({ device, n, more: ''.padEnd(BODY_BYTES, 'x') });
      await outbox.add({ key: `${device} ${n}`, lane: device, body, target });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, takeNext));
  say({ taken: true });
}

async function main(): Promise<void> {
  const [{ pipeToken }] = ACCOUNTS;
  const account = new Account({
    hosts: { apiUrl },
    auth: { mode: 'pipe', token: pipeToken! },
    connections: DELIVERY.maxInFlight,
  });
  const start = performance.now();
  const store = await DiskStore.open({ directory, limits: LIMITS });
  const outbox = new Outbox({ store, deliver: account.deliverer() });
  outbox.start();
  const { records } = await store.stats();
  say({ openMs: performance.now() - start, records });
  setInterval(() => say({ rss: process.memoryUsage.rss() }), WATCH_MS);
  process.on('message', (count: number) => void take(outbox, count).catch(fail));
}

function fail(error: unknown): void {
  console.error(error);
  process.exit(1);
}

main().catch(fail);
