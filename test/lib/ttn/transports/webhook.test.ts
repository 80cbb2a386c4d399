import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { WebhookTransport, type WebhookOptions } from '../../../../lib/ttn/transports/webhook';
import { eventually } from '../../../eventually';
import { Recorder } from './recorder';

const SECRET = 'a secret shared with The Things Stack';
const V3 = {
  end_device_ids: { device_id: 'dev-1', application_ids: { application_id: 'my-app' } },
  uplink_message: { f_port: 1 },
};
const HEAD = `POST / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${SECRET}\r\n`;
const V2 = { app_id: 'my_app', dev_id: 'dev_1', port: 1, counter: 0 };

describe('WebhookTransport', () => {
  let recorder: Recorder;
  let webhook: WebhookTransport;
  let server: Server;
  /** What happens as soon as it has a request. */
  let handed: (() => void) | undefined;
  /** What a middleware in front of it does. */
  let middleware: ((request: IncomingMessage, response: ServerResponse) => Promise<void>) | undefined;

  beforeEach(() => {
    recorder = new Recorder();
    recorder.onMessage = ({ settle }) => settle?.('done');
    middleware = undefined;
    handed = undefined;
  });

  afterEach(async () => {
    await webhook.close();
    server.closeAllConnections();
    server.close();
  });

  async function open(options: Partial<WebhookOptions> = {}): Promise<void> {
    webhook = new WebhookTransport({ secret: SECRET, ...recorder.options, ...options });
    webhook.open();
    server = createServer((request, response) => {
      const ready = middleware?.(request, response) ?? Promise.resolve();
      ready
        .then(() => {
          webhook.handle(request, response);
          handed?.();
        })
        .catch(assert.ifError);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }

  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/ttn`;

  async function post(body: unknown, headers: { [name: string]: string } = {}, method = 'POST') {
    const response = await fetch(url(), {
      method,
      headers: { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' || body === undefined ? body : JSON.stringify(body),
    });
    return { status: response.status, text: await response.text(), headers: response.headers };
  }

  it('waits for requests, and says so', async () => {
    await open();
    assert.deepEqual(recorder.states, [{ name: 'connected', detail: "waiting for TTN's requests" }]);
  });

  it('hands on messages of v3 and of v2 as they came', async () => {
    await open();
    for (const message of [V3, V2]) assert.equal((await post(message)).status, 200);
    assert.deepEqual(
      recorder.texts.map((text) => JSON.parse(text) as unknown),
      [V3, V2],
    );
  });

  it('answers when the message is settled, not before', async () => {
    recorder.onMessage = undefined;
    await open();
    let answered = false;
    const answer = post(V3).finally(() => (answered = true));
    await recorder.received(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(answered, false);
    recorder.messages[0]?.settle?.('done');
    assert.equal((await answer).status, 200);
  });

  it('answers 503 for a message that cannot be taken', async () => {
    recorder.onMessage = ({ settle }) => settle?.('again');
    await open();
    const { status, text } = await post(V3);
    assert.equal(status, 503);
    assert.match(text, /could not be taken/);
  });

  it('answers 503 before The Things Stack gives up, and takes a late settlement', async () => {
    recorder.onMessage = undefined;
    await open({ answerWithinMs: 50 });
    assert.equal((await post(V3)).status, 503);
    recorder.messages[0]?.settle?.('done');
  });

  it('answers 503 to what waits when it closes, and from then on', async () => {
    recorder.onMessage = undefined;
    await open();
    const answer = post(V3);
    await recorder.received(1);
    await webhook.close();
    assert.equal((await answer).status, 503);
    assert.equal((await post(V3)).status, 503);
    assert.equal(recorder.messages.length, 1);
  });

  it('hands on nothing more once it is closed, not even what has come already', async () => {
    await open();
    middleware = async (request) => {
      const chunks = await request.toArray();
      Object.assign(request, { body: Buffer.concat(chunks as Buffer[]) });
      handed = () => void webhook.close();
    };
    assert.equal((await post(V3)).status, 503);
    assert.equal(recorder.messages.length, 0);
  });

  it('holds so many unsettled messages and no more, whatever was answered, and tells of the others', async () => {
    recorder.onMessage = undefined;
    let missed = 0;
    await open({ maxUnsettled: 2, answerWithinMs: 100, onMissed: () => missed++ });
    const answers = [post(V3), post(V3)];
    await recorder.received(2);
    assert.equal((await post(V3)).status, 503);
    await Promise.all(answers);
    assert.match((await post(V3)).text, /Too many messages are under way/);
    assert.equal(missed, 2);
    for (const { settle } of recorder.messages) settle?.('done');
    recorder.onMessage = ({ settle }) => settle?.('done');
    assert.equal((await post(V3)).status, 200);
    assert.equal(recorder.messages.length, 3);
  });

  describe('lets in', () => {
    it('who has the secret, as a bearer token', async () => {
      await open();
      for (const authorization of [`Bearer ${SECRET}`, `bearer ${SECRET}`]) {
        assert.equal((await post(V3, { authorization })).status, 200);
      }
      for (const authorization of [
        '',
        'Bearer',
        'Bearer wrong',
        `Bearer ${SECRET}x`,
        `Basic ${SECRET}`,
        SECRET,
      ]) {
        const { status, text, headers } = await post(V3, { authorization });
        assert.equal(status, 401);
        assert.match(text, /secret is missing or wrong.*"Authorization: Bearer <secret>"/);
        assert.equal(headers.get('www-authenticate'), 'Bearer');
      }
      assert.equal(recorder.messages.length, 2);
    });

    it('who has the secret, in a header of its own', async () => {
      await open({ headerName: 'X-My-Secret' });
      assert.equal((await post(V3, { authorization: '', 'x-my-secret': SECRET })).status, 200);
      const { status, text } = await post(V3, { authorization: '', 'x-my-secret': 'wrong' });
      assert.equal(status, 401);
      assert.match(text, /"X-My-Secret: <secret>"/);
    });

    it('who has the secret with letters beyond ASCII, in the bytes of UTF-8 or of latin1', async () => {
      const secret = 'geheim für alle, à';
      await open({ secret, headerName: 'X-My-Secret' });
      // A header that is given as text goes out as latin1.
      for (const given of [Buffer.from(secret).toString('latin1'), secret]) {
        assert.equal((await post(V3, { authorization: `Bearer ${given}` })).status, 200);
        assert.equal((await post(V3, { authorization: '', 'x-my-secret': given })).status, 200);
      }
      const other = Buffer.from('geheim für älle, à').toString('latin1');
      assert.equal((await post(V3, { authorization: `Bearer ${other}` })).status, 401);
    });

    it('nobody without a secret', async () => {
      await open();
      assert.throws(() => new WebhookTransport({ secret: '', ...recorder.options }), {
        code: 'bad_configuration',
      });
    });
  });

  describe('refuses in plain words', () => {
    afterEach(() => assert.equal(recorder.messages.length, 0));

    it('another method', async () => {
      await open();
      const { status, text, headers } = await post(undefined, {}, 'GET');
      assert.equal(status, 405);
      assert.match(text, /takes POST only/);
      assert.equal(headers.get('allow'), 'POST');
    });

    it('what is no JSON, or no message of TTN', async () => {
      await open();
      const cases: [string, RegExp][] = [
        ['', /not JSON/],
        ['{"end_device_ids":', /not JSON/],
        ['[]', /no message of The Things Network/],
        ['{"temperature":21}', /neither end_device_ids nor dev_id/],
      ];
      for (const [body, expected] of cases) {
        const { status, text } = await post(body);
        assert.equal(status, 400);
        assert.match(text, expected);
      }
    });

    it('protobuf, and packed bodies', async () => {
      await open();
      assert.match(
        (await post('x', { 'content-type': 'application/octet-stream' })).text,
        /Choose the format JSON/,
      );
      assert.equal((await post('x', { 'content-type': 'application/octet-stream' })).status, 415);
      assert.equal((await post('x', { 'content-encoding': 'gzip' })).status, 415);
    });

    it('a body that is too long, without reading it to its end', async () => {
      await open({ maxBytes: 1000 });
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
      socket.write(`${HEAD}Content-Length: 1000000\r\n\r\n${'x'.repeat(2000)}`);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      assert.match(answer.toString(), /^HTTP\/1.1 413 .*longer than 1000 bytes/s);
      await eventually(() => socket.readableEnded, 'the end of the connection');
      socket.destroy();
    });

    it('a body that never ends', async () => {
      await open({ answerWithinMs: 50 });
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
      socket.write(`${HEAD}Content-Length: 10\r\n\r\n{`);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      assert.match(answer.toString(), /^HTTP\/1.1 408 /);
      socket.destroy();
    });
  });

  it('leaves the answer to a middleware that gave one when its own time was up', async () => {
    const settles: (() => void)[] = [];
    recorder.onMessage = ({ settle }) => void settles.push(() => settle?.('done'));
    await open({ answerWithinMs: 100 });
    middleware = (_, response) => Promise.resolve(void setTimeout(() => response.writeHead(504).end(), 20));
    assert.equal((await post(V3)).status, 504);
    settles.shift()?.();
    assert.equal((await post(V3)).status, 504);
    await new Promise((resolve) => setTimeout(resolve, 150));
  });

  it('takes what a middleware has read before it', async () => {
    await open({ maxBytes: 1000 });
    const bodies: ((text: string) => unknown)[] = [JSON.parse, (text) => text, (text) => Buffer.from(text)];
    for (const parse of bodies) {
      middleware = async (request) => {
        let text = '';
        for await (const chunk of request) text += String(chunk);
        Object.assign(request, { body: parse(text) });
      };
      assert.equal((await post(V3)).status, 200);
      assert.equal((await post({ ...V3, text: 'x'.repeat(1000) })).status, 413);
    }
    // A middleware for other content types leaves an empty object and the body unread.
    middleware = (request) => Promise.resolve(void Object.assign(request, { body: {} }));
    assert.equal((await post(V3)).status, 200);
    for (const text of recorder.texts) assert.deepEqual(JSON.parse(text), V3);
    assert.equal(recorder.messages.length, 4);
  });

  it('bears that the sender hangs up', async () => {
    recorder.onMessage = undefined;
    await open();
    const sender = new AbortController();
    const request = fetch(url(), {
      method: 'POST',
      headers: { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' },
      body: JSON.stringify(V3),
      signal: sender.signal,
    });
    await recorder.received(1);
    sender.abort();
    await assert.rejects(request);

    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.end(`${HEAD}Content-Length: 10\r\n\r\n{`);
    await once(socket.resume(), 'close');

    recorder.messages[0]?.settle?.('done');
    recorder.onMessage = ({ settle }) => settle?.('done');
    assert.equal((await post(V3)).status, 200);
  });
});
