import assert from 'node:assert/strict';
import { redact } from '../../lib/secrets';

describe('redact', () => {
  it('removes secrets as they are, and as they stand in an address, a form or JSON', () => {
    const secret = 'Sum"mer (2026)!';
    const sent = [
      secret,
      encodeURIComponent(secret),
      new URLSearchParams({ password: secret }).toString(),
      JSON.stringify({ password: secret }),
    ];
    assert.equal(
      redact(sent.join(' '), [secret, undefined]),
      '[secret] [secret] password=[secret] {"password":"[secret]"}',
    );
  });
});
