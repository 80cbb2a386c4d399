import assert from 'node:assert/strict';
import sinon from 'sinon';
import { connectionLost } from '../../../../lib/ttn/refusals';
import { TtnError } from '../../../../lib/ttn/errors';
import { Reconnecting, type Attempt } from '../../../../lib/ttn/transports/reconnecting';
import { Recorder } from './recorder';

describe('Reconnecting', () => {
  let clock: sinon.SinonFakeTimers;
  let record: Recorder;
  let attempts: Attempt[];
  let end: sinon.SinonStub<[], Promise<void>>;
  let destroy: sinon.SinonStub<[], void>;
  let connection: Reconnecting;

  beforeEach(() => {
    clock = sinon.useFakeTimers();
    record = new Recorder();
    attempts = [];
    end = sinon.stub<[], Promise<void>>().resolves();
    destroy = sinon.stub<[], void>();
    connection = new Reconnecting({
      onState: record.options.onState,
      connect: (attempt) => {
        attempts.push(attempt);
        return { end, destroy };
      },
      explain: (cause) => connectionLost(cause, { hostname: 'lora.example.org', url: '' }),
    });
    connection.open();
  });

  afterEach(() => clock.restore());

  const retryMs = () => record.states.flatMap((state) => ('retryMs' in state ? (state.retryMs ?? []) : []));
  const failNow = () => attempts.at(-1)?.ended(new Error('broken'));

  it('waits longer after each failure, and begins anew after a connection that stood for a minute', () => {
    for (let i = 0; i < 12; i++) {
      failNow();
      clock.next();
    }
    assert.ok(retryMs().every((ms, i) => ms >= 1_000 && ms <= Math.min(2 ** (i + 1) * 1_000, 120_000)));
    assert.ok(Math.max(...retryMs()) > 10_000);

    attempts.at(-1)?.connected();
    clock.tick(61_000);
    failNow();
    assert.ok(retryMs().at(-1)! <= 2_000);
  });

  it('keeps its pauses long when connections stand for moments only', () => {
    for (let i = 0; i < 40; i++) {
      attempts.at(-1)?.connected();
      clock.tick(5_000);
      failNow();
      clock.next();
    }
    assert.ok(Math.max(...retryMs().slice(-20)) > 30_000);
  });

  it('takes no connection for a long one because the clock was set', () => {
    for (let i = 0; i < 40; i++) {
      attempts.at(-1)?.connected();
      clock.setSystemTime(Date.now() + 3_600_000);
      failNow();
      clock.next();
    }
    assert.ok(Math.max(...retryMs().slice(-20)) > 30_000);
  });

  it('gives up a try that has no answer after 15 s', () => {
    clock.tick(15_000);
    assert.match(record.errors[0]?.message ?? '', /no answer within 15 s/);
    assert.equal(destroy.callCount, 1);
  });

  it('hears only the end of the try that runs, once', () => {
    failNow();
    failNow();
    clock.next();
    attempts[0]?.connected();
    attempts[0]?.ended();
    assert.deepEqual(
      record.states.map(({ name }) => name),
      ['connecting', 'waiting', 'connecting'],
    );
    assert.deepEqual(
      attempts.map(({ live }) => live),
      [false, true],
    );
  });

  it('passes on what is said in words already', () => {
    const error = new TtnError('not_authorized', 'wrong key');
    attempts[0]?.ended(error);
    assert.equal(record.errors[0], error);
  });

  it('closes within two seconds, whatever the server does, and is silent from then on', async () => {
    end.returns(new Promise(() => undefined));
    attempts[0]?.connected();
    const closing = connection.close();
    attempts[0]?.ended();
    await clock.tickAsync(2_000);
    await closing;
    await clock.tickAsync(600_000);
    assert.equal(destroy.callCount, 1);
    assert.deepEqual(
      record.states.map(({ name }) => name),
      ['connecting', 'connected'],
    );
  });

  it('can be closed while it waits, and by whom it tells its state', async () => {
    failNow();
    await connection.close();
    assert.equal(clock.countTimers(), 0);

    const closing = new Reconnecting({
      onState: () => void closing.close(),
      connect: () => assert.fail('connected after the close'),
      explain: () => assert.fail('nothing failed'),
    });
    closing.open();
    assert.equal(clock.countTimers(), 0);
  });
});
