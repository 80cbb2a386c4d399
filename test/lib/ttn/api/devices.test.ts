import assert from 'node:assert/strict';
import { startThingsStack, type ThingsStack } from '../../../../demo/things-stack/server';
import type { TtnApiError } from '../../../../lib/ttn/api';
import { apiOf, applications, failure, KEYS } from './stack';

describe('devices of an application', () => {
  let ttn: ThingsStack;

  const start = async (count: number) => {
    const devices = Array.from({ length: count }, (_, i) => ({
      deviceId: `dev-${String(i).padStart(4, '0')}`,
    }));
    const named = { deviceId: 'door', name: 'Cold Store', devEui: '70B3D57ED00000AA' };
    ttn = await startThingsStack({ applications: [{ ...applications[0], devices: [named, ...devices] }] });
  };
  afterEach(() => ttn.close());

  it('are listed by id, with name and DevEUI', async () => {
    await start(2);
    const { devices, more } = await apiOf(ttn).devices();
    assert.deepEqual(
      devices.map(({ id }) => id),
      ['dev-0000', 'dev-0001', 'door'],
    );
    assert.deepEqual(devices[2], { id: 'door', name: 'Cold Store', devEui: '70B3D57ED00000AA' });
    assert.equal(more, false);
  });

  it('are found by part of id, name or DevEUI, over all pages', async () => {
    await start(1200);
    for (const search of ['doo', 'cold s', '00aa']) {
      const { devices, more } = await apiOf(ttn).devices({ search });
      assert.deepEqual([devices.map(({ id }) => id), more], [['door'], false]);
    }
    assert.deepEqual(await apiOf(ttn).devices({ search: 'nothing' }), { devices: [], more: false });
  });

  it('are bounded', async () => {
    await start(1200);
    const { devices, more } = await apiOf(ttn).devices({ limit: 50 });
    assert.deepEqual([devices.length, devices[49]?.id, more], [50, 'dev-0049', true]);
    assert.equal(ttn.api.requests.length, 1);
  });

  it('end where the server does not count and gives fewer than asked', async () => {
    await start(0);
    const device = (id: string) => ({ ids: { device_id: id } });
    ttn.api.answerNext({ body: { end_devices: [device('a'), device('b')] } });
    ttn.api.answerNext({ body: { end_devices: [device('c')] } });
    ttn.api.answerNext({ body: {} });
    assert.deepEqual((await apiOf(ttn).devices()).devices, [{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
  });

  it('need a right of their own', async () => {
    await start(1);
    const error = await failure<TtnApiError>(apiOf(ttn, KEYS.read).devices());
    assert.deepEqual([error.code, error.right], ['missing_right', 'RIGHT_APPLICATION_DEVICES_READ']);
    assert.match(error.message, /RIGHT_APPLICATION_DEVICES_READ/);
  });
});
