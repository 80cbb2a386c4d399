import type { OutboxStats } from './figures';

/** A counter only grows. */
type Kind = 'counter' | 'gauge';
type Values = number | Readonly<Record<string, number>>;

/**
 * The figures in Prometheus' text format, version 0.0.4.
 * @param labels of every line, such as the node's name
 */
export function prometheus(
  stats: OutboxStats,
  labels: Record<string, string> = {},
  now = Date.now(),
): string {
  const { state, store } = stats;
  const metrics: [name: string, kind: Kind, help: string, values: Values, by?: string][] = [
    ['queued_records', 'gauge', 'Records that wait for delivery.', store.records],
    ['queued_bytes', 'gauge', 'What these records take.', store.bytes],
    [
      'oldest_age_seconds',
      'gauge',
      'Age of the oldest record that waits.',
      store.oldestAt === undefined ? 0 : Math.max(now - store.oldestAt, 0) / 1000,
    ],
    ['rejected_records', 'gauge', 'Rejected records that are kept.', store.rejected],
    ['in_flight', 'gauge', 'Records under way.', stats.inFlight],
    ['in_flight_limit', 'gauge', 'Records that may be under way now.', stats.inFlightLimit],
    ['state', 'gauge', 'What the outbox does, 1 for the state it is in.', { [state.name]: 1 }, 'state'],
    ['accepted_total', 'counter', 'Records accepted.', stats.accepted],
    ['duplicates_total', 'counter', 'Records refused as they were accepted before.', store.duplicates],
    ['written_total', 'counter', 'Records written.', stats.written],
    [
      'possible_duplicates_total',
      'counter',
      'Records written that may have been written before.',
      stats.possibleDuplicates,
    ],
    ['retried_total', 'counter', 'Attempts that failed and are made again.', stats.retried, 'code'],
    ['rejected_total', 'counter', 'Records rejected for good.', stats.rejected, 'code'],
    [
      'dropped_total',
      'counter',
      'Records dropped to make room.',
      { queued: store.dropped, rejected: store.rejectedDropped },
      'from',
    ],
    ['damaged_total', 'counter', 'Records that could not be read from the store.', store.damaged],
  ];
  return metrics
    .map(([name, kind, help, values, by = '']) => {
      const full = `microshare_outbox_${name}`;
      const lines = (typeof values === 'number' ? [['', values] as const] : Object.entries(values)).map(
        ([value, count]) => `${full}${braces(by ? { ...labels, [by]: value } : labels)} ${count}\n`,
      );
      return `# HELP ${full} ${help}\n# TYPE ${full} ${kind}\n${lines.join('')}`;
    })
    .join('');
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
