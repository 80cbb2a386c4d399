import assert from 'node:assert/strict';
import type { Node, NodeStatus } from 'node-red';
import sinon from 'sinon';
import type { OutboxStats } from '../../lib/outbox';
import { ShareStatus } from '../../nodes/microshare-share/share-status';
import { timeText } from '../../nodes/shared/short-texts';
import catalogue from '../../nodes/locales/en-US/microshare-share.json';
import { eventually } from '../eventually';

const TEXTS: Record<string, string> = catalogue['microshare-share'].status;

const FAKED = ['setTimeout', 'clearTimeout', 'Date', 'performance'] as const;

/** As Node-RED, which leaves a name for which it has no value. */
function translate(key: string, values: Record<string, string> = {}): string {
  const text = TEXTS[key.replace('microshare-share.status.', '')] ?? key;
  return text.replace(/__(\w+?)__/g, (name, value: string) => values[value] ?? name);
}

/** The status of an outbox, and what it shows. */
function statusOf({ store, ...stats }: Record<string, unknown>): { status: ShareStatus; texts: string[] } {
  const texts: string[] = [];
  const node = {
    status: ({ fill, text }: NodeStatus) => void texts.push(`${fill}: ${text}`),
    warn: (text: string) => void texts.push(text),
  };
  const now = {
    state: { name: 'delivering' },
    store: { records: 0, rejected: 0, ...(store as object) },
    inFlight: 0,
    ...stats,
  };
  const status = new ShareStatus(node as unknown as Node, translate as never, () =>
    Promise.resolve(now as unknown as OutboxStats),
  );
  status.changed();
  return { status, texts };
}

/** What a node shows first of an outbox. */
async function shown(stats: Record<string, unknown>): Promise<string> {
  const { status, texts } = statusOf(stats);
  const text = await eventually(() => texts[0], 'a status');
  status.stop();
  return text;
}

describe('the status of microshare-share', () => {
  it('is complete for every reason for which records are held', async () => {
    for (const code of ['redirected', 'unavailable', 'rejected']) {
      const held = await shown({ state: { name: 'held', code, message: '', until: 0 } });
      assert.equal(held, `red: ${code}`);
    }
  });

  it('says that records wait also when all of them are on their way, for more than a moment', async () => {
    const sent = { inFlight: 1, last: { at: Date.now() } };
    const time = timeText(sent.last.at);
    const since = (s: number) => ({ records: 1, oldestAt: Date.now() - s * 1_000 });
    assert.equal(await shown({ ...sent, store: since(2) }), `green: written ${time}`);
    assert.equal(await shown({ ...sent, store: since(61) }), 'blue: 1 wait, 1 min');
    assert.equal(await shown({ ...sent, inFlight: 0, store: since(2) }), 'blue: 1 wait, 2 s');
  });

  it('says, while nothing comes any more, how many days ago the last record was written', async () => {
    const clock = sinon.useFakeTimers({ now: new Date(2026, 0, 1, 14, 2), toFake: [...FAKED] });
    const last = { at: Date.now() };
    const { status, texts } = statusOf({ last });
    const { texts: kept, status: other } = statusOf({ last, store: { rejected: 3 } });
    await clock.tickAsync(2.5 * 86_400_000);
    for (const one of [status, other]) one.stop();
    clock.restore();
    const days = ['green: written 14:02', 'green: written 1 d ago', 'green: written 2 d ago'];
    assert.deepEqual(texts, days);
    assert.deepEqual(kept, ['yellow: 14:02 3 rejected', 'yellow: 3 rejected']);
  });
});
