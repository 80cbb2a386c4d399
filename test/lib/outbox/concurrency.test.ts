import assert from 'node:assert/strict';
import sinon from 'sinon';
import { AdaptiveLimit } from '../../../lib/outbox/concurrency';
import { randomNumbers } from '../lpp/random';

/** Keeps an API busy: as many requests under way as the limit allows, each for so long as the API says. */
class Load {
  served = 0;
  inFlight = 0;
  /** Of those that are under way, how long would the next one take? 'fail' at once. */
  latencyMs: (inFlight: number) => number | 'fail';

  constructor(
    readonly clock: sinon.SinonFakeTimers,
    readonly limit: AdaptiveLimit,
    latencyMs: Load['latencyMs'],
  ) {
    this.latencyMs = latencyMs;
  }

  fill(): void {
    while (this.inFlight < this.limit.limit) {
      this.inFlight++;
      const startedAt = performance.now();
      const latency = this.latencyMs(this.inFlight);
      const ok = latency !== 'fail';
      setTimeout(
        () => {
          this.inFlight--;
          this.served++;
          this.limit.ended(startedAt, performance.now(), ok);
          this.fill();
        },
        ok ? latency : 10,
      );
    }
    this.limit.reached();
  }

  perSecond(seconds: number): number {
    const before = this.served;
    this.clock.tick(seconds * 1_000);
    return (this.served - before) / seconds;
  }
}

describe('AdaptiveLimit', () => {
  let clock: sinon.SinonFakeTimers;
  beforeEach(() => (clock = sinon.useFakeTimers()));
  afterEach(() => sinon.restore());

  const load = (latencyMs: Load['latencyMs'], min = 4, max = 256) => {
    const it = new Load(clock, new AdaptiveLimit(min, max), latencyMs);
    it.fill();
    return it;
  };

  it('fills the way to an API that answers after 100 ms: 2,500 records a second within two seconds', () => {
    const api = load(() => 100);
    api.perSecond(2);
    assert.equal(api.limit.limit, 256);
    assert.ok(api.perSecond(60) > 2_450);
  });

  it('does so, too, where one answer takes 20 ms and the next 400 ms', () => {
    const random = randomNumbers(1);
    const api = load(() => 20 + random(380));
    api.perSecond(10);
    assert.ok(api.perSecond(60) > 1_000);
  });

  it('holds a slow API, which takes 4 at a time, with few requests, for minutes on end', () => {
    const api = load((inFlight) => 50 * Math.max(inFlight / 4, 1));
    for (let minute = 0; minute < 5; minute++) {
      assert.ok(api.perSecond(60) > 70, 'it is kept busy');
      assert.ok(api.limit.limit < 25, `${api.limit.limit} under way`);
    }
  });

  it('does not take its own slowness for a queue: an API at hand gets all that one process can send', () => {
    const ownMs = 0.08;
    const api = load((inFlight) => 1 + inFlight * ownMs);
    api.perSecond(2);
    assert.ok(api.limit.limit > 200, `${api.limit.limit} under way`);
  });

  it('finds its way again when the API becomes slower for good', () => {
    const api = load(() => 20);
    api.perSecond(10);
    api.latencyMs = () => 120;
    api.perSecond(60);
    assert.ok(api.perSecond(10) > 1_900);
  });

  it('gives way when the API fails, and comes back', () => {
    const api = load(() => 50);
    api.perSecond(5);
    api.latencyMs = () => 'fail';
    api.perSecond(5);
    assert.equal(api.limit.limit, 4);
    api.latencyMs = () => 50;
    api.perSecond(10);
    assert.ok(api.limit.limit > 200, `${api.limit.limit} under way`);
  });

  it('gives way, too, when the API begins to fail just before it is measured anew', () => {
    const api = load(() => 50);
    api.perSecond(29.9);
    api.latencyMs = () => 'fail';
    api.perSecond(10);
    assert.equal(api.limit.limit, 4);
  });

  it('does not grow when no more is wanted', () => {
    const limit = new AdaptiveLimit(4, 256);
    for (let n = 0; n < 1_000; n++) {
      const startedAt = performance.now();
      clock.tick(100);
      limit.ended(startedAt, performance.now(), true);
    }
    assert.equal(limit.limit, 4);
  });
});
