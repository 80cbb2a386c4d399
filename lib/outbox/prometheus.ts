import type { OutboxStats } from './figures';

/** A counter only grows. */
type Kind = 'counter' | 'gauge';
type Values = number | Readonly<Record<string, number>>;

/** An outbox, and the labels of its lines, such as the node's name. */
export interface Measured {
  labels: Record<string, string>;
  stats: OutboxStats;
}

/** @param by the label that tells several values apart */
type Metric = [name: string, kind: Kind, help: string, values: (of: OutboxStats) => Values, by?: string];

const METRICS: readonly Metric[] = [
  ['queued_records', 'gauge', 'Records that wait for delivery.', ({ store }) => store.records],
  ['queued_bytes', 'gauge', 'What these records take.', ({ store }) => store.bytes],
  [
    'oldest_age_seconds',
    'gauge',
    'Age of the oldest record that waits.',
    ({ store }) => ageOf(store.oldestAt),
  ],
  ['rejected_records', 'gauge', 'Rejected records that are kept.', ({ store }) => store.rejected],
  ['in_flight', 'gauge', 'Records under way.', ({ inFlight }) => inFlight],
  ['in_flight_limit', 'gauge', 'Records that may be under way now.', ({ inFlightLimit }) => inFlightLimit],
  [
    'state',
    'gauge',
    'What the outbox does, 1 for the state it is in.',
    ({ state }) => ({ [state.name]: 1 }),
    'state',
  ],
  ['accepted_total', 'counter', 'Records accepted.', ({ accepted }) => accepted],
  [
    'duplicates_total',
    'counter',
    'Records refused as they were accepted before.',
    ({ store }) => store.duplicates,
  ],
  ['written_total', 'counter', 'Records written.', ({ written }) => written],
  [
    'possible_duplicates_total',
    'counter',
    'Records written that may have been written before.',
    ({ possibleDuplicates }) => possibleDuplicates,
  ],
  ['retried_total', 'counter', 'Attempts that failed and are made again.', ({ retried }) => retried, 'code'],
  ['rejected_total', 'counter', 'Records rejected for good.', ({ rejected }) => rejected, 'code'],
  [
    'refused_total',
    'counter',
    'Records that the outbox did not take, as it is full or cannot write.',
    ({ refused }) => refused,
    'code',
  ],
  [
    'dropped_total',
    'counter',
    'Records dropped to make room.',
    ({ store }) => ({ queued: store.dropped, rejected: store.rejectedDropped }),
    'from',
  ],
  [
    'damaged_total',
    'counter',
    'Records that could not be read from the store.',
    ({ store }) => store.damaged,
  ],
];

/** The figures of outboxes in Prometheus' text format, version 0.0.4: each metric described once, all its lines behind. */
export function prometheus(outboxes: readonly Measured[]): string {
  return METRICS.map(([name, kind, help, values, by = '']) => {
    const full = `microshare_outbox_${name}`;
    const lines = outboxes.flatMap(({ labels, stats }) => {
      const value = values(stats);
      if (typeof value === 'number') return [`${full}${braces(labels)} ${value}\n`];
      return Object.entries(value).map(
        ([label, count]) => `${full}${braces({ ...labels, [by]: label })} ${count}\n`,
      );
    });
    return `# HELP ${full} ${help}\n# TYPE ${full} ${kind}\n${lines.join('')}`;
  }).join('');
}

function ageOf(oldestAt: number | undefined): number {
  return oldestAt === undefined ? 0 : Math.max(Date.now() - oldestAt, 0) / 1000;
}

function braces(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${value.replace(/["\\\n]/g, escape)}"`,
  );
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

function escape(character: string): string {
  return character === '\n' ? '\\n' : `\\${character}`;
}
