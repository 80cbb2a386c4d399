import type { StoragePage, StorageQuery } from '../../../../lib/ttn/api/storage';
import { Feed, type FeedOptions, type FeedReport } from '../../../../lib/ttn/feed';
import { TtnError } from '../../../../lib/ttn/errors';
import type { ReceivedUplink } from '../../../../lib/ttn/message';
import type { Incoming, Transport, TransportOptions } from '../../../../lib/ttn/transports/transport';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export interface Made {
  fCnt: number;
  /** ms since 1970 */
  at: number;
  device?: string;
  devAddr?: string;
}

/** A v3 uplink. */
export function uplink({ fCnt, at, device = 'dev-1', devAddr = '260B0001' }: Made) {
  return {
    end_device_ids: {
      device_id: device,
      application_ids: { application_id: 'my-app' },
      dev_addr: devAddr,
    },
    received_at: new Date(at + 200).toISOString(),
    uplink_message: {
      session_key_id: 'AXPoziFRvbcEguvZQoCCZw==',
      f_port: 1,
      f_cnt: fCnt,
      frm_payload: 'AQ==',
      received_at: new Date(at).toISOString(),
    },
  };
}

/** Uplinks of one device, one each so many ms. */
export function uplinks(count: number, from: number, everyMs: number, firstFCnt = 1) {
  return Array.from({ length: count }, (_, index) =>
    uplink({ fCnt: firstFCnt + index, at: from + index * everyMs }),
  );
}

/** The connection, as a test wishes it. */
export class FakeTransport implements Transport {
  opened = false;
  closed = false;

  constructor(readonly events: TransportOptions) {}

  open(): void {
    this.opened = true;
    this.events.onState({ name: 'connecting' });
  }

  connect(): void {
    this.events.onState({ name: 'connected' });
  }

  lose(): void {
    const error = new TtnError('connection_lost', 'The connection was lost.');
    this.events.onState({ name: 'waiting', error, retryMs: 1 });
  }

  deliver(message: object | string, settle?: Incoming['settle']): void {
    const device = (message as { end_device_ids?: { device_id: string } }).end_device_ids?.device_id ?? 'x';
    this.events.onMessage({
      topic: `v3/my-app@ttn/devices/${device}/up`,
      payload: Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)),
      ...(settle && { settle }),
    });
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

/** Keeps uplinks in order of their time, in pages, without their session's id. Batches may land late. */
export class FakeStorage {
  pageSize = 100;
  readonly queries: StorageQuery[] = [];
  /** What happens to the next calls: one each. */
  readonly faults: (((page: StoragePage) => StoragePage) | Error)[] = [];
  #kept: ReturnType<typeof uplink>[] = [];

  keep(...messages: ReturnType<typeof uplink>[]): void {
    this.#kept.push(...messages);
  }

  readStorage(query: StorageQuery): Promise<StoragePage> {
    this.queries.push(query);
    const fault = this.faults.shift();
    if (fault instanceof Error) return Promise.reject(fault);
    const [after = '', start = ''] = query.continuationToken?.split(' ') ?? [query.after, '0'];
    const all = query.type === 'uplink_message' ? this.#kept : [];
    const found = all
      .filter(({ received_at: time }) => time > after)
      .sort((a, b) => (a.received_at < b.received_at ? -1 : Number(a.received_at > b.received_at)));
    const end = Number(start) + Math.min(this.pageSize, query.limit ?? Infinity);
    const page = {
      messages: found.slice(Number(start), end).map(asStored),
      ...(end < found.length && { continuationToken: [after, end].join(' ') }),
    };
    return Promise.resolve(fault ? fault(page) : page);
  }
}

function asStored({ uplink_message, ...message }: ReturnType<typeof uplink>) {
  const { session_key_id: _, ...stored } = uplink_message;
  return { ...message, uplink_message: stored };
}

/** Times that a test has patience for; the overlap is the real one. */
export const QUICK = {
  tickMs: 5,
  processedMs: 0,
  recheckMs: 60,
  lateMs: 20,
  pauseMs: 0,
  refusedPauseMs: 100,
  stallMs: 1_000,
};

export interface Stage {
  feed: Feed;
  transport: FakeTransport;
  got: ReceivedUplink[];
  reports: FeedReport[];
  /** Frame counters in the order in which they came. */
  fCnts: () => (number | undefined)[];
  /** Codes of the problems that were told. */
  problems: () => string[];
  of: <K extends FeedReport['kind']>(kind: K) => Extract<FeedReport, { kind: K }>[];
}

const open: Feed[] = [];

/** A feed with a listener that collects, on a fake transport, open. */
export function stage(options: Partial<FeedOptions> = {}, attached = true): Stage {
  const got: ReceivedUplink[] = [];
  const reports: FeedReport[] = [];
  const made: { transport?: FakeTransport } = {};
  const feed = new Feed({
    transport: (events) => (made.transport = new FakeTransport(events)),
    kinds: ['up'],
    backoff: { firstMs: 1, maxMs: 4 },
    onState: () => undefined,
    onReport: (report) => reports.push(report),
    ...options,
    limits: { ...QUICK, ...options.limits },
  });
  open.push(feed);
  if (attached) feed.attach({ emit: (received) => void got.push(received) });
  feed.open();
  const of = <K extends FeedReport['kind']>(kind: K) =>
    reports.filter((report): report is Extract<FeedReport, { kind: K }> => report.kind === kind);
  return {
    feed,
    transport: made.transport!,
    got,
    reports,
    fCnts: () => got.map(({ uplink }) => uplink.fCnt),
    problems: () => of('problem').map(({ error }) => error.code),
    of,
  };
}

export async function closeStages(): Promise<void> {
  await Promise.all(open.splice(0).map((feed) => feed.close()));
}
