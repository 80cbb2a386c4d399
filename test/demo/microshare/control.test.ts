import assert from 'node:assert/strict';
import { ASSUMPTIONS } from '../../../demo/microshare/assumptions';
import { startLake, type Lake } from '../../../demo/microshare/lake';
import { call } from './client';

describe('controls over HTTP', () => {
  let lake: Lake;

  beforeEach(async () => {
    lake = await startLake();
  });
  afterEach(() => lake.close());

  async function control<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<T> {
    const { status, text } = await call(lake, `/__standin${path}`, { method, body });
    assert.equal(status, 200, text);
    return JSON.parse(text) as T;
  }

  it('lists the controls', async () => {
    const controls = await control<string[]>('GET', '/');
    assert.ok(controls.includes('POST /faults') && controls.includes('GET /assumptions'));
    assert.equal((await call(lake, '/__standin/nothing')).status, 404);
  });

  it('lists every assumption with its certainty, and changes switches', async () => {
    const before = await control<{ name?: string; certainty: string; about: string; value?: unknown }[]>(
      'GET',
      '/assumptions',
    );
    assert.deepEqual(
      before.flatMap(({ name }) => name ?? []),
      Object.keys(ASSUMPTIONS),
    );
    assert.ok(before.every(({ certainty, about }) => certainty && about));
    assert.ok(before.every(({ name, value }) => (name === undefined) === (value === undefined)));
    await control('PATCH', '/assumptions', { generation: '2017', bodyLimit: 10 });
    assert.deepEqual([lake.switches.generation, lake.switches.bodyLimit], ['2017', 10]);
    for (const body of [{ generation: '1999' }, { unknown: true }, { bodyLimit: 'much' }, { toString: '' }])
      assert.equal((await call(lake, '/__standin/assumptions', { method: 'PATCH', body })).status, 400);
    await assert.rejects(startLake({ switches: { generation: '1999' as '2017' } }), /no switch "generation"/);
  });

  it('makes and revokes tokens, moves the clock, spoils and heals requests', async () => {
    const { token } = await control<{ token: string }>('POST', '/tokens', { kind: 'password' });
    const read = async () => (await call(lake, '/share/a.b', { token })).status;
    assert.equal(await read(), 200);
    await control('POST', '/faults', [{ kind: 'answer', status: 500, times: null }]);
    assert.equal(await read(), 500);
    await control('DELETE', '/faults');
    assert.equal(await read(), 200);
    const { now } = await control<{ now: number }>('GET', '/clock');
    await control('POST', '/clock', { advance: 48 * 3600_000 });
    assert.ok((await control<{ now: number }>('GET', '/clock')).now >= now + 48 * 3600_000);
    assert.equal(await read(), 401);
    assert.deepEqual(await control('DELETE', '/tokens', { token }), { revoked: true });
    assert.ok('store-and-hang' in (await control('GET', '/faults')));
  });

  it('shows records, requests and counts', async () => {
    const options = { token: lake.issueToken(), body: '{"n":9007199254740993}' };
    await call(lake, '/share/a.b/tags/x', options);
    await call(lake, '/share/c.d', options);
    await call(lake, '/oauth2/token', { method: 'POST' });
    const { text } = await call(lake, '/__standin/records?recType=a.b');
    assert.match(text, /^\[{"id":"[^[]*"data":{"n":9007199254740993}[^[]*"tags":\["x"]/);
    const requests = await control<{ path: string; body: string }[]>('GET', '/requests');
    assert.deepEqual(
      requests.map(({ path }) => path),
      ['/share/a.b/tags/x', '/share/c.d', '/oauth2/token'],
    );
    assert.equal(Buffer.from(requests[0]?.body ?? '', 'base64').toString(), options.body);
    assert.deepEqual(await control('GET', '/counts'), {
      records: 2,
      writes: 2,
      logins: 1,
      refusedLogins: 0,
    });
  });
});
