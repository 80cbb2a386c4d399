import assert from 'node:assert/strict';
import { apiBaseUrl, readBaseUrl, storageRetentionMs, TtnApi } from '../../../../lib/ttn/api';
import { identityBaseUrls } from '../../../../lib/ttn/api/hosts';

const HOUR = 3_600_000;

describe('addresses of the HTTP API', () => {
  it('follow from the host', () => {
    assert.equal(apiBaseUrl('eu1.cloud.thethings.network'), 'https://eu1.cloud.thethings.network/api/v3');
    assert.equal(apiBaseUrl('::1'), 'https://[::1]/api/v3');
  });

  it('may be written with or without the path', () => {
    const api = (baseUrl: string) => new TtnApi({ baseUrl, applicationId: 'app1', apiKey: 'NNSXS.FAKE' });
    assert.equal(api('http://localhost:1885').baseUrl, 'http://localhost:1885/api/v3');
    assert.throws(() => api('localhost:1885'), { code: 'bad_configuration' });
    for (const given of [
      'http://localhost:1885',
      ' http://localhost:1885/ ',
      'http://localhost:1885/api/v3/',
    ]) {
      assert.equal(readBaseUrl(given), 'http://localhost:1885/api/v3');
    }
    assert.equal(readBaseUrl('https://host/tts/api/v3'), 'https://host/tts/api/v3');
    for (const given of ['', 'host', 'mqtts://host', 'https://user:SECRET@host', 'https://host?key=SECRET']) {
      assert.throws(
        () => readBaseUrl(given),
        (error: Error & { code: string }) =>
          error.code === 'bad_configuration' && !error.message.includes('SECRET'),
      );
    }
  });

  const identity = (host: string, ...expected: string[]) =>
    it(`the identity server of ${host} is looked for at ${expected.join(', then ')}`, () => {
      assert.deepEqual(identityBaseUrls(apiBaseUrl(host)), expected.map(apiBaseUrl));
    });
  identity('nam1.cloud.thethings.network', 'eu1.cloud.thethings.network');
  identity('eu1.cloud.thethings.network', 'eu1.cloud.thethings.network');
  identity(
    'acme.nam1.cloud.thethings.industries',
    'acme.nam1.cloud.thethings.industries',
    'acme.eu1.cloud.thethings.industries',
  );
  identity('acme.eu1.cloud.thethings.industries', 'acme.eu1.cloud.thethings.industries');
  identity('lora.example.org', 'lora.example.org');

  it('tell how long the storage keeps messages', () => {
    assert.equal(storageRetentionMs(apiBaseUrl('au1.cloud.thethings.network')), 24 * HOUR);
    assert.equal(storageRetentionMs(apiBaseUrl('acme.eu2.cloud.thethings.industries')), 30 * 24 * HOUR);
    assert.equal(storageRetentionMs(apiBaseUrl('lora.example.org')), undefined);
  });
});
