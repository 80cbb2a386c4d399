import assert from 'node:assert/strict';
import { CodedError } from '../../lib/errors';

describe('CodedError', () => {
  it('carries its code and the name of its class', () => {
    class SomeError extends CodedError {}
    const error = new SomeError('some_code', 'what is wrong');
    assert.equal(error.code, 'some_code');
    assert.equal(error.name, 'SomeError');
    assert.ok(error instanceof Error);
  });
});
