import assert from 'node:assert/strict';
import type { Node } from 'node-red';
import sinon from 'sinon';
import { WriterLog } from '../../nodes/microshare-share/writer-log';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NONE = { dropped: 0, rejectedDropped: 0, damaged: 0 };

describe('the log of microshare-share', () => {
  let clock: sinon.SinonFakeTimers;
  let warnings: string[];
  let log: WriterLog;

  beforeEach(() => {
    clock = sinon.useFakeTimers({ toFake: ['performance'] });
    warnings = [];
    log = new WriterLog({ warn: (text: string) => void warnings.push(text) } as unknown as Node);
  });

  afterEach(() => clock.restore());

  const waits = (code: string) =>
    log.changed({ name: 'waiting', code, message: `Microshare: ${code}.`, until: 0 });

  it('says at first after a minute, and at last every hour, that Microshare is down', () => {
    for (let time = 0; time < 24 * HOUR; time += MINUTE) {
      waits('unreachable');
      clock.tick(MINUTE);
    }
    assert.ok(warnings.length >= 24 && warnings.length < 36, `${warnings.length} lines a day`);
  });

  it('says at once what else has happened, and that it is down again later', () => {
    const lines = (code: string, minutes: number) => {
      const before = warnings.length;
      for (let minute = 0; minute < minutes; minute++) {
        waits(code);
        clock.tick(MINUTE);
      }
      return warnings.length - before;
    };
    const first = lines('unreachable', 30);
    assert.equal(lines('unavailable', 1), 1);
    clock.tick(HOUR);
    assert.equal(lines('unreachable', 30), first);
  });

  it('counts all records that were dropped, in few lines', () => {
    let dropped = 0;
    for (; dropped < 10_000; clock.tick(2_000)) log.counted({ ...NONE, dropped: ++dropped });
    log.counted({ ...NONE, dropped }, true);
    const told = warnings.map((text) => Number(/(\d+) of the oldest/.exec(text)?.[1]));
    assert.equal(
      told.reduce((all, count) => all + count, 0),
      dropped,
    );
    assert.ok(told.length < 20, `${told.length} lines in ${Math.round((dropped * 2) / 3_600)} hours`);
  });
});
