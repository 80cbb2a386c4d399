import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { CodedError } from '../../../lib/errors';
import {
  resolveAddress,
  resolveAmqpAddress,
  resolveBrokerAddress,
  resolveV2Address,
  type ApplicationConfig,
} from '../../../lib/ttn/address';

const resolve = (config: Partial<ApplicationConfig>) =>
  resolveAddress({ host: 'eu1.cloud.thethings.network', applicationId: 'my-app', ...config });

describe('resolveAddress', () => {
  it('means TLS on 8883 and the tenant ttn on The Things Network', () => {
    assert.deepEqual(resolve({}), {
      url: 'mqtts://eu1.cloud.thethings.network:8883',
      hostname: 'eu1.cloud.thethings.network',
      username: 'my-app@ttn',
    });
  });

  it('makes the host of a tenant on The Things Stack Cloud', () => {
    const cloud = { host: 'eu1.cloud.thethings.industries', tenantId: 'acme' };
    assert.equal(resolve(cloud).url, 'mqtts://acme.eu1.cloud.thethings.industries:8883');
    assert.equal(resolve(cloud).username, 'my-app@acme');
    assert.equal(resolve({ host: 'acme.eu1.cloud.thethings.industries' }).username, 'my-app@acme');
    assert.throws(() => resolve({ host: 'eu1.cloud.thethings.industries' }), {
      code: 'bad_configuration',
      message: /tenant id is missing/,
    });
  });

  it('takes no tenant on The Things Network: the dialog hides what was typed for another cluster', () => {
    const host = 'eu1.cloud.thethings.network';
    assert.equal(resolve({ host, tenantId: 'acme' }).username, 'my-app@ttn');
  });

  it('takes a pasted app@tenant, and no tenant on an own host', () => {
    assert.equal(resolve({ applicationId: 'my-app@acme', host: 'lora.example.org' }).username, 'my-app@acme');
    assert.equal(resolve({ host: 'lora.example.org' }).username, 'my-app');
  });

  it('reads host:port and mqtt addresses', () => {
    const urls = [
      'lora.example.org:1234',
      'mqtt://127.0.0.1',
      'mqtt://localhost:1999/',
      'mqtts://LORA.example.org',
      'mqtt://[::1]:1884',
    ].map((host) => resolve({ host }).url);
    assert.deepEqual(urls, [
      'mqtts://lora.example.org:1234',
      'mqtt://127.0.0.1:1883',
      'mqtt://localhost:1999',
      'mqtts://lora.example.org:8883',
      'mqtt://[::1]:1884',
    ]);
  });

  it('says what is missing or wrong', () => {
    const cases: [Partial<ApplicationConfig>, RegExp][] = [
      [{ host: ' ' }, /host is missing/],
      [{ host: 'https://eu1.cloud.thethings.network/console' }, /"https:.*cannot be read/],
      [{ host: 'my host' }, /cannot be read/],
      [{ applicationId: '' }, /application id is missing/],
      [{ applicationId: 'My App' }, /"My App" cannot be right/],
      [{ applicationId: 'my-app@attacker.example/' }, /tenant "attacker.example\/" cannot be right/],
      [{ host: 'eu1.cloud.thethings.industries', tenantId: 'attacker.example/' }, /cannot be right/],
      [{ applicationId: '${TTN_APP_ID}' }, /environment variable TTN_APP_ID is not set/],
    ];
    for (const [config, message] of cases)
      assert.throws(() => resolve(config), { code: 'bad_configuration', message });
  });
});

describe('resolveV2Address', () => {
  it('takes ids of v2, which v3 does not have', () => {
    assert.deepEqual(resolveV2Address({ host: 'mqtt://lora.example.org', applicationId: 'my_app' }), {
      url: 'mqtt://lora.example.org:1883',
      hostname: 'lora.example.org',
      username: 'my_app',
    });
    assert.throws(() => resolveV2Address({ host: 'lora.example.org', applicationId: 'my-app@ttn' }), {
      code: 'bad_configuration',
      message: /ids of v2/,
    });
  });
});

describe('resolveBrokerAddress', () => {
  it('reads the address of any MQTT broker', () => {
    assert.equal(resolveBrokerAddress('broker.example.org').url, 'mqtts://broker.example.org:8883');
    assert.throws(() => resolveBrokerAddress('amqp://broker.example.org'), { code: 'bad_configuration' });
  });
});

describe('resolveAmqpAddress', () => {
  it('reads addresses as RabbitMQ writes them, with the virtual host', () => {
    const read = (host: string, virtualHost?: string) => {
      const { url, port, virtualHost: name } = resolveAmqpAddress(host, virtualHost);
      return [url, port, name];
    };
    const host = 'rabbit.example.org';
    assert.deepEqual(read(host), [`amqps://${host}:5671`, 5671, '/']);
    assert.deepEqual(read(`amqp://${host}`), [`amqp://${host}:5672`, 5672, '/']);
    assert.deepEqual(read(`amqp://${host}:5673/ttn%2Flab%40home`), [
      `amqp://${host}:5673`,
      5673,
      'ttn/lab@home',
    ]);
    assert.deepEqual(read(host, 'ttn'), [`amqps://${host}:5671`, 5671, 'ttn']);
  });
});

describe('an address with a password', () => {
  // A / or # in the password makes something else of each part of the address.
  for (const user of ['me:secret', 'me:/secret', 'me:12/secret', 'me:12#secret', 'me@ttn:secret']) {
    it(`is refused, and not repeated: ${user}`, () => {
      const refused = (error: CodedError) =>
        error.code === 'bad_configuration' &&
        /user name and password.*fields of their own/.test(error.message) &&
        !inspect(error).includes('secret');
      assert.throws(() => resolve({ host: `mqtts://${user}@lora.example.org` }), refused);
      assert.throws(() => resolveBrokerAddress(`mqtts://${user}@broker.example.org`), refused);
      assert.throws(() => resolveAmqpAddress(`amqps://${user}@rabbit.example.org`), refused);
    });
  }
});
