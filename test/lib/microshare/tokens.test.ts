import assert from 'node:assert/strict';
import sinon from 'sinon';
import { MicroshareError } from '../../../lib/microshare/errors';
import type { AccessToken } from '../../../lib/microshare/login';
import { Authorized, PasswordTokens } from '../../../lib/microshare/tokens';

const HOUR = 3_600_000;

describe('PasswordTokens', () => {
  let now: number;
  /** How far the wall clock is off. */
  let offset: number;
  let login: sinon.SinonStub<[], Promise<AccessToken>>;
  let tokens: PasswordTokens;

  beforeEach(() => {
    now = offset = 0;
    let count = 0;
    login = sinon
      .stub<[], Promise<AccessToken>>()
      .callsFake(() => Promise.resolve({ token: `token-${++count}`, lifeMs: 48 * HOUR, holder: {} }));
    sinon.stub(Date, 'now').callsFake(() => now + offset);
    sinon.stub(performance, 'now').callsFake(() => now);
    tokens = new PasswordTokens(login);
  });
  afterEach(() => sinon.restore());

  it('logs in once for all who ask at the same time', async () => {
    assert.deepEqual(await Promise.all([tokens.get(), tokens.get(), tokens.get()]), [
      'token-1',
      'token-1',
      'token-1',
    ]);
    assert.equal(login.callCount, 1);
  });

  it('renews ahead of the 48 hours while the old token serves on', async () => {
    await tokens.get();
    now = 40 * HOUR;
    assert.equal(await tokens.get(), 'token-1');
    assert.equal(await tokens.get(), 'token-2');
    assert.equal(login.callCount, 2);
  });

  it('serves the old token to its end when the renewal fails', async () => {
    await tokens.get();
    login.rejects(new MicroshareError('unavailable', 'down'));
    now = 47 * HOUR;
    assert.equal(await tokens.get(), 'token-1');
    now = 49 * HOUR;
    await assert.rejects(tokens.get(), { code: 'unavailable' });
  });

  it('takes a new token after a 401, but only for the token that was refused', async () => {
    await tokens.get();
    assert.ok(tokens.refused('token-1', true));
    assert.equal(await tokens.get(), 'token-2');
    assert.ok(tokens.refused('token-1', true));
    assert.equal(await tokens.get(), 'token-2');
  });

  it('asks for one record twice at most, with two tokens, however slow the refusals are', async () => {
    const used: string[] = [];
    const { attempts } = await new Authorized(tokens).send((token) => {
      used.push(token);
      now += 60_000;
      return Promise.resolve({ status: 401 });
    });
    assert.deepEqual([attempts, used], [2, ['token-1', 'token-2']]);
  });

  it('logs in more and more seldom while no token works', async () => {
    const asked: number[] = [];
    for (now = 0; now < 1_000_000; now += 1000) {
      const before = login.callCount;
      tokens.refused(await tokens.get(), false);
      if (login.callCount > before) asked.push(now / 1000);
    }
    assert.deepEqual(asked, [0, 2, 5, 10, 19, 36, 69, 134, 263, 520, 821]);
  });

  it('asks once more a minute after a refused login, and then nobody until a person wants to try', async () => {
    login.rejects(new MicroshareError('login_refused', 'wrong password'));
    await assert.rejects(tokens.get(), { code: 'login_refused' });
    now = 59_000;
    await assert.rejects(tokens.get(), { code: 'login_refused' });
    assert.equal(login.callCount, 1);
    now = 61_000;
    await assert.rejects(tokens.get(), { code: 'login_refused' });
    assert.equal(login.callCount, 2);
    now = 1000 * HOUR;
    await assert.rejects(tokens.get(), { code: 'login_refused' });
    assert.equal(login.callCount, 2);
    tokens.retry();
    login.resolves({ token: 'token-3', lifeMs: HOUR, holder: {} });
    assert.equal(await tokens.get(), 'token-3');
  });

  it('waits longer and longer while the login is down', async () => {
    login.rejects(new MicroshareError('unavailable', 'down'));
    const asked: number[] = [];
    for (now = 0; now < 1_000_000; now += 1000) {
      const before = login.callCount;
      await assert.rejects(tokens.get(), { code: 'unavailable' });
      if (login.callCount > before) asked.push(now / 1000);
    }
    assert.deepEqual(asked, [0, 5, 15, 35, 75, 155, 315, 615, 915]);
  });

  it('does not wait for the time of before when the clock is set back', async () => {
    offset = 10_000 * HOUR;
    login.onFirstCall().rejects(new MicroshareError('unavailable', 'down'));
    await assert.rejects(tokens.get(), { code: 'unavailable' });
    offset = 0;
    now = 6_000;
    assert.equal(await tokens.get(), 'token-1');
  });
});
