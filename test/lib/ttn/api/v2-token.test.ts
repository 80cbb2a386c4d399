import assert from 'node:assert/strict';
import * as http from 'node:http';
import { exchangeV2Key } from '../../../../lib/ttn/api';
import { close, listen } from '../../../http-server';

const KEY = 'ttn-account-v2.SECRET';

describe("exchange of v2's access key for an access token", () => {
  let server: http.Server;
  let accountUrl: string;
  let answer: { status: number; body: string };
  let seen: { call: string; authorization?: string; body: string };

  beforeEach(async () => {
    server = http.createServer((message, response) => {
      let body = '';
      message.on('data', (chunk: Buffer) => (body += chunk.toString()));
      message.on('end', () => {
        const { authorization } = message.headers;
        seen = { call: `${message.method} ${message.url}`, authorization, body };
        response.writeHead(answer.status).end(answer.body);
      });
    });
    accountUrl = `${await listen(server)}/`;
  });
  afterEach(() => close(server));

  const exchange = () => exchangeV2Key({ applicationId: 'my_app', accessKey: KEY, accountUrl });

  it('sends the key and gives the token with its life', async () => {
    answer = { status: 200, body: '{"access_token":"JWT","expires_in":3600}' };
    assert.deepEqual(await exchange(), { accessToken: 'JWT', lifeMs: 3_600_000 });
    assert.equal(seen.call, 'POST /api/v2/applications/my_app/token');
    assert.equal(seen.authorization, `Key ${KEY}`);
    assert.deepEqual(Object.fromEntries(new URLSearchParams(seen.body)), {
      grant_type: 'password',
      username: 'my_app',
      password: KEY,
    });
    answer.body = '{"access_token":"JWT"}';
    assert.deepEqual(await exchange(), { accessToken: 'JWT' });
  });

  for (const [status, body, code] of [
    [401, `{"message":"${KEY} is wrong"}`, 'bad_key'],
    [200, '<html>', 'bad_answer'],
    [200, '{}', 'bad_answer'],
    [503, '', 'unavailable'],
  ] as const) {
    it(`explains ${status} ${body.slice(0, 6)}: ${code}`, async () => {
      answer = { status, body };
      await assert.rejects(
        exchange(),
        (error: Error & { code: string }) => error.code === code && !String(error.stack).includes(KEY),
      );
    });
  }
});
