import assert from 'node:assert/strict';
import * as http from 'node:http';
import * as https from 'node:https';
import type { TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { TEST_CERTIFICATE, TEST_CERTIFICATE_KEY } from '../../demo/things-stack/certificate';
import { HttpError, request, type HttpRequest } from '../../lib/http';
import { close, createProxy, listen } from '../http-server';

const SECRET = 'SECRET-TOKEN';
const CERTIFICATE = { cert: TEST_CERTIFICATE, key: TEST_CERTIFICATE_KEY };

describe('HTTP calls', () => {
  const servers: http.Server[] = [];
  let base: string;

  function open(server: http.Server): Promise<string> {
    servers.push(server);
    return listen(server);
  }

  async function serve(handler: http.RequestListener): Promise<void> {
    base = await open(http.createServer(handler));
  }

  /** With the certificate of the tests. */
  async function serveSafely(
    handler: http.RequestListener,
    options: https.ServerOptions = {},
  ): Promise<void> {
    const address = await open(https.createServer({ ...CERTIFICATE, ...options }, handler));
    base = address.replace('http:', 'https:');
  }

  const get = (more: Partial<HttpRequest> = {}) => request({ method: 'GET', url: base, ...more });

  /** The code of the error, which holds no secret wherever one looks. */
  async function failure(call: Promise<unknown>): Promise<string> {
    const error = await call.then(
      () => assert.fail('answered'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof HttpError, String(error));
    const shown = [error.message, error.stack, JSON.stringify(error), JSON.stringify(error.cause)].join();
    assert.doesNotMatch(shown, new RegExp(SECRET));
    return error.code;
  }

  afterEach(async () => {
    for (const server of servers.splice(0)) await close(server);
  });

  it('sends method, headers and body, and gives status, headers and text', async () => {
    await serve((message, response) => {
      message.on('data', (chunk: Buffer) => {
        response.writeHead(201, { 'X-Method': message.method, 'X-Token': message.headers['x-token'] });
        response.end(`got ${chunk.toString()}`);
      });
    });
    const answer = await get({
      method: 'POST',
      headers: { 'X-Token': 'abc', 'Content-Type': 'application/json' },
      body: ' {"ü":1}\n',
    });
    assert.equal(answer.status, 201);
    assert.equal(answer.text, 'got  {"ü":1}\n');
    assert.equal(answer.headers['x-method'], 'POST');
  });

  for (const status of [204, 302, 401, 429, 500]) {
    it(`gives ${status} as an answer and follows nothing`, async () => {
      let calls = 0;
      await serve((_message, response) => {
        calls++;
        response.writeHead(status, { location: '/elsewhere' }).end();
      });
      const answer = await get({ method: 'POST', body: 'x' });
      assert.deepEqual([answer.status, answer.text, calls], [status, '', 1]);
    });
  }

  it('unpacks a packed answer, and leaves JSON as text', async () => {
    await serve((_message, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' });
      response.end(gzipSync('{"a":12345678901234567890}'));
    });
    assert.equal((await get()).text, '{"a":12345678901234567890}');
  });

  it('reads a header as long as the longest token of The Things Stack, and sends it back', async () => {
    const token = 'x'.repeat(16_000);
    base = await open(
      http.createServer({ maxHeaderSize: 20_000 }, (message, response) => {
        response.writeHead(200, { 'X-Continuation-Token': token, 'X-Other': 'y'.repeat(1_000) });
        response.end(message.url);
      }),
    );
    assert.equal((await get()).headers['x-continuation-token'], token);
    assert.equal((await get({ url: `${base}/?token=${token}` })).text, `/?token=${token}`);
  });

  it('ends a silent, a dripping and a given-up call', async () => {
    await serve((message, response) => {
      if (message.url === '/silent') return;
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'), 10);
      response.on('close', () => clearInterval(timer));
    });
    const started = Date.now();
    assert.equal(await failure(get({ url: `${base}/silent`, timeoutMs: 60 })), 'timeout');
    assert.equal(await failure(get({ timeoutMs: 60 })), 'timeout');
    assert.equal(await failure(get({ signal: AbortSignal.timeout(40) })), 'aborted');
    assert.equal(await failure(get({ signal: AbortSignal.abort() })), 'aborted');
    assert.ok(Date.now() - started < 1500);
  });

  it('refuses a too long answer, also one that is small when packed', async () => {
    await serve((message, response) => {
      const long = Buffer.alloc(2_000_000, 'x');
      if (message.url !== '/packed') return response.end(long);
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(long));
    });
    assert.equal(await failure(get()), 'too_large');
    assert.equal(await failure(get({ url: `${base}/packed` })), 'too_large');
    assert.equal((await get({ maxBytes: 2_000_000 })).text.length, 2_000_000);
  });

  it('fails when the answer breaks off, or gives the part where that is wanted', async () => {
    await serve((_message, response) => {
      response.writeHead(200);
      response.write('first half');
      setTimeout(() => response.destroy(), 20);
    });
    assert.equal(await failure(get()), 'unreachable');
    const { status, text, broken } = await get({ keepPart: true });
    assert.deepEqual([status, text, broken?.code], [200, 'first half', 'unreachable']);
    await serve((_message, response) => void response.writeHead(200).write('slow'));
    const late = await get({ keepPart: true, timeoutMs: 60 });
    assert.deepEqual([late.text, late.broken?.code], ['slow', 'timeout']);
  });

  it('tells no secret when nobody listens, no such host exists or the address is wrong', async () => {
    await serve(() => undefined);
    const secrets: Partial<HttpRequest> = {
      method: 'POST',
      headers: { authorization: `Bearer ${SECRET}` },
      body: SECRET,
    };
    const query = `/?password=${SECRET}`;
    const closed = base;
    servers[0]!.close();
    assert.equal(await failure(get({ ...secrets, url: closed + query })), 'unreachable');
    assert.equal(
      await failure(get({ ...secrets, url: `http://nowhere.invalid${query}`, timeoutMs: 5000 })),
      'unreachable',
    );
    assert.equal(await failure(get({ ...secrets, url: `nonsense${query}` })), 'bad_request');
  });

  it('trusts the certificate authority that it is given, and no unknown one', async () => {
    await serveSafely((_message, response) => void response.end('safe'));
    assert.equal(await failure(get()), 'certificate');
    assert.equal((await get({ tls: { ca: TEST_CERTIFICATE } })).text, 'safe');
  });

  it('says that TLS failed where the port does not speak it', async () => {
    await serve((_message, response) => void response.end());
    await assert.rejects(get({ url: base.replace('http:', 'https:') }), {
      code: 'unreachable',
      message: /^TLS with https:.* failed: .*Check whether its port speaks TLS/,
    });
  });

  it('shows a client certificate, and trusts any server where the user wants it so', async () => {
    await serveSafely(
      (message, response) => {
        const { CN } = (message.socket as TLSSocket).getPeerCertificate().subject ?? {};
        response.end(String(CN));
      },
      { requestCert: true, rejectUnauthorized: false },
    );
    const anyServer = { rejectUnauthorized: false };
    assert.equal((await get({ tls: anyServer })).text, 'undefined');
    assert.notEqual((await get({ tls: { ...anyServer, ...CERTIFICATE } })).text, 'undefined');
  });

  it('goes through the proxy of the environment, or the one that is named, with the own certificate authority', async () => {
    await serveSafely((_message, response) => void response.end('far'));
    const { proxy, tunnels } = createProxy();
    const address = await open(proxy);
    process.env.HTTPS_PROXY = address;
    try {
      assert.equal((await get({ tls: { ca: TEST_CERTIFICATE } })).text, 'far');
    } finally {
      delete process.env.HTTPS_PROXY;
    }
    const named = address.replace('//', '//me:my%20word@');
    assert.equal((await get({ tls: { ca: TEST_CERTIFICATE }, proxy: named })).text, 'far');
    const { host } = new URL(base);
    assert.deepEqual(tunnels, [
      { to: host, user: '' },
      { to: host, user: `Basic ${btoa('me:my word')}` },
    ]);
    assert.equal(await failure(get({ proxy: 'no address' })), 'bad_request');
    await assert.rejects(get({ proxy: 'no address' }), /Write it as in http:\/\/proxy\.example\.com:3128/);
  });

  it('says that it is the proxy that cannot be reached, without its password', async () => {
    await serve((_message, response) => void response.end('near'));
    const gone = await open(http.createServer());
    await close(servers.pop()!);
    const proxy = gone.replace('//', `//me:${SECRET}@`);
    const { host } = new URL(gone);
    for (const url of ['http://api.example', 'https://api.example']) {
      assert.equal(await failure(get({ url, proxy })), 'unreachable');
      await assert.rejects(get({ url, proxy }), {
        message: new RegExp(`^The proxy ${host} cannot be reached: .+`),
      });
    }
    process.env.http_proxy = proxy;
    try {
      await assert.rejects(get(), { message: new RegExp(`^The proxy ${host} cannot be reached: .+`) });
      process.env.no_proxy = '127.0.0.1';
      assert.equal((await get()).text, 'near');
    } finally {
      delete process.env.http_proxy;
      delete process.env.no_proxy;
    }
  });

  it('says how a proxy’s password is written that holds a per cent sign', async () => {
    const proxy = `http://me:100%${SECRET}@proxy.example`;
    assert.equal(await failure(get({ url: 'http://api.example', proxy })), 'bad_request');
    await assert.rejects(get({ url: 'http://api.example', proxy }), /%25/);
  });
});
