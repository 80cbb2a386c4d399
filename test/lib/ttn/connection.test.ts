import assert from 'node:assert/strict';
import { startThingsStack, TEST_CERTIFICATE, type ThingsStack } from '../../../demo/things-stack/server';
import { resolveAddress } from '../../../lib/ttn/address';
import { TtnConnection, type ConnectionState, type TlsOptions } from '../../../lib/ttn/connection';
import { eventually } from '../../eventually';

describe('TtnConnection', () => {
  let stack: ThingsStack;
  let connection: TtnConnection | undefined;

  beforeEach(async () => {
    stack = await startThingsStack({ tls: true });
  });

  afterEach(async () => {
    await connection?.close();
    await stack.close();
  });

  /** Opens a connection over TLS; what it tells is in the list. */
  function open(tls: TlsOptions, host = stack.url): ConnectionState[] {
    const states: ConnectionState[] = [];
    connection = new TtnConnection({
      address: resolveAddress({ host, applicationId: 'demo-sensors@ttn' }),
      apiKey: stack.applications[0].apiKeys[0]?.key ?? '',
      tls,
      onState: (state) => states.push(state),
      onMessage: () => undefined,
      backoff: { firstMs: 10, factor: 2, maxMs: 50 },
    });
    connection.open();
    return states;
  }

  const errors = (states: ConnectionState[]) =>
    states.flatMap((state) => ('error' in state ? state.error : []));

  it("trusts a private authority by the user's TLS configuration", async () => {
    const states = open({ ca: TEST_CERTIFICATE });
    await eventually(() => states.some(({ name }) => name === 'connected'), 'a connection');
    assert.deepEqual(errors(states), []);
  });

  it('tells of a TLS configuration that is none, at every try, and never throws', async () => {
    const states = open({ cert: 'no certificate' });
    await eventually(() => errors(states).length >= 3, 'three tries');
    assert.equal(errors(states)[0]?.code, 'certificate');
    assert.match(errors(states)[0]?.message ?? '', /TLS configuration cannot be used/);
  });

  it('says how to write the address of a server without TLS', async () => {
    const plain = await startThingsStack();
    const states = open({}, plain.url.replace('mqtt:', 'mqtts:'));
    await eventually(() => errors(states).length > 0, 'a failure');
    await connection?.close();
    await plain.close();
    assert.match(errors(states)[0]?.message ?? '', new RegExp(`write the host as ${plain.url}`));
  });

  it('tries no more once it is closed', async () => {
    await stack.stop();
    const states = open({});
    await eventually(() => errors(states).length >= 2, 'two tries');
    await connection?.close();
    const { length } = states;
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(states.length, length);
    await stack.start();
  });
});
