import assert from 'node:assert/strict';
import { fault, type ApiAnswer } from '../../../../demo/things-stack/http/answers';
import { TEST_CERTIFICATE } from '../../../../demo/things-stack/certificate';
import { startThingsStack, type ThingsStack } from '../../../../demo/things-stack/server';
import { includesRight, TRAFFIC_READ, TtnApi } from '../../../../lib/ttn/api';
import { apiOf, applications, failure, KEYS } from './stack';

describe('rights of an API key', () => {
  let ttn: ThingsStack;

  beforeEach(async () => {
    ttn = await startThingsStack({ applications });
  });
  afterEach(() => ttn.close());

  it('are those of the identity server', async () => {
    assert.deepEqual(await apiOf(ttn, KEYS.read).rights(), [TRAFFIC_READ]);
    assert.deepEqual(await apiOf(ttn, `  Bearer ${KEYS.read}\n`).rights(), [TRAFFIC_READ]);
  });

  it('of a user are those on the application', async () => {
    ttn.api.answerNext({
      body: { api_key: { api_key: { rights: ['RIGHT_ALL'] }, entity_ids: { user_ids: {} } } },
    });
    assert.deepEqual(await apiOf(ttn, KEYS.read).rights(), [TRAFFIC_READ]);
    assert.deepEqual(ttn.api.requests, ['GET /api/v3/auth_info', 'GET /api/v3/applications/app1/rights']);
  });

  it('are none for an unknown key, and for one of another application', async () => {
    const unknown = await failure(apiOf(ttn, KEYS.wrong).rights());
    assert.equal(unknown.code, 'bad_key');
    const other = await failure(apiOf(ttn, KEYS.other).rights());
    assert.equal(other.code, 'bad_key');
    assert.match(other.message, /"app2", not to "app1"/);
  });

  it('may be groups', () => {
    assert.equal(includesRight([TRAFFIC_READ], TRAFFIC_READ), true);
    assert.equal(includesRight(['RIGHT_APPLICATION_ALL'], TRAFFIC_READ), true);
    assert.equal(includesRight(['RIGHT_ALL'], TRAFFIC_READ), true);
    assert.equal(includesRight(['RIGHT_GATEWAY_ALL', 'RIGHT_APPLICATION_LINK'], TRAFFIC_READ), false);
  });

  describe('to read traffic', () => {
    const says = async (key: string, answer: string, reason: RegExp) => {
      const found = await apiOf(ttn, key).canReadTraffic();
      assert.equal(found.answer, answer);
      assert.match(found.reason ?? '', reason);
      assert.ok(!found.reason?.includes(key));
    };

    it('is there or not, as the identity server says', async () => {
      await says(KEYS.read, 'yes', /^$/);
      await says(KEYS.write, 'no', /RIGHT_APPLICATION_TRAFFIC_READ/);
      assert.ok(ttn.api.requests.every((request) => request.endsWith('auth_info')));
    });

    it('is found out by the storage where there is no identity server', async () => {
      ttn.api.hasIdentityServer = false;
      await says(KEYS.read, 'yes', /^$/);
      await says(KEYS.write, 'no', /RIGHT_APPLICATION_TRAFFIC_READ/);
      await says(KEYS.wrong, 'no', /does not know the API key/);
      await says(KEYS.other, 'no', /no right on the application "app1"/);
    });

    it('stays unknown where neither answers', async () => {
      ttn.api.hasIdentityServer = false;
      ttn.storage.disable(applications[0]);
      await says(KEYS.read, 'unknown', /Storage Integration/);
      await ttn.api.close();
      await says(KEYS.read, 'unknown', /cannot be reached/);
    });

    it('is found out over TLS of a private certificate authority', async () => {
      await ttn.close();
      ttn = await startThingsStack({ applications, tls: true });
      const options = { baseUrl: ttn.api.url, applicationId: 'app1', apiKey: KEYS.read };
      assert.equal(
        (await new TtnApi({ ...options, tls: { ca: TEST_CERTIFICATE } }).canReadTraffic()).answer,
        'yes',
      );
      const untrusted = await new TtnApi(options).canReadTraffic();
      assert.deepEqual([untrusted.answer, /certificate/.test(untrusted.reason ?? '')], ['unknown', true]);
    });
  });

  const explains = (title: string, answer: ApiAnswer, code: string, message: RegExp) =>
    it(`explains ${title}: ${code}`, async () => {
      ttn.api.answerNext(answer);
      const error = await failure(apiOf(ttn).devices());
      assert.equal(error.code, code);
      assert.match(error.message, message);
    });
  explains(
    'a server that is down',
    { status: 503, body: 'upstream' },
    'unavailable',
    /cannot answer applications\/app1\/devices now \(503\)\..* check the server/,
  );
  explains(
    'what is not there',
    fault(404, 'pkg/x', 'not_found', 'no such application').answer,
    'not_found',
    /does not know applications\/app1\/devices \(404: .*no such application.*\)\. Check the ids/,
  );
  explains(
    'a redirect',
    { status: 302, headers: { location: 'http://127.0.0.1:1' }, body: '' },
    'bad_answer',
    /sends applications\/app1\/devices elsewhere \(302\).* Check the scheme/,
  );
  explains('a page of a proxy', { body: '<html>' }, 'bad_answer', /something else/);
  explains('a bad request', fault(400, 'pkg/x', 'bad', 'no such field').answer, 'refused', /no such field/);
  explains(
    'an echoed key',
    fault(400, 'pkg/x', 'bad', `key ${KEYS.all}`).answer,
    'refused',
    /key \[secret\]/,
  );
});
