import assert from 'node:assert/strict';
import sinon from 'sinon';
import { AcceptedKeys } from '../../nodes/microshare-share/accepted-keys';

describe('records that two nodes accept', () => {
  let keys: AcceptedKeys;

  beforeEach(() => {
    keys = new AcceptedKeys();
    for (const node of ['a', 'b']) keys.join(node);
  });
  afterEach(() => sinon.restore());

  it('are told of once, whichever comes first', () => {
    assert.equal(keys.accept('1', 'a'), undefined);
    assert.equal(keys.accept('1', 'b'), 'a');
    assert.equal(keys.accept('2', 'b'), undefined);
    assert.equal(keys.accept('2', 'a'), undefined);
  });

  it('are none when the same node was deployed in between, or the other is gone', () => {
    keys.accept('1', 'a');
    keys.leave('a');
    assert.equal(keys.accept('1', 'b'), undefined);
    keys.join('a');
    keys.accept('2', 'a');
    keys.leave('a');
    keys.join('a');
    assert.equal(keys.accept('2', 'a'), undefined);
  });

  it('are forgotten after some minutes, and when there are too many', () => {
    const clock = sinon.useFakeTimers({ toFake: ['Date'] });
    keys.accept('1', 'a');
    clock.tick(5 * 60_000 + 1);
    assert.equal(keys.accept('1', 'b'), undefined);
    for (let number = 2; number <= 5_000; number++) keys.accept(`${number}`, 'a');
    assert.equal(keys.accept('2', 'b'), 'a');
    keys.join('a');
    for (let number = 20_000; number < 30_000; number++) keys.accept(`${number}`, 'a');
    assert.equal(keys.accept('3', 'b'), undefined);
  });
});
