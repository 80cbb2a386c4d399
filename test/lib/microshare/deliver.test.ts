import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { startLake, type Lake, type LakeOptions } from '../../../demo/microshare/lake';
import type { Fault } from '../../../demo/microshare/faults';
import { TEST_CERTIFICATE, TEST_CERTIFICATE_KEY } from '../../../demo/things-stack/certificate';
import { Account, type AccountAuth, type AccountOptions } from '../../../lib/microshare/account';
import { NoAnswer } from '../../../lib/microshare/exchange';
import { explainNoAnswer } from '../../../lib/microshare/network';
import { targetText, type Delivered } from '../../../lib/microshare/deliver';
import { MemoryStore } from '../../../lib/outbox/memory-store';
import { Outbox } from '../../../lib/outbox/outbox';
import type { StoredRecord } from '../../../lib/outbox/store';
import { eventually } from '../../eventually';
import { close, createProxy, listen } from '../../http-server';

const REC_TYPE = 'io.example.room';
const TAKEN = '{"objs":[{"id":"abc"}]}';

const BROKEN = { outcome: 'retry', code: 'unreachable', doubtful: true } as const;
const SILENT = { outcome: 'retry', code: 'timeout', doubtful: true } as const;

function assertFields(outcome: object, expected: object): void {
  for (const [field, value] of Object.entries(expected))
    assert.equal((outcome as Record<string, unknown>)[field], value, field);
}

describe('delivery of a record', () => {
  let lake: Lake;
  let account: Account | undefined;
  let other: Server | undefined;

  beforeEach(() => start());
  afterEach(async () => {
    await account?.close();
    if (other) await close(other);
    account = other = undefined;
    await lake.close();
  });

  async function start(options?: LakeOptions) {
    lake = await startLake(options);
  }

  function open(auth: AccountAuth, options: Partial<AccountOptions> = {}): Account {
    account = new Account({ hosts: { apiUrl: lake.apiUrl, authUrl: lake.url }, auth, ...options });
    return account;
  }

  /** Another server in the lake's place. */
  async function deliverTo(server: Server, options: Partial<AccountOptions> = {}) {
    other = server;
    const apiUrl = await listen(server);
    return open(pipe(), { hosts: { apiUrl, authUrl: apiUrl }, ...options }).deliverer();
  }

  const pipe = (): AccountAuth => ({ mode: 'pipe', token: lake.issueToken() });

  function password(): AccountAuth & { mode: 'password' } {
    const { username, password, clientId } = lake.accounts[0]!;
    return { mode: 'password', style: 'form', credentials: { username, password, clientId } };
  }

  function record(fields: Partial<StoredRecord> = {}, tags: string[] = ['London']): StoredRecord {
    return {
      id: 1,
      lane: 'office-1',
      body: '{"n":1,"meta":{"key":"key-1"}}',
      target: targetText({ recType: REC_TYPE, tags }),
      addedAt: Date.now(),
      attempts: 0,
      doubtful: false,
      ...fields,
    };
  }

  it('tells what was written, with the attempts of before', async () => {
    const outcome = await open(pipe()).deliverer()(record({ attempts: 2, doubtful: true }));
    const [stored] = lake.records(REC_TYPE);
    assert.deepEqual(outcome, {
      outcome: 'written',
      result: {
        id: stored?.id,
        recType: REC_TYPE,
        url: `${lake.apiUrl}/share/${REC_TYPE}/${stored?.id}`,
        tags: ['London'],
        createdAt: new Date(stored?.tstamp ?? 0).toISOString(),
        attempts: 3,
        possibleDuplicate: true,
      },
    });
    assert.deepEqual(stored?.data, { n: 1, meta: { key: 'key-1' } });
  });

  const answer = (status: number, more: Partial<Fault> = {}): Fault => ({
    kind: 'answer',
    status,
    body: 'no',
    ...more,
  });
  type Expected = Partial<Delivered & { doubtful: boolean; serviceDown: boolean }>;
  const CASES: [string, Fault, Expected, text?: RegExp][] = [
    [
      'a redirect',
      answer(302, { headers: { location: '/login' } }),
      { outcome: 'hold', code: 'redirected' },
      /not redirected/,
    ],
    [
      'a 400',
      answer(400),
      { outcome: 'rejected', code: 'rejected', status: 400, text: 'no' },
      /answered 400.*no/,
    ],
    ['a 401 to a pipe token', answer(401), { outcome: 'hold', code: 'unauthorized' }, /Manage > Keys/],
    ['a 403', answer(403, { body: 'Denied' }), { outcome: 'hold', code: 'forbidden' }, /Denied/],
    ['a 404', answer(404), { outcome: 'hold', code: 'not_found' }, /404/],
    ['a 405', answer(405), { outcome: 'hold', code: 'not_found' }],
    ['a 408', answer(408), { outcome: 'retry', doubtful: false }],
    ['a 413', answer(413), { outcome: 'rejected', code: 'rejected' }],
    ['a 422', answer(422), { outcome: 'rejected', code: 'rejected' }],
    [
      'a 429',
      answer(429, { headers: { 'retry-after': '7' } }),
      { outcome: 'retry', code: 'unavailable', doubtful: false, serviceDown: true, retryAfterMs: 7000 },
      /429/,
    ],
    ['a 500', answer(500), { outcome: 'retry', code: 'unavailable', doubtful: false }],
    ['a 502', answer(502), { outcome: 'retry', doubtful: true }],
    ['a 503', answer(503), { outcome: 'retry', doubtful: false }],
    [
      'a 503 after the server’s own time-out',
      { kind: 'answer' },
      { outcome: 'retry', code: 'unavailable', doubtful: true },
      /timely response/,
    ],
    ['a 504', answer(504), { outcome: 'retry', doubtful: true }],
    ['an unknown status', answer(599), { outcome: 'retry', code: 'unavailable' }],
    ['a reset', { kind: 'reset' }, BROKEN, /broke the connection.*may have been written/],
    ['a reset after the write', { kind: 'store-and-reset' }, BROKEN, /may have been written/],
    ['a reset in the answer', { kind: 'reset-inside' }, BROKEN, /may have been written/],
    ['half an answer', { kind: 'truncate' }, BROKEN, /may have been written/],
    ['silence', { kind: 'hang' }, SILENT, /in time/],
    ['silence after the write', { kind: 'store-and-hang' }, SILENT, /may have been written/],
    ['an answer that drips', { kind: 'drip', interval: 50 }, SILENT, /in time/],
    [
      'an answer without an id',
      { kind: 'no-id' },
      { outcome: 'rejected', code: 'no_record_id', doubtful: true },
      /without the id/,
    ],
    [
      'a page of another server',
      answer(200, { body: '<html>' }),
      { outcome: 'retry', code: 'no_record_id', doubtful: true, serviceDown: true },
      /<html>/,
    ],
    ['an empty 204', answer(204, { body: '' }), { outcome: 'retry', doubtful: true, serviceDown: true }],
    [
      'an answer that is too long to be read',
      answer(200, { body: JSON.stringify({ objs: [{ id: '1' }], more: 'x'.repeat(1_000_000) }) }),
      { outcome: 'retry', doubtful: true },
    ],
  ];
  for (const [name, fault, expected, text = /./] of CASES) {
    it(`makes of ${name}: ${expected.outcome}${expected.doubtful ? ', doubtful' : ''}`, async () => {
      const deliver = open(pipe(), { timeoutMs: 200 }).deliverer();
      lake.fail({ path: '/share/', ...fault });
      const outcome = await deliver(record());
      assertFields(outcome, expected);
      assert.match(String((outcome as { message?: string }).message), text);
      assert.equal((await deliver(record())).outcome, 'written');
    });
  }

  it('ends an idle connection soon, however long the server would keep it: a NAT on the way forgets sooner', async () => {
    const sockets = new Set<Socket>();
    const server = createServer((_, response) => void response.end('{"objs":[{"id":"abc"}]}'));
    server.keepAliveTimeout = 600_000;
    server.on('connection', (socket) => sockets.add(socket));
    const deliver = await deliverTo(server);
    assert.equal((await deliver(record())).outcome, 'written');
    await eventually(() => [...sockets][0]?.destroyed, 'the end of the idle connection', 8_000);
  });

  it('reads the id behind a byte order mark, and asks for an answer that is not packed', async () => {
    lake.fail({ kind: 'answer', status: 200, body: '\uFEFF{"meta":{},"objs":[{"id":"abc"}]}' });
    assert.equal((await open(pipe()).deliverer()(record())).outcome, 'written');
    const write = lake.requests.find(({ path }) => path.startsWith('/share/'));
    assert.equal(write?.headers['accept-encoding'], 'identity');
  });

  const { BROTLI_OPERATION_FLUSH } = constants;
  const PACKED: [string, Buffer, string?][] = [
    ['gzip', gzipSync(TAKEN)],
    ['x-gzip', gzipSync(TAKEN)],
    ['GZIP', gzipSync(TAKEN)],
    ['deflate', deflateSync(TAKEN)],
    ['br', brotliCompressSync(TAKEN)],
    ['gzip', gzipSync(TAKEN).subarray(0, -4), ', without its end'],
    ['deflate', deflateSync(TAKEN).subarray(0, -4), ', without its end'],
    ['br', brotliCompressSync(TAKEN, { finishFlush: BROTLI_OPERATION_FLUSH }), ', without its end'],
  ];
  for (const [encoding, body, end = ''] of PACKED) {
    it(`reads the id in an answer that is packed all the same: ${encoding}${end}`, async () => {
      const server = createServer((_, response) => {
        response.writeHead(200, { 'content-encoding': encoding });
        response.write(body, () => (end ? response.destroy() : response.end()));
      });
      const deliver = await deliverTo(server);
      assert.equal((await deliver(record())).outcome, 'written');
    });
  }

  it('reads no more of an answer that does not end than an answer may have', async () => {
    let isOpen = true;
    const server = createServer((_, response) => {
      response.on('close', () => (isOpen = false));
      const fill = () => {
        while (isOpen && response.write(Buffer.alloc(100_000, ' ')));
      };
      response.on('drain', fill);
      fill();
    });
    const deliver = await deliverTo(server);
    const outcome = await deliver(record());
    assert.ok(outcome.outcome === 'retry' && outcome.code === 'no_record_id' && outcome.doubtful);
    await eventually(() => !isOpen, 'the end of the connection');
  });

  describe('of which the answer ends early', () => {
    const WRITTEN = JSON.stringify({ meta: {}, objs: [{ id: 'abc', tstamp: '11/23/2026 06:40:00:000 PM' }] });
    const CUT: [string, number, string, Partial<Delivered & { doubtful: boolean }>][] = [
      ['a 401', 401, 'The supplied', { outcome: 'hold', code: 'unauthorized' }],
      ['a 400', 400, 'The request', { outcome: 'rejected', code: 'rejected', text: 'The request' }],
      ['a 503', 503, '<h1>Down', { outcome: 'retry', code: 'unavailable', doubtful: false }],
      ['a 503 without a word', 503, '', { outcome: 'retry', code: 'unavailable', doubtful: true }],
      ['a 200 with the id of the record', 200, WRITTEN, { outcome: 'written' }],
      ['a 200 that stops before', 200, WRITTEN.slice(0, 40), { outcome: 'retry', doubtful: true }],
    ];
    for (const [name, status, text, expected] of CUT) {
      for (const end of ['breaks off', 'hangs']) {
        it(`reads ${name} that ${end}`, async () => {
          const server = createServer((_, response) => {
            response.writeHead(status, { 'content-length': 1_000 }).flushHeaders();
            response.write(text, () => end === 'breaks off' && setTimeout(() => response.destroy(), 20));
          });
          const deliver = await deliverTo(server, { timeoutMs: 200 });
          const outcome = await deliver(record());
          assertFields(outcome, expected);
        });
      }
    }
  });

  it('rejects what it cannot read itself: no time would mend that', async () => {
    const outcome = await open(pipe()).deliverer()(record({ target: 'no JSON' }));
    assert.ok(outcome.outcome === 'rejected' && outcome.code === 'bad_record');
  });

  it('does not doubt what never left: nobody listens, or the connection does not come in time', async () => {
    const deliver = open(pipe(), { connections: 1, timeoutMs: 300 }).deliverer();
    lake.fail({ kind: 'hang' });
    // Before the first gives its connection free.
    const soon = AbortSignal.timeout(150);
    const [first, second] = await Promise.all([deliver(record()), deliver(record(), soon)]);
    assert.deepEqual(
      [first, second].map((outcome) => 'doubtful' in outcome && outcome.doubtful),
      [true, false],
    );
    await lake.close();
    const refused = await open(pipe()).deliverer()(record());
    assert.ok(refused.outcome === 'retry' && refused.serviceDown && !refused.doubtful);
    await start();
  });

  it('gives up when it is told to', async () => {
    lake.fail({ kind: 'hang' });
    const outcome = await open(pipe()).deliverer()(record(), AbortSignal.timeout(50));
    assert.ok(outcome.outcome === 'retry' && outcome.code === 'timeout' && outcome.doubtful);
    const before = await account?.deliverer()(record(), AbortSignal.abort());
    assert.ok(before?.outcome === 'retry' && before.code === 'closed' && !before.doubtful);
    assert.equal(lake.records().length, 0);
  });

  it('gives up while it waits for the login, without doubt: nothing was sent', async () => {
    lake.fail({ kind: 'delay', delay: 200, path: '/oauth2/' });
    const deliver = open(password()).deliverer();
    const [first, second] = await Promise.all([
      deliver(record(), AbortSignal.timeout(50)),
      deliver(record({ id: 2 })),
    ]);
    assert.ok(first.outcome === 'retry' && first.code === 'closed' && !first.doubtful);
    assert.equal(second.outcome, 'written', 'the login goes on for others');
    assert.equal(lake.records().length, 1);
  });

  it('logs in once more after a 401, for all records together, and then holds', async () => {
    const deliver = open(password()).deliverer();
    await deliver(record());
    lake.clock.advance(49 * 3_600_000);
    const outcomes = await Promise.all([1, 2, 3, 4, 5].map((id) => deliver(record({ id }))));
    assert.ok(outcomes.every((one) => one.outcome === 'written' && one.result.attempts === 2));
    assert.equal(lake.logins, 2);
    lake.fail({ kind: 'answer', status: 401, path: '/share/', times: null });
    for (let n = 0; n < 3; n++) assert.equal((await deliver(record())).outcome, 'hold');
    assert.equal(lake.logins, 3);
  });

  it('holds when the login is refused, waits when it is down, and does not doubt', async () => {
    const wrong = password();
    wrong.credentials.password = 'wrong-password';
    const deliver = open(wrong).deliverer();
    const refused = await deliver(record());
    assert.ok(refused.outcome === 'hold' && refused.code === 'login_refused');
    assert.match(refused.message, /alice@city\.example/);
    for (let n = 0; n < 5; n++) await deliver(record());
    assert.equal(lake.logins, 1);
    await account?.close();
    lake.fail({ kind: 'answer', status: 503, path: '/oauth2/' });
    const down = await open(password()).deliverer()(record());
    assert.ok(down.outcome === 'retry' && down.serviceDown && !down.doubtful);
  });

  describe('with a look before a doubtful record is sent again', () => {
    it('finds it by its key, whoever reads', async () => {
      const deliver = open({ mode: 'pipe', token: lake.issueToken(), reader: password() }).deliverer({
        verify: true,
      });
      lake.fail({ kind: 'store-and-hang' });
      const first = await deliver(record(), AbortSignal.timeout(200));
      assert.ok(first.outcome === 'retry' && first.doubtful);
      const second = await deliver(record({ attempts: 1, doubtful: true }));
      const [stored, ...more] = lake.records();
      assert.ok(second.outcome === 'written');
      assert.deepEqual(second.result, {
        id: stored?.id,
        recType: REC_TYPE,
        url: `${lake.apiUrl}/share/${REC_TYPE}/${stored?.id}`,
        tags: ['London'],
        createdAt: new Date(stored?.tstamp ?? 0).toISOString(),
        attempts: 1,
      });
      assert.equal(more.length, 0);
    });

    it('finds it behind many newer ones when it was rejected, and is sent again after days', async () => {
      const deliver = open(password()).deliverer({ verify: true });
      const DAY = 86_400_000;
      const time = new Date(Date.now() - 3 * DAY).toISOString();
      const body = JSON.stringify({ time, meta: { key: 'key-1' } });
      const write = (body: string) => deliver(record({ body }, []));
      await write(body);
      for (let n = 0; n < 130; n++) await write('{}');
      lake.records().forEach((stored, index) => (stored.tstamp -= (3 - index / 50) * DAY));
      const again = await deliver(record({ body, doubtful: true }, []));
      assert.ok(again.outcome === 'written' && !again.result.possibleDuplicate);
    });

    it('sends what is not found, flagged: it may be on its way, or hidden from who reads', async () => {
      const deliver = open(password()).deliverer({ verify: true });
      for (const key of ['key-1', 'key-2']) {
        const body = JSON.stringify({ meta: { key } });
        const outcome = await deliver(record({ doubtful: true, body }, ['key-1']));
        assert.ok(outcome.outcome === 'written' && outcome.result.possibleDuplicate);
      }
      assert.equal(lake.records().length, 2);
    });

    it('does not count what it has found as a possible duplicate', async () => {
      const outbox = new Outbox({
        store: new MemoryStore(),
        deliver: open(password()).deliverer({ verify: true }),
        settings: { backoff: { firstMs: 10, maxMs: 10 } },
      });
      outbox.start();
      lake.fail({ kind: 'store-and-reset', path: '/share/' });
      const { lane, body, target } = record();
      await outbox.add({ lane, body, target });
      await eventually(async () => (await outbox.stats()).written === 1, 'the record');
      assert.equal((await outbox.stats()).possibleDuplicates, 0);
      assert.equal(lake.records().length, 1);
      await outbox.close();
    });

    it('sends it, flagged, where it cannot be looked up', async () => {
      const deliver = open(password()).deliverer({ verify: true });
      lake.fail({ kind: 'answer', status: 403, method: 'GET', times: null });
      const denied = await deliver(record({ doubtful: true }));
      const keyless = await deliver(record({ doubtful: true, body: '{"n":1}' }));
      for (const outcome of [denied, keyless])
        assert.ok(outcome.outcome === 'written' && outcome.result.possibleDuplicate);
    });

    /** What another one wrote. */
    const foreign = (levels: number) => {
      const data = `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
      return `{"meta":{"totalCount":1},"objs":[{"id":"z","recType":"${REC_TYPE}","data":${data}}]}`;
    };
    const NO_LOOK: [string, Fault][] = [
      ['fails', answer(504)],
      ['is not answered', { kind: 'hang' }],
      ['breaks off', { kind: 'reset' }],
      ['brings what is nested too deep to be read', { ...answer(200), body: foreign(6000) }],
    ];
    for (const [name, fault] of NO_LOOK) {
      it(`sends it, flagged, when the look ${name}: the record does not wait for it`, async () => {
        const deliver = open(password(), { timeoutMs: 300 }).deliverer({ verify: true });
        lake.fail({ ...fault, method: 'GET', times: null });
        const outcome = await deliver(record({ doubtful: true }));
        assert.ok(outcome.outcome === 'written' && outcome.result.possibleDuplicate);
      });
    }

    it('sends nothing when it is told to give up during the look', async () => {
      const deliver = open(password()).deliverer({ verify: true });
      lake.fail({ kind: 'hang', method: 'GET' });
      const outcome = await deliver(record({ doubtful: true }), AbortSignal.timeout(50));
      assert.ok(outcome.outcome === 'retry' && outcome.code === 'closed');
      assert.equal(lake.records().length, 0);
    });
  });

  describe('on its way', () => {
    const tls = { cert: TEST_CERTIFICATE, key: TEST_CERTIFICATE_KEY };
    const ENVIRONMENT = ['https_proxy', 'http_proxy', 'all_proxy', 'no_proxy'];
    let tunnels: ReturnType<typeof createProxy>['tunnels'];
    let proxy: Server;
    let proxyUrl: string;

    beforeEach(async () => {
      ({ proxy, tunnels } = createProxy());
      proxyUrl = await listen(proxy);
    });

    afterEach(async () => {
      for (const name of ENVIRONMENT) delete process.env[name];
      await account?.close();
      await close(proxy);
    });

    it('trusts a private certificate authority that the account names, for login and writes, and no other', async () => {
      await lake.close();
      await start({ tls });
      const untrusted = await open(pipe()).deliverer()(record());
      assert.ok(untrusted.outcome === 'retry' && /not trusted/.test(untrusted.message));
      await account?.close();
      const trusted = await open(password(), { tls: { ca: tls.cert } }).deliverer()(record());
      assert.equal(trusted.outcome, 'written');
    });

    it('says that TLS failed where the port does not speak it, and not that a certificate is at fault', async () => {
      const apiUrl = lake.apiUrl.replace('http:', 'https:');
      const outcome = await open(pipe(), { hosts: { apiUrl, authUrl: lake.url } }).deliverer()(record());
      assert.ok(outcome.outcome === 'retry' && /TLS failed; check whether its port/.test(outcome.message));
    });

    it('says to check the clock where a certificate is of another time', () => {
      for (const code of ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']) {
        const { message } = explainNoAnswer(new NoAnswer(code, 'the text', false), 'https://api.example.org');
        assert.match(message, /this machine's date and time.*\(the text\)/);
      }
    });

    it('goes through the proxy of the environment, and past it where NO_PROXY says so', async () => {
      process.env.http_proxy = proxyUrl;
      assert.equal((await open(pipe()).deliverer()(record())).outcome, 'written');
      assert.deepEqual(tunnels, [{ to: new URL(lake.url).host, user: '' }]);
      await account?.close();
      process.env.no_proxy = 'localhost,127.0.0.1';
      assert.equal((await open(pipe()).deliverer()(record())).outcome, 'written');
      assert.equal(tunnels.length, 1);
    });

    it('takes the proxy for the scheme of the address, or that for all, as the login does', async () => {
      await lake.close();
      await start({ tls });
      const write = async () => {
        tunnels.length = 0;
        const { outcome } = await open(password(), { tls: { ca: tls.cert } }).deliverer()(record());
        await account?.close();
        assert.equal(outcome, 'written');
        return tunnels.length;
      };
      process.env.http_proxy = proxyUrl;
      assert.equal(await write(), 0);
      process.env.all_proxy = proxyUrl;
      assert.equal(await write(), 2);
    });

    it('goes through a proxy with a password to a server with a private certificate authority', async () => {
      await lake.close();
      await start({ tls });
      const url = proxyUrl.replace('//', '//user:pass%21@');
      const outcome = await open(pipe(), { proxy: url, tls: { ca: tls.cert } }).deliverer()(record());
      assert.equal(outcome.outcome, 'written', JSON.stringify(outcome));
      const user = `Basic ${Buffer.from('user:pass!').toString('base64')}`;
      assert.deepEqual(tunnels, [{ to: new URL(lake.url).host, user }]);
    });

    it('says that the address of a proxy cannot be read, without showing it', () => {
      assert.throws(
        () => open(pipe(), { proxy: 'http://user:topsecret@:x' }),
        (error: Error & { code?: string }) =>
          error.code === 'bad_configuration' && !JSON.stringify(error).includes('topsecret'),
      );
    });

    it('says that it is the proxy that cannot be reached, without its password', async () => {
      const away = proxyUrl.replace('//', '//user:topsecret@');
      const { host } = new URL(proxyUrl);
      await close(proxy);
      for (const url of [away, 'http://user:topsecret@proxy.invalid:3128']) {
        const outcome = await open(pipe(), { proxy: url }).deliverer()(record());
        await account?.close();
        assert.ok(outcome.outcome === 'retry' && outcome.serviceDown && !outcome.doubtful);
        assert.match(outcome.message, /as the proxy cannot; check its address/);
        assert.match(outcome.message, url === away ? new RegExp(host) : /proxy\.invalid:3128/);
        assert.ok(!outcome.message.includes('topsecret'));
      }
    });

    it('does not doubt what a proxy refused', async () => {
      proxy.removeAllListeners('connect').on('connect', (_, socket: Socket) => {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      });
      const outcome = await open(pipe(), { proxy: proxyUrl }).deliverer()(record());
      assert.ok(outcome.outcome === 'retry' && outcome.serviceDown && /proxy/.test(outcome.message));
      assert.ok(!outcome.doubtful);
    });
  });
});
