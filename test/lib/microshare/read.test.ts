import assert from 'node:assert/strict';
import { startLake, type Lake } from '../../../demo/microshare/lake';
import { Account, type AccountAuth } from '../../../lib/microshare/account';
import type { ShareQuery } from '../../../lib/microshare/read';
import { call } from '../../demo/microshare/client';

const REC_TYPE = 'io.example.room';

describe('ShareReader', () => {
  let lake: Lake;
  let account: Account;

  beforeEach(async () => {
    lake = await startLake({ prefix: '/api' });
    const { username, password, clientId } = lake.accounts[0]!;
    account = open({ mode: 'password', style: 'form', credentials: { username, password, clientId } });
  });
  afterEach(async () => {
    await account.close();
    await lake.close();
  });

  const open = (auth: AccountAuth) =>
    new Account({ hosts: { apiUrl: lake.apiUrl, authUrl: lake.url }, auth });

  async function write(n: number, username?: string): Promise<void> {
    lake.clock.advance(1000);
    const path = `/share/${REC_TYPE}/tags/all/n${n}`;
    await call(lake, path, { token: lake.issueToken({ username }), body: { n } });
  }

  const pages = async (query: Partial<ShareQuery>) => {
    const all = [];
    for await (const page of account.reader.read({ recType: REC_TYPE, by: 'list', ...query })) all.push(page);
    return all;
  };
  const numbers = async (query: Partial<ShareQuery>) =>
    (await pages(query)).map(({ records }) => records.map(({ data }) => (data as { n: number }).n));

  it('gives the records with all that is known of them, and what the API said', async () => {
    await write(7);
    const [page] = await pages({});
    const [stored] = lake.records();
    assert.deepEqual(page?.records, [
      {
        id: stored?.id,
        recType: REC_TYPE,
        url: `${lake.apiUrl}/share/${REC_TYPE}/${stored?.id}`,
        tags: ['all', 'n7'],
        createdAt: new Date(stored?.tstamp ?? 0).toISOString(),
        owner: 'alice@city.example',
        checksum: page?.records[0]?.checksum,
        data: { n: 7 },
      },
    ]);
    assert.equal(page?.meta.totalCount, 1);
    assert.equal(page?.page, 1);
  });

  it('reads the latest, those with all the tags, and one by id', async () => {
    for (const n of [1, 2, 3]) await write(n);
    assert.deepEqual(await numbers({ by: 'latest' }), [[3]]);
    assert.deepEqual(await numbers({ by: 'latest', tags: ['n1'] }), [[1]]);
    assert.deepEqual(await numbers({ by: 'tags', tags: ['all', 'n2'] }), [[2]]);
    assert.deepEqual(await numbers({ by: 'id', id: lake.records()[0]?.id }), [[1]]);
    assert.deepEqual(await numbers({ sort: '-tstamp' }), [[3, 2, 1]]);
  });

  it('pages past the records of others, whatever the totals say', async () => {
    const bob = lake.accounts[1]?.username;
    for (const n of [1, 2, 3, 4, 5]) await write(n);
    for (const n of [10, 11, 12, 13]) await write(n, bob);
    await write(6);
    assert.deepEqual(await numbers({ perPage: 2 }), [[1, 2], [3, 4], [5], [6]]);
    lake.switches.totalCountCapped = true;
    assert.deepEqual((await numbers({ perPage: 2 })).flat(), [1, 2, 3, 4, 5, 6]);
  });

  it('pages past many empty pages as long as the total says that there is more', async () => {
    const bob = lake.accounts[1]?.username;
    for (let n = 0; n < 12; n++) await write(n, bob);
    await write(12);
    assert.deepEqual((await numbers({ perPage: 2 })).flat(), [12]);
    assert.deepEqual((await numbers({ perPage: 2, maxPages: 5 })).flat(), []);
  });

  it('ends after three empty pages, at the limits, and where a page repeats', async () => {
    for (const n of [1, 2, 3, 4, 5]) await write(n);
    assert.deepEqual(await numbers({ perPage: 2, limit: 3 }), [[1, 2], [3]]);
    assert.deepEqual(await numbers({ perPage: 2, maxPages: 1 }), [[1, 2]]);
    const gets = () => lake.requests.filter(({ method }) => method === 'GET').length;
    const before = gets();
    assert.deepEqual((await numbers({ perPage: 5 })).flat().length, 5);
    assert.equal(gets() - before, 4);
    const same = (
      await call(lake, `/share/${REC_TYPE}?details=true`, {
        token: lake.issueToken({ kind: 'password' }),
      })
    ).text;
    lake.fail({ kind: 'answer', status: 200, method: 'GET', body: same, times: null });
    assert.deepEqual((await numbers({ perPage: 5 })).flat().length, 5);
    assert.equal(gets() - before, 8);
  });

  it('goes on where new records have moved those of the last page to the next', async () => {
    for (const n of [1, 2, 3, 4]) await write(n);
    const read = account.reader.read({ recType: REC_TYPE, by: 'list', sort: '-tstamp', perPage: 2 });
    const found: unknown[] = [];
    for await (const { page, records } of read) {
      found.push(...records.map(({ data }) => data));
      if (page === 1) for (const n of [5, 6]) await write(n);
    }
    assert.deepEqual(found, [{ n: 4 }, { n: 3 }, { n: 2 }, { n: 1 }]);
  });

  it('says with one empty page that there is nothing', async () => {
    const [page, ...more] = await pages({});
    assert.deepEqual(page?.records, []);
    assert.equal(more.length, 0);
  });

  it('reads both generations of the API', async () => {
    lake.switches.generation = '2017';
    const token = lake.issueToken();
    await call(lake, `/share/${REC_TYPE}`, {
      token,
      body: '{"small":3000000000,"large":23393998034011604,"list":[1]}',
    });
    const [record] = (await pages({}))[0]?.records ?? [];
    assert.deepEqual(record?.data, { small: 3000000000, large: '23393998034011604', list: [1] });
    assert.equal(record?.createdAt, new Date(lake.records()[0]?.tstamp ?? 0).toISOString());
  });

  it('adds the slash where the API asks for it', async () => {
    await write(1);
    lake.switches.slashNeeded = true;
    assert.deepEqual(await numbers({}), [[1]]);
  });

  it('logs in anew after a 401, once', async () => {
    await pages({});
    lake.clock.advance(49 * 3_600_000);
    await pages({});
    assert.equal(lake.logins, 2);
  });

  it('does not log in for each read while every token is refused', async () => {
    lake.fail({ kind: 'answer', status: 401, method: 'GET', times: null });
    for (let n = 0; n < 3; n++) await assert.rejects(pages({}), { code: 'unauthorized' });
    assert.equal(lake.logins, 1);
  });

  it('reads no list where an id is asked for that leads to one in an address', async () => {
    await write(1);
    for (const id of ['.', '..']) await assert.rejects(pages({ by: 'id', id }), { code: 'not_found' });
  });

  it('says why nothing can be read', async () => {
    lake.fail({ kind: 'answer', status: 403, body: 'Access to this path is denied', method: 'GET' });
    await assert.rejects(pages({}), { code: 'forbidden', message: /Access to this path is denied.*Read/ });
    await assert.rejects(pages({ by: 'id', id: '0'.repeat(24) }), { code: 'not_found', statusCode: 404 });
    lake.fail({ kind: 'answer', status: 200, body: '<html>', method: 'GET' });
    await assert.rejects(pages({}), { code: 'bad_answer' });
    lake.fail({ kind: 'reset', method: 'GET' });
    await assert.rejects(pages({}), { code: 'unreachable' });
    await account.close();
    account = open({ mode: 'pipe', token: lake.issueToken() });
    assert.equal(account.canRead, false);
    await assert.rejects(pages({}), { code: 'bad_configuration', message: /only write/ });
  });
});
