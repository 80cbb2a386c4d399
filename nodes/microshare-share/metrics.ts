import { prometheus, type OutboxStats } from '../../lib/outbox';

/** Of several outboxes: Prometheus wants each metric described once, with all its lines behind. */
export function metrics(outboxes: { labels: Record<string, string>; stats: OutboxStats }[]): string {
  const lines = new Map<string, string>();
  for (const { labels, stats } of outboxes) {
    const blocks = prometheus(stats, labels).split(/^(?=# HELP)/m);
    for (const block of blocks) {
      const [head = '', values = ''] = block.split(/(?<=^# TYPE.*\n)/m);
      lines.set(head, (lines.get(head) ?? '') + values);
    }
  }
  return [...lines].map(([head, values]) => head + values).join('');
}
