import assert from 'node:assert/strict';
import { fakeApiKey } from '../../../demo/things-stack/applications';
import { rateLimited } from '../../../demo/things-stack/http/answers';
import { startThingsStack, type ThingsStack } from '../../../demo/things-stack/server';

const KEY = fakeApiKey('read');

interface Body {
  api_key: { api_key: { rights: string[] }; entity_ids: object };
  details: { name: string }[];
  end_devices: object[];
  message: string;
}

describe("stand-in for The Things Stack's HTTP API", () => {
  let ttn: ThingsStack;

  beforeEach(async () => {
    ttn = await startThingsStack({
      applications: [
        {
          applicationId: 'app1',
          tenantId: 'ttn',
          apiKeys: [
            { key: KEY, rights: ['RIGHT_APPLICATION_TRAFFIC_READ', 'RIGHT_APPLICATION_DEVICES_READ'] },
            { key: fakeApiKey('norights'), rights: [] },
          ],
        },
      ],
    });
  });
  afterEach(() => ttn.close());

  async function get(path: string, key = KEY) {
    const response = await fetch(`${ttn.api.url}/${path}`, { headers: { Authorization: `Bearer ${key}` } });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
  }

  it('knows the same keys and rights as MQTT', async () => {
    const { status, body } = await get('auth_info');
    assert.equal(status, 200);
    assert.deepEqual(body.api_key.entity_ids, { application_ids: { application_id: 'app1' } });
    assert.deepEqual((await get('applications/app1/rights')).body, { rights: body.api_key.api_key.rights });
    assert.deepEqual((await get('applications/app1/rights', fakeApiKey('norights'))).body, {});
  });

  const refuses = (path: string, key: string, status: number, name: string) =>
    it(`answers ${path} with ${status}, ${name}`, async () => {
      const answer = await get(path, key);
      assert.equal(answer.status, status);
      assert.equal(answer.body.details[0]?.name, name);
      assert.match(answer.body.message, new RegExp(`^error:[\\w/]+:${name} \\(`));
    });
  refuses('auth_info', fakeApiKey('wrong'), 401, 'api_key_not_found');
  refuses('as/webhooks/app9', KEY, 403, 'no_application_rights');
  refuses('as/applications/app1/packages/associations', KEY, 403, 'insufficient_application_rights');
  refuses('as/webhooks/app1/none', KEY, 404, 'webhook_not_found');
  refuses('as/applications/app1/webhooks', KEY, 404, 'not_found');

  it('registers every device that sends, and gives only the fields asked for', async () => {
    ttn.publishUplink({ deviceId: 'dev1' });
    const { body, headers } = await get('applications/app1/devices?limit=1000');
    assert.equal(headers.get('x-total-count'), '1');
    assert.deepEqual(body.end_devices.flatMap(Object.keys), ['ids']);
    assert.deepEqual((await get('applications/app1/devices?page=2')).body, {});
  });

  it('gives prepared answers to the paths meant, so many times', async () => {
    ttn.api.answerNext(rateLimited(4), { times: 2, path: /storage/ });
    const storage = 'as/applications/app1/packages/storage/uplink_message?limit=1';
    assert.equal((await get('auth_info')).status, 200);
    const limited = await get(storage);
    assert.deepEqual([limited.status, limited.headers.get('x-rate-limit-retry')], [429, '4']);
    assert.equal((await get(storage)).status, 429);
    assert.equal((await fetch(`${ttn.api.url}/auth_info`)).status, 401);
    assert.deepEqual(ttn.api.requests.at(-1), 'GET /api/v3/auth_info');
  });
});
