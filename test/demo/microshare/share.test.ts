import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { ACCOUNTS } from '../../../demo/microshare/accounts';
import { startLake, type Lake } from '../../../demo/microshare/lake';
import { TEST_CERTIFICATE, TEST_CERTIFICATE_KEY } from '../../../demo/things-stack/certificate';
import { call, envelopeOf, type Call } from './client';

const [ALICE, BOB] = ACCOUNTS;
const TYPE = '/share/io.example.t';

describe('share API', () => {
  let lake: Lake;
  let alice: string;
  let bob: string;

  beforeEach(async () => {
    lake = await startLake();
    alice = lake.issueToken({ kind: 'password' });
    bob = lake.issueToken({ kind: 'password', username: BOB.username });
  });
  afterEach(() => lake.close());

  async function post(path: string, body: unknown, token = alice): Promise<string> {
    const { objs } = await envelopeOf(lake, path, { token, body });
    return String(objs[0]?.id);
  }

  const statusOf = async (path: string, options?: Call) => (await call(lake, path, options)).status;

  async function refusal(path: string, options?: Call): Promise<[number, string]> {
    const { status, text } = await call(lake, path, options);
    return [status, text];
  }

  /** The field `n` of the data of each record of a list, and the list's counts. */
  async function numbersOf(path: string, token = alice) {
    const { meta, objs } = await envelopeOf(lake, path, { token });
    return { ...meta, n: objs.map(({ data }) => (data as { n: number }).n) };
  }

  describe('writing', () => {
    it('stores the body verbatim with tags and owner, and tells the listeners', async () => {
      const heard: string[] = [];
      lake.on('record', ({ id }) => heard.push(id));
      const id = await post(`${TYPE}/tags/room%201/caf%C3%A9`, { a: [1, { b: null }] });
      const [record] = lake.records('io.example.t');
      assert.match(id, /^[0-9a-f]{24}$/);
      assert.deepEqual(heard, [id]);
      assert.deepEqual(record?.data, { a: [1, { b: null }] });
      assert.deepEqual(record?.tags, ['room 1', 'café']);
      assert.deepEqual(record?.owner, {
        user: ALICE.username,
        org: ALICE.org,
        appid: ALICE.clientId,
      });
      assert.equal(record?.token.kind, 'password');
    });

    it('never de-duplicates, takes any recType and minds its case', async () => {
      const ids = [
        await post(TYPE, { n: 1 }),
        await post(TYPE, { n: 1 }),
        await post('/share/IO.example.T', {}),
      ];
      assert.equal(new Set(ids).size, 3);
      assert.equal(lake.records('io.example.t').length, 2);
      assert.equal((await numbersOf('/share/Io.example.t')).n.length, 0);
    });

    it('takes the token in the URL, with tags and with a trailing slash', async () => {
      const pipe = lake.issueToken();
      for (const path of [`/token/${pipe}`, `/token/${pipe}/`, `/token/${pipe}/a/b`, `/tags/a/b/`, '/']) {
        const token = path.startsWith('/token') ? undefined : pipe;
        assert.equal(await statusOf(TYPE + path, { body: {}, token }), 200, path);
      }
      assert.deepEqual(
        lake.records().map(({ tags }) => tags.join()),
        ['', '', 'a,b', 'a,b', ''],
      );
      assert.equal(await statusOf(`${TYPE}/token/wrong`, { body: {}, token: pipe }), 401);
    });

    it('asks for no content type, and takes any JSON, or only objects with the switch', async () => {
      for (const body of ['[1]', '"text"', '3'])
        assert.equal(await statusOf(TYPE, { token: alice, body }), 200);
      lake.switches.onlyObjects = true;
      assert.equal(await statusOf(TYPE, { token: alice, body: '[1]' }), 400);
    });

    it('refuses bodies that are no JSON, empty or too large', async () => {
      const [status, text] = await refusal(TYPE, { token: alice, body: '{"a":' });
      assert.equal(status, 400);
      assert.match(text, /^The request content was malformed:\n./);
      const empty = await refusal(TYPE, { token: alice, method: 'POST' });
      assert.deepEqual(empty, [400, 'Request entity expected but not supplied']);
      const large = await refusal(TYPE, { token: alice, body: ' '.repeat(8 * 1024 * 1024 + 1) });
      assert.equal(large[0], 413);
      assert.match(large[1], /EntityStreamSizeException/);
      assert.equal(lake.records().length, 0);
    });

    it('refuses a URI of more than 2048 characters', async () => {
      const path = `${TYPE}/tags/`.padEnd(2048, 'x');
      assert.equal(await statusOf(path, { token: alice, body: {} }), 200);
      assert.equal(await statusOf(`${path}x`, { token: alice, body: {} }), 414);
    });

    it('copies name and desc from the body, leaves them alone, or moves them', async () => {
      const body = { name: 'Room', desc: 'north', n: 1 };
      for (const nameAndDesc of ['copied', 'ignored', 'moved'] as const) {
        lake.switches.nameAndDesc = nameAndDesc;
        await post(TYPE, body);
      }
      await post(TYPE, { name: 5 });
      assert.deepEqual(
        lake.records().map(({ name, desc, data }) => [name, desc, data]),
        [
          ['Room', 'north', body],
          ['', '', body],
          ['Room', 'north', { n: 1 }],
          ['', '', {}],
        ],
      );
    });
  });

  describe('refusing', () => {
    it('says 401 without a token, with an unknown one, and to a pipe token that reads or deletes', async () => {
      const missing = await call(lake, TYPE, { body: {} });
      assert.equal(missing.status, 401);
      assert.equal(missing.headers.get('www-authenticate'), 'Bearer');
      assert.equal(
        missing.text,
        'The resource requires authentication, which was not supplied with the request',
      );
      const invalid = [401, 'The supplied authentication is invalid'];
      assert.deepEqual(await refusal(TYPE, { token: 'unknown', body: {} }), invalid);
      const id = await post(TYPE, {});
      const token = lake.issueToken();
      assert.deepEqual(await refusal(TYPE, { token }), invalid);
      assert.deepEqual(await refusal(`${TYPE}/${id}`, { token }), invalid);
      assert.deepEqual(await refusal(`${TYPE}/${id}`, { token, method: 'DELETE' }), invalid);
    });

    it('says 403 for a recType that no rule grants', async () => {
      lake.switches.deniedRecTypes = ['io.example.t'];
      assert.deepEqual(await refusal(TYPE, { token: alice }), [403, 'Access to this path is denied']);
    });

    it('says 404 for a missing or foreign id, or the right id of another recType', async () => {
      const id = await post(TYPE, {});
      const answer = [404, 'io.microshare.utils.NotFoundException: Record not found or inaccessible.'];
      assert.deepEqual(await refusal(`${TYPE}/${'0'.repeat(24)}`, { token: alice }), answer);
      assert.deepEqual(await refusal(`/share/other/${id}`, { token: alice }), answer);
      assert.deepEqual(await refusal(`${TYPE}/${id}`, { token: bob }), answer);
      assert.deepEqual(await refusal(`${TYPE}/${id}`, { token: bob, method: 'DELETE' }), answer);
      assert.equal(await statusOf(`${TYPE}/${id}`, { token: alice }), 200);
    });

    it('says 404 for other paths', async () => {
      const answer = [404, 'The requested resource could not be found.'];
      for (const path of [
        '/nothing',
        '/share',
        '/share/',
        '//share/t',
        '/share/a//b',
        '/share/%E0',
        '/share/a/b/c',
      ])
        assert.deepEqual(await refusal(path, { token: alice }), answer, path);
    });

    it('says 405 with the methods that the path knows', async () => {
      const cases = [
        ['PUT', TYPE, 'GET, POST'],
        ['PUT', `${TYPE}/id`, 'GET, DELETE'],
        ['POST', `${TYPE}/id`, 'GET, DELETE'],
        ['DELETE', `${TYPE}/tags/a`, 'GET, POST'],
        ['GET', `${TYPE}/token/x`, 'POST'],
      ] as const;
      for (const [method, path, allow] of cases) {
        const { status, headers, text } = await call(lake, path, { token: alice, method });
        assert.deepEqual([status, headers.get('allow')], [405, allow], `${method} ${path}`);
        assert.equal(text, `HTTP method not allowed, supported methods: ${allow}`);
      }
    });
  });

  describe('listing', () => {
    /** Two records of Bob, then two of Alice. */
    async function fill() {
      for (const [n, token] of [bob, bob, alice, alice].entries()) {
        lake.clock.advance(1000);
        await post(`${TYPE}/tags/all/n${n}`, { n, group: n % 2 }, token);
      }
    }

    it('cuts the page before it hides the records of others, and counts them all', async () => {
      await fill();
      const [first, second, third] = [
        await numbersOf(`${TYPE}?details=true&perPage=2`),
        await numbersOf(`${TYPE}?details=true&perPage=2&page=2`),
        await numbersOf(`${TYPE}?details=true&perPage=2&page=3`),
      ];
      const meta = { source: 'db', perPage: 2, totalCount: 4, totalPages: 2 };
      assert.deepEqual(first, { ...meta, currentPage: 1, currentCount: 0, n: [] });
      assert.deepEqual(second, { ...meta, currentPage: 2, currentCount: 2, n: [2, 3] });
      assert.deepEqual(third, { ...meta, currentPage: 3, currentCount: 0, n: [] });
    });

    it('gives data only with details', async () => {
      await fill();
      const { objs } = await envelopeOf(lake, TYPE, { token: alice });
      assert.deepEqual(Object.keys(objs[0] ?? {}), [
        'id',
        'name',
        'owner',
        'recType',
        'tags',
        'tstamp',
        'url',
      ]);
    });

    it('finds the records that hold all the tags, and the latest own one', async () => {
      await fill();
      assert.deepEqual((await numbersOf(`${TYPE}/tags/all/n2?details=true`)).n, [2]);
      assert.deepEqual((await numbersOf(`${TYPE}/tags/n2/n3?details=true`)).n, []);
      assert.deepEqual((await numbersOf(`${TYPE}/tags/latest?details=true`)).n, [3]);
      assert.deepEqual((await numbersOf(`${TYPE}/tags/latest?details=true`, bob)).n, [1]);
      assert.deepEqual((await numbersOf(`${TYPE}/tags/latest/n0?details=true`, bob)).n, [0]);
    });

    it('sorts by fields of the record and of its data', async () => {
      await fill();
      const token = bob;
      for (const n of [5, 4]) await post(TYPE, { n, group: 0 }, token);
      const sorted = async (sort: string) => (await numbersOf(`${TYPE}?details=true&sort=${sort}`, token)).n;
      assert.deepEqual(await sorted(''), [0, 1, 5, 4]);
      assert.deepEqual(await sorted('data.n'), [0, 1, 4, 5]);
      assert.deepEqual(await sorted('-data.n'), [5, 4, 1, 0]);
      assert.deepEqual(await sorted('-data.group,data.n'), [1, 0, 4, 5]);
      assert.deepEqual((await sorted('-tstamp')).slice(2), [1, 0]);
      assert.deepEqual((await sorted('createDate')).slice(0, 2), [0, 1]);
      assert.deepEqual(await sorted('tags,data.n'), [4, 5, 0, 1]);
    });

    it('follows the switches of what is not confirmed', async () => {
      await fill();
      const list = (query: string) => numbersOf(`${TYPE}?details=true${query}`);
      lake.switches.newestFirst = true;
      assert.deepEqual((await list('&perPage=2')).n, [3, 2]);
      lake.switches.newestFirst = false;
      lake.switches.filterBeforePage = true;
      assert.deepEqual((await list('&perPage=2')).n, [2, 3]);
      lake.switches.totalCountCapped = true;
      const { totalCount, totalPages } = (await list('&perPage=2')) as Record<string, unknown>;
      assert.deepEqual([totalCount, totalPages], [2, 1]);
      lake.switches.ascendingOnly = true;
      assert.deepEqual((await list('&sort=-data.n')).n, [2, 3]);
      lake.switches.slashNeeded = true;
      assert.deepEqual(await refusal(TYPE, { token: alice }), [
        403,
        '403 Forbidden - Missing trailing slash',
      ]);
      assert.equal(await statusOf(`${TYPE}/`, { token: alice }), 200);
      lake.switches.slashNeeded = false;
      lake.switches.latestOfAll = true;
      assert.deepEqual((await numbersOf(`${TYPE}/tags/latest?details=true`, bob)).n, []);
      lake.switches.summaryById = true;
      const path = `${TYPE}/${lake.records()[2]?.id}`;
      assert.equal((await envelopeOf(lake, path, { token: alice })).objs[0]?.data, undefined);
      assert.deepEqual((await numbersOf(`${path}?details=true`)).n, [2]);
      lake.switches.ingest = true;
      assert.deepEqual((await list('')).n, []);
      assert.equal(await statusOf(path, { token: alice }), 404);
    });
  });

  it('finds by id, but does not list, what the same user wrote under another identity', async () => {
    await lake.close();
    const other = { ...ALICE, identity: 'otherdefau', org: 'example.other', pipeToken: undefined };
    const colleague = { ...ALICE, username: 'carol@city.example', pipeToken: undefined };
    lake = await startLake({ accounts: [ALICE, other, colleague] });
    alice = lake.issueToken({ kind: 'password' });
    const id = await post(TYPE, { n: 1 });
    const otherToken = lake.issueToken({ kind: 'password', identity: 'otherdefau' });
    const colleagueToken = lake.issueToken({ kind: 'password', username: colleague.username });
    assert.deepEqual((await numbersOf(TYPE, otherToken)).n, []);
    assert.equal(await statusOf(`${TYPE}/${id}`, { token: otherToken }), 200);
    assert.deepEqual((await numbersOf(`${TYPE}?details=true`, colleagueToken)).n, [1]);
    lake.switches.hiddenAcrossIdentities = true;
    lake.switches.ownRecordsOnly = true;
    assert.equal(await statusOf(`${TYPE}/${id}`, { token: otherToken }), 404);
    assert.deepEqual((await numbersOf(`${TYPE}?details=true`, colleagueToken)).n, []);
  });

  it('serves the API below a prefix, and the login beside it', async () => {
    await lake.close();
    lake = await startLake({ prefix: '/api' });
    assert.equal(lake.apiUrl, `${lake.url}/api`);
    assert.equal(await statusOf(TYPE, { token: lake.issueToken(), body: {} }), 200);
    assert.equal((await fetch(lake.url + TYPE)).status, 404);
    assert.equal((await fetch(`${lake.url}/oauth2/token`)).status, 405);
  });

  it('says when its port is taken', async () => {
    await assert.rejects(startLake({ port: Number(new URL(lake.url).port) }), { code: 'EADDRINUSE' });
  });

  it('speaks HTTPS with a key and a certificate', async () => {
    await lake.close();
    lake = await startLake({ tls: { cert: TEST_CERTIFICATE, key: TEST_CERTIFICATE_KEY } });
    assert.match(lake.apiUrl, /^https:/);
    const trusted = get(lake.apiUrl + TYPE, { ca: TEST_CERTIFICATE });
    const [trusting] = (await once(trusted, 'response')) as [IncomingMessage];
    assert.equal(trusting.resume().statusCode, 401);
    await assert.rejects(once(get(lake.apiUrl + TYPE), 'response'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  it('keeps the newest records and the newest requests', async () => {
    await lake.close();
    lake = await startLake({ maxRecords: 2 });
    for (const n of [1, 2, 3]) await post(TYPE, { n }, lake.issueToken());
    assert.deepEqual(
      lake.records().map(({ data }) => data),
      [{ n: 2 }, { n: 3 }],
    );
    const [request] = lake.requests;
    assert.deepEqual([request?.method, request?.path, request?.body.toString()], ['POST', TYPE, '{"n":1}']);
    for (let n = 0; n < 1000; n++) await call(lake, '/nothing');
    assert.deepEqual([lake.requests.length, lake.requests[0]?.path], [1000, '/nothing']);
  });
});
