import assert from 'node:assert/strict';
import type { OutboxStats } from '../../../lib/outbox/figures';
import { prometheus } from '../../../lib/outbox/prometheus';

const STATS: OutboxStats = {
  state: { name: 'held', code: 'unauthorized', message: 'The token was refused.', until: 0 },
  store: {
    kind: 'disk',
    records: 7,
    bytes: 3_500,
    oldestAt: Date.now() - 60_000,
    rejected: 2,
    dropped: 1,
    rejectedDropped: 0,
    duplicates: 3,
    damaged: 0,
  },
  inFlight: 1,
  since: 0,
  inFlightLimit: 16,
  accepted: 100,
  written: 91,
  possibleDuplicates: 1,
  retried: { timeout: 4, unavailable: 2 },
  rejected: {},
  refused: { disk_full: 8 },
  writtenLastMinute: 5,
  writtenLastHour: 91,
  writtenByMinute: [],
};

describe('prometheus', () => {
  const text = prometheus([
    { labels: { node: 'to "the" lake\n' }, stats: STATS },
    { labels: { node: 'other' }, stats: STATS },
  ]);

  it('writes a line for each figure, with the labels', () => {
    const label = 'node="to \\"the\\" lake\\n"';
    for (const line of [
      `microshare_outbox_queued_records{${label}} 7`,
      `microshare_outbox_retried_total{${label},code="timeout"} 4`,
      `microshare_outbox_retried_total{${label},code="unavailable"} 2`,
      `microshare_outbox_refused_total{${label},code="disk_full"} 8`,
      `microshare_outbox_state{${label},state="held"} 1`,
      '# TYPE microshare_outbox_written_total counter',
    ]) {
      assert.ok(text.split('\n').includes(line), line);
    }
  });

  it('gives the age of the oldest record in seconds', () => {
    const age = Number(/^microshare_outbox_oldest_age_seconds\{node="other"\} (\S+)$/m.exec(text)?.[1]);
    assert.ok(age >= 60 && age < 70, String(age));
  });

  it('describes each figure once, and has a line for each outbox behind', () => {
    assert.equal(text.match(/^# HELP microshare_outbox_written_total /gm)?.length, 1);
    assert.equal(
      text.match(/^microshare_outbox_written_total\{.+\} 91\n(?=microshare_outbox_written)/gm)?.length,
      1,
    );
  });

  it('is in the text format: every line is a comment or a sample', () => {
    assert.ok(text.endsWith('\n'));
    for (const line of text.trimEnd().split('\n')) {
      assert.match(line, /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+\{([a-z]+="(\\.|[^"\\])*",?)+\} [\d.]+)$/);
    }
  });

  it('needs no labels', () => {
    assert.match(prometheus([{ labels: {}, stats: STATS }]), /^microshare_outbox_written_total 91$/m);
  });
});
