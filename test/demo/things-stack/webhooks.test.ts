import assert from 'node:assert/strict';
import { once } from 'node:events';
import * as http from 'node:http';
import { startThingsStack, type ThingsStack } from '../../../demo/things-stack/server';
import type { WebhookDelivery } from '../../../demo/things-stack/webhooks';
import { close, listen } from '../../http-server';

describe('webhooks of the stand-in', () => {
  let ttn: ThingsStack;
  let receiver: http.Server;
  let baseUrl: string;
  let status: number | undefined;
  const received: { call: string; headers: http.IncomingHttpHeaders; body: string }[] = [];

  beforeEach(async () => {
    received.length = 0;
    status = 200;
    receiver = http.createServer((message, response) => {
      let body = '';
      message.on('data', (chunk: Buffer) => (body += chunk.toString()));
      message.on('end', () => {
        received.push({ call: `${message.method} ${message.url}`, headers: message.headers, body });
        if (status) response.writeHead(status).end();
      });
    });
    baseUrl = `${await listen(receiver)}/share/`;
    ttn = await startThingsStack();
  });

  afterEach(async () => {
    await ttn.close();
    await close(receiver);
  });

  const set = (webhook: Record<string, unknown>) =>
    ttn.webhooks
      .of(ttn.applications[0])
      .set('hook', { ids: { webhook_id: 'hook' }, base_url: baseUrl, format: 'json', ...webhook });
  const delivery = async () => (await once(ttn, 'webhook'))[0] as WebhookDelivery;

  it('get what MQTT gets, with their headers, on the path of the kind', async () => {
    set({ headers: { Authorization: 'Bearer abc' }, uplink_message: { path: '/io.example' } });
    ttn.publishJoin({ deviceId: 'dev1' });
    const message = ttn.publishUplink({ deviceId: 'dev1' });
    assert.deepEqual(await delivery(), { webhookId: 'hook', url: `${baseUrl}io.example`, status: 200 });
    assert.equal(received.length, 1);
    const { call, headers, body } = received[0]!;
    assert.deepEqual([call, body], ['POST /share/io.example', JSON.stringify(message)]);
    assert.deepEqual([headers.authorization, headers['content-type']], ['Bearer abc', 'application/json']);
  });

  it('are tried once, whatever the answer', async () => {
    set({ uplink_message: {} });
    for (status of [500, 401, 302]) {
      ttn.publishUplink({ deviceId: 'dev1' });
      assert.equal((await delivery()).status, status);
    }
    assert.equal(received.length, 3);
    assert.equal(received[0]?.call, 'POST /share/');
  });

  it('are given up after the time-out, and where nobody listens', async () => {
    assert.equal(ttn.webhooks.timeoutMs, 5_000);
    ttn.webhooks.timeoutMs = 30;
    status = undefined;
    set({ uplink_message: {} });
    ttn.publishUplink({ deviceId: 'dev1' });
    assert.match((await delivery()).error ?? '', /timeout/);
    set({ uplink_message: {}, base_url: 'http://127.0.0.1:1' });
    ttn.publishUplink({ deviceId: 'dev1' });
    assert.ok((await delivery()).error);
  });

  it('never leave this machine', async () => {
    set({ uplink_message: {}, base_url: 'https://api.microshare.io/share/' });
    ttn.publishUplink({ deviceId: 'dev1' });
    assert.match((await delivery()).error ?? '', /on this machine only/);
  });
});
