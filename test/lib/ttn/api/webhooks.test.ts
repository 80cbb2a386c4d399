import assert from 'node:assert/strict';
import { fault } from '../../../../demo/things-stack/http/answers';
import { startThingsStack, type ThingsStack } from '../../../../demo/things-stack/server';
import type { TtnApiError, WebhookSetup } from '../../../../lib/ttn/api';
import { apiOf, applications, failure, KEYS } from './stack';

const TOKEN = 'pipe-token-0123456789';
const SETUP: WebhookSetup = { recType: 'io.example.rectype', token: TOKEN };
const VIEW = {
  id: 'microshare',
  baseUrl: 'https://api.microshare.io/share/',
  urls: {
    uplink_message: 'https://api.microshare.io/share/io.example.rectype',
    join_accept: 'https://api.microshare.io/share/io.example.rectype',
  },
  format: 'json',
  headers: { Authorization: 'Bearer ••••••' },
};

describe('the webhook from The Things Stack to Microshare', () => {
  let ttn: ThingsStack;

  beforeEach(async () => {
    ttn = await startThingsStack({ applications });
  });
  afterEach(() => ttn.close());

  const stored = () => ttn.webhooks.of(applications[0]).get('microshare');

  it('is shown before it is sent, without its token', async () => {
    const { view, body } = await apiOf(ttn).planWebhook(SETUP);
    assert.deepEqual(ttn.api.requests, []);
    assert.deepEqual(view, VIEW);
    assert.deepEqual(body, {
      webhook: {
        ids: { application_ids: { application_id: 'app1' }, webhook_id: 'microshare' },
        base_url: 'https://api.microshare.io/share/',
        format: 'json',
        headers: { Authorization: `Bearer ${TOKEN}` },
        uplink_message: { path: 'io.example.rectype' },
        join_accept: { path: 'io.example.rectype' },
      },
      field_mask: {
        paths: ['base_url', 'format', 'headers', 'uplink_message', 'join_accept', 'location_solved'],
      },
    });
  });

  it('is set up, listed and removed; nobody sees the token', async () => {
    const api = apiOf(ttn);
    assert.deepEqual(await api.webhooks(), []);
    assert.deepEqual(await api.setWebhook({ ...SETUP, token: `Bearer ${TOKEN}` }), VIEW);
    assert.deepEqual(stored()?.headers, { Authorization: `Bearer ${TOKEN}` });
    assert.deepEqual(await api.webhooks(), [VIEW]);
    await api.removeWebhook('microshare');
    assert.deepEqual(await api.webhooks(), []);
    assert.equal((await failure(api.removeWebhook('microshare'))).code, 'not_found');
  });

  it('changes all but the token when none is given', async () => {
    const api = apiOf(ttn);
    await api.setWebhook(SETUP);
    stored()!.location_solved = { path: 'io.example.rectype' };
    await api.setWebhook({ recType: 'io.example.other' });
    assert.deepEqual(stored()?.headers, { Authorization: `Bearer ${TOKEN}` });
    assert.deepEqual((await api.webhooks())[0]?.urls, {
      uplink_message: 'https://api.microshare.io/share/io.example.other',
      join_accept: 'https://api.microshare.io/share/io.example.other',
    });
  });

  it('sends a stored token to no other server', async () => {
    const api = apiOf(ttn);
    await api.setWebhook(SETUP);
    for (const apiUrl of ['https://lake.example.org', 'http://api.microshare.io']) {
      const error = await failure(api.setWebhook({ apiUrl, recType: 'io.example.rectype' }));
      assert.equal(error.code, 'bad_configuration');
      assert.match(error.message, /Type the token again.*belongs to https:\/\/api\.microshare\.io\./);
    }
    assert.equal(stored()?.base_url, 'https://api.microshare.io/share/');
    await api.setWebhook({ ...SETUP, apiUrl: 'https://lake.example.org', token: 'another' });
    assert.deepEqual(stored()?.headers, { Authorization: 'Bearer another' });
  });

  it('shows before that a token is kept, and asks for one where there is none', async () => {
    const api = apiOf(ttn);
    const setup = { recType: 'io.example.rectype' };
    const asksForIt = async () => {
      for (const call of ['planWebhook', 'setWebhook'] as const) {
        const error = await failure(api[call](setup));
        assert.equal(error.code, 'bad_configuration');
        assert.match(error.message, /Type the token: TTN has none for the webhook "microshare"/);
      }
    };
    await asksForIt();
    assert.equal(stored(), undefined);
    await api.setWebhook(SETUP);
    assert.deepEqual((await api.planWebhook(setup)).view, VIEW);
    assert.deepEqual(await api.setWebhook(setup), VIEW);
    delete stored()!.headers;
    await asksForIt();
  });

  it('hides every header of other webhooks', async () => {
    ttn.webhooks.of(applications[0]).set('mine', {
      ids: { webhook_id: 'mine' },
      base_url: 'https://example.org/hook',
      format: 'json',
      headers: { 'X-Api-Key': 'SECRET' },
      uplink_message: {},
    });
    assert.deepEqual(await apiOf(ttn, KEYS.read).webhooks(), [
      {
        id: 'mine',
        baseUrl: 'https://example.org/hook',
        urls: { uplink_message: 'https://example.org/hook' },
        format: 'json',
        headers: { 'X-Api-Key': '••••••' },
      },
    ]);
  });

  it('names the rights that the key lacks', async () => {
    const error = await failure<TtnApiError>(apiOf(ttn, KEYS.read).setWebhook(SETUP));
    assert.equal(error.code, 'missing_right');
    assert.match(error.message, /RIGHT_APPLICATION_SETTINGS_BASIC/);
  });

  it('tells no token that the server repeats', async () => {
    ttn.api.answerNext(fault(400, 'pkg/x', 'bad', `header ${TOKEN} is too odd`).answer);
    const error = await failure(apiOf(ttn).setWebhook({ ...SETUP, token: ` Bearer ${TOKEN}` }));
    assert.match(error.message, /header \[secret\] is too odd/);
  });

  it('is nothing beside an id', async () => {
    for (const id of ['..', 'a/b', '']) {
      assert.equal((await failure(apiOf(ttn).removeWebhook(id))).code, 'bad_configuration');
    }
    assert.deepEqual(ttn.api.requests, []);
  });

  const refused = (title: string, setup: Partial<WebhookSetup>) =>
    it(`refuses ${title} and sends nothing`, async () => {
      const error = await failure(apiOf(ttn).setWebhook({ ...SETUP, ...setup }));
      assert.equal(error.code, 'bad_configuration');
      assert.ok(!error.message.includes(TOKEN));
      assert.deepEqual(ttn.api.requests, []);
    });
  refused('an id with capitals', { id: 'Micro' });
  refused('no recType', { recType: '' });
  refused('a recType with a slash', { recType: 'io/example' });
  refused('a recType with a template', { recType: 'io.{devID}' });
  refused('a recType that is too long for the path', { recType: 'r'.repeat(65) });
  refused('an address that is none', { apiUrl: 'api.microshare.io' });
  refused('an empty token', { token: ' ' });
  refused('two tokens', { token: `${TOKEN} ${TOKEN}` });
  refused('a token with a line end', { token: `${TOKEN}\nX-Other: 1` });
});
