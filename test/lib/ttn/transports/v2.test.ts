import assert from 'node:assert/strict';
import { resolveV2Address } from '../../../../lib/ttn/address';
import { v2TopicsOf } from '../../../../lib/ttn/kinds';
import { v2Transport, type V2Options } from '../../../../lib/ttn/transports/v2';
import type { Transport } from '../../../../lib/ttn/transports/transport';
import { startBroker, type Broker } from './aedes';
import { Recorder } from './recorder';

const ACCESS_KEY = 'ttn-account-v2.the-key';

describe('v2Transport', () => {
  let broker: Broker;
  let recorder: Recorder;
  let transport: Transport;

  beforeEach(async () => {
    recorder = new Recorder();
    broker = await startBroker((_client, username, password, done) => {
      const isRight = username === 'my_app' && password?.toString() === ACCESS_KEY;
      if (isRight) done(null, true);
      else done(Object.assign(new Error('refused'), { returnCode: 5 }), null);
    });
  });

  afterEach(async () => {
    await transport.close();
    await broker.close();
  });

  function open(options: Partial<V2Options> = {}): void {
    transport = v2Transport({
      address: resolveV2Address({ host: broker.url, applicationId: 'my_app' }),
      accessKey: ACCESS_KEY,
      topics: v2TopicsOf(['up'], 'my_app'),
      ...recorder.options,
      ...options,
    });
    transport.open();
  }

  it('hands on the uplinks of the application, without the topics of single fields', async () => {
    open();
    await recorder.connected();
    await broker.publish('my_app/devices/dev_1/up/temperature', '21.5');
    await broker.publish('my_app/devices/dev_1/events/activations', '{}');
    await broker.publish('my_app/devices/dev_1/up', '{"counter":0}');
    await recorder.received(1);
    assert.deepEqual(
      recorder.messages.map(({ topic }) => topic),
      ['my_app/devices/dev_1/up'],
    );
  });

  it('hands on the events that are chosen', async () => {
    open({ topics: v2TopicsOf(['up', 'join', 'down'], 'my_app') });
    await recorder.connected();
    for (const end of ['up', 'events/activations', 'events/down/sent', 'events/update']) {
      await broker.publish(`my_app/devices/dev_1/${end}`, end);
    }
    await recorder.received(3);
    assert.deepEqual(recorder.texts, ['up', 'events/activations', 'events/down/sent']);
  });

  it('says that the access key is wrong', async () => {
    open({ accessKey: 'ttn-account-v2.another' });
    const { code, message } = await recorder.failed();
    assert.equal(code, 'not_authorized');
    assert.match(message, /refused the application "my_app" or its access key\. .*\(CONNACK 5\)$/);
  });
});
