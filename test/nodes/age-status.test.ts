import assert from 'node:assert/strict';
import type { Node, NodeStatus } from 'node-red';
import sinon from 'sinon';
import catalogue from '../../nodes/locales/en-US/ttn-uplink.json';
import { AgeStatus } from '../../nodes/ttn-uplink/age-status';

const TEXTS: Record<string, string> = catalogue['ttn-uplink'].status;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function translate(key: string, { age = '' }: Record<string, string> = {}): string {
  return (TEXTS[key.replace('ttn-uplink.status.', '')] ?? key).replace('__age__', age);
}

describe('the status of ttn-uplink', () => {
  let clock: sinon.SinonFakeTimers;
  let texts: (string | undefined)[];
  let status: AgeStatus;

  beforeEach(() => {
    clock = sinon.useFakeTimers({ now: Date.UTC(2026, 2, 28, 12) });
    texts = [];
    const node = { status: ({ text }: NodeStatus) => void texts.push(text) };
    status = new AgeStatus(node as unknown as Node, translate as never);
    status.connected();
    status.touch();
  });

  afterEach(() => {
    status.stop();
    clock.restore();
  });

  it('says how long ago the last uplink came, also when the clock is set back meanwhile', () => {
    clock.setSystemTime(Date.now() - 3 * HOUR);
    clock.tick(5 * MINUTE);
    assert.equal(texts.at(-1), 'uplink 5 min ago');
  });

  it('counts the time in which the machine slept', () => {
    clock.setSystemTime(Date.now() + 3 * HOUR);
    clock.tick(MINUTE);
    assert.equal(texts.at(-1), 'uplink 3 h ago');
  });

  it('shows the fault of its connection also while messages drain that had come before', () => {
    status.fault('not_json');
    assert.equal(texts.at(-1), TEXTS.not_json);
    status.touch();
    assert.equal(texts.at(-1), TEXTS.now);
    status.disconnected('connection_lost');
    status.touch();
    status.fault('not_json');
    assert.equal(texts.at(-1), TEXTS.connection_lost);
    status.connected();
    assert.equal(texts.at(-1), TEXTS.now);
  });
});
