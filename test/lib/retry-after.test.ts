import assert from 'node:assert/strict';
import { retryAfterMs } from '../../lib/retry-after';

describe('Retry-After', () => {
  const now = Date.UTC(2026, 0, 1);
  const header = (at: number) => new Date(at).toUTCString();
  const date = header(now);

  it('is read in seconds or as a date', () => {
    assert.equal(retryAfterMs('7', date), 7000);
    assert.equal(retryAfterMs('2.5', date), 2500);
    assert.equal(retryAfterMs(header(now + 5000), date), 5000);
    assert.equal(retryAfterMs(header(now - 5000), date), 0);
  });

  it("goes by this machine's clock where the answer names no time", () => {
    const ms = retryAfterMs(header(Date.now() + 60_000), undefined) ?? 0;
    assert.ok(ms > 50_000 && ms <= 60_000, String(ms));
  });

  it('is an hour at most', () => {
    assert.equal(retryAfterMs('999999', date), 3_600_000);
  });

  it('says nothing in other words', () => {
    assert.equal(retryAfterMs('soon', date), undefined);
    assert.equal(retryAfterMs(undefined, date), undefined);
  });
});
