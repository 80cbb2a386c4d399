import assert from 'node:assert/strict';
import { RateLimit } from '../../../lib/outbox/rate-limit';

describe('RateLimit', () => {
  it('lets pass so many a second', () => {
    const rate = new RateLimit(10);
    let passed = 0;
    for (let now = 0; now < 10_000; now++) {
      for (; rate.waitMs(now) === 0; passed++) rate.take();
    }
    assert.ok(passed >= 100 && passed <= 110, String(passed));
  });

  it('lets pass one every ten seconds', () => {
    const rate = new RateLimit(0.1);
    assert.equal(rate.waitMs(0), 0);
    rate.take();
    assert.equal(Math.round(rate.waitMs(4_000)), 6_000);
    assert.equal(rate.waitMs(10_001), 0);
  });

  it('knows no limit', () => {
    const rate = new RateLimit(Infinity);
    for (let n = 0; n < 1_000; n++) rate.take();
    assert.equal(rate.waitMs(0), 0);
  });
});
