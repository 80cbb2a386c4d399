import assert from 'node:assert/strict';
import sinon from 'sinon';
import { Line } from '../../../lib/outbox/line';
import { DELIVERY } from '../../../lib/outbox/settings';

const DOWN = { code: 'unreachable', message: 'Nobody answers.' };
const REFUSED = { code: 'unauthorized', message: 'The token was refused.' };

describe('Line', () => {
  let line: Line;
  beforeEach(() => {
    line = new Line(DELIVERY);
    sinon.stub(Math, 'random').returns(1);
  });
  afterEach(() => sinon.restore());

  const failTimes = (times: number) => {
    for (let n = 0; n < times; n++) line.failed(false, DOWN, 0);
  };

  it('stops after 10 failures in a row, and tries one record after pauses that grow to 5 minutes', () => {
    failTimes(9);
    assert.equal(line.stop, undefined);
    failTimes(1);
    const pauses: number[] = [];
    let now = 0;
    for (let n = 0; n < 12; n++) {
      pauses.push(line.opensAt - now);
      now = line.opensAt;
      assert.equal(line.start(), true);
      assert.equal(line.opensAt, Infinity, 'one at a time');
      line.failed(true, DOWN, now);
    }
    assert.deepEqual(
      pauses.map((ms) => ms / 1_000),
      [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300],
    );
    line.start();
    line.answered(true);
    assert.equal(line.stop, undefined);
  });

  it('goes on when one in ten gets through', () => {
    for (let n = 0; n < 10; n++) {
      failTimes(9);
      line.answered(false);
    }
    assert.equal(line.stop, undefined);
  });

  it('is not opened by an answer that was under way', () => {
    failTimes(10);
    line.answered(false);
    assert.equal(line.stop?.code, 'unreachable');
  });

  it('stops anew when what was under way fails after the probe got through', () => {
    failTimes(10);
    line.start();
    line.answered(true);
    line.failed(false, DOWN, 0, 1_000);
    assert.equal(line.opensAt, 1_000);
  });

  it('is not stopped by being resumed', () => {
    line.resume(0);
    assert.equal(line.stop, undefined);
  });

  it('waits as long as the other side asks, at most an hour', () => {
    line.failed(false, DOWN, 0, 120_000);
    line.failed(false, DOWN, 0, 60_000);
    assert.equal(line.opensAt, 120_000);
    line.failed(false, DOWN, 0, 1e9);
    assert.equal(line.opensAt, 3_600_000);
  });

  it('is held for 5 minutes, then longer, up to an hour', () => {
    const pauses: number[] = [];
    let now = 0;
    line.held(false, REFUSED, now, now);
    line.held(false, REFUSED, now + 1_000, now);
    for (let n = 0; n < 6; n++) {
      pauses.push(line.opensAt - now);
      now = line.opensAt;
      line.start();
      line.held(true, REFUSED, now, now);
    }
    assert.deepEqual(
      pauses.map((ms) => ms / 60_000),
      [5, 10, 20, 40, 60, 60],
    );
  });

  it('tries at once when it is resumed, whatever is still refused of what was sent before', () => {
    line.held(false, REFUSED, 1_000, 900);
    line.resume(2_000);
    assert.equal(line.opensAt, 2_000);
    line.start();
    line.resume(3_000);
    line.held(true, REFUSED, 3_100, 2_000);
    assert.equal(line.opensAt, 3_100);
    line.start();
    line.held(true, REFUSED, 3_200, 3_100);
    assert.equal(line.opensAt, 3_200 + 300_000);
  });
});
