import assert from 'node:assert/strict';
import sinon from 'sinon';
import type { FeedReport } from '../../lib/ttn/feed';
import type { TtnApplicationNode } from '../../nodes/ttn-application/definition';
import { ReportLog } from '../../nodes/ttn-application/reports';

const MINUTE = 60_000;

describe('the log of ttn-application', () => {
  afterEach(() => sinon.restore());

  it('names frames that are lost on the radio at once, then every hour with their sum, and losses of its own at once', () => {
    const clock = sinon.useFakeTimers({ toFake: ['performance'] });
    const lines: string[] = [];
    const add = (text: string) => void lines.push(text);
    const log = new ReportLog({ log: add, warn: add } as unknown as TtnApplicationNode);
    const lost = (deviceId: string, onTheRadio: number, whileAway = 0): FeedReport => ({
      kind: 'lost',
      onTheRadio,
      whileAway,
      devices: [{ deviceId, onTheRadio, whileAway }],
    });
    for (let minute = 0; minute <= 60; minute++) {
      log.tell(lost(minute % 3 === 1 ? 'office' : 'hall', 1));
      if (minute === 30) log.tell(lost('hall', 0, 7));
      clock.tick(MINUTE);
    }
    assert.deepEqual(lines, [
      'Frames lost on the radio: 1 (hall 1)',
      'Frames lost while the application was not connected: 7 (hall 7). Storage did not have them.',
      'Frames lost on the radio: 60 (hall 40, office 20)',
    ]);
  });

  it('says for how long nothing was read, in units that a person reads', () => {
    const lines: string[] = [];
    const log = new ReportLog({
      log: (text: string) => void lines.push(text),
    } as unknown as TtnApplicationNode);
    for (const ms of [1_500, 10_800_000]) log.tell({ kind: 'stalled', ms });
    assert.match(lines.join('\n'), /^For 1 s .*\nFor 3 h .* clock was set/);
  });
});
