import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import mqtt from 'mqtt';
import { DEVICE_KINDS } from '../../../demo/things-stack/device-kinds';
import { simulateDevice, startDevices, type SentUplink } from '../../../demo/things-stack/devices';
import type { EndDevice } from '../../../demo/things-stack/messages';
import { seededRandom } from '../../../demo/things-stack/random';
import { startThingsStack } from '../../../demo/things-stack/server';
import { decode } from '../../../lib/lpp';
import { eventually } from '../../eventually';

/** The first events in the life of one device of each kind. */
function live(seed: string): (EndDevice | SentUplink)[] {
  return DEVICE_KINDS.flatMap((kind) => {
    const device = simulateDevice(kind, seededRandom(`${seed}/${kind.deviceId}`));
    return Array.from({ length: 500 }, () => device.next().value);
  });
}

const isUplink = (event: EndDevice | SentUplink): event is SentUplink => 'fCnt' in event;

describe('simulated devices', () => {
  const events = live('seed');
  const uplinks = events.filter(isUplink);
  const some = (what: string, condition: (uplink: SentUplink) => boolean) =>
    assert.ok(uplinks.some(condition), what);

  it('join first, and start each session with a new address, key and frame counter', () => {
    const sessions = new Set<string>();
    for (const kind of DEVICE_KINDS) {
      let session: EndDevice | undefined;
      let last = -1;
      for (const event of events.filter(({ deviceId }) => deviceId === kind.deviceId)) {
        if (isUplink(event)) {
          assert.equal(event.sessionKeyId, session?.sessionKeyId);
          assert.equal(event.devAddr, session?.devAddr);
          assert.ok(event.fCnt > last, 'frame counters go up');
          last = event.fCnt;
        } else {
          session = event;
          last = -1;
          sessions.add(`${event.devAddr} ${event.sessionKeyId}`);
        }
      }
    }
    const joins = events.length - uplinks.length;
    assert.ok(joins > DEVICE_KINDS.length, 'some joined again');
    assert.equal(sessions.size, joins);
  });

  it('send frames that decode to what they measured', () => {
    for (const { bytes, readings, fPort } of uplinks) {
      assert.equal(readings.length > 0, fPort > 0);
      assert.deepEqual(decode(bytes).readings, readings);
    }
    const [climate] = uplinks;
    assert.equal(climate?.bytes.length, 15);
    assert.deepEqual(
      climate.readings.map(({ name }) => name),
      ['temperature', 'relative_humidity', 'barometric_pressure', 'analog_in'],
    );
  });

  it('measure plausible values that follow the day', () => {
    const temperatures = uplinks
      .filter(({ deviceId, fPort }) => deviceId === 'climate-meeting-room' && fPort > 0)
      .map(({ readings }) => readings[0]?.value as number);
    assert.ok(Math.min(...temperatures) > 17 && Math.min(...temperatures) < 19);
    assert.ok(Math.max(...temperatures) > 23 && Math.max(...temperatures) < 25);
  });

  it('are heard by one to four gateways, with the data rate that the signal allows', () => {
    for (const { receptions, spreadingFactor } of uplinks) {
      assert.ok(receptions!.length >= 1 && receptions!.length <= 4);
      assert.ok(spreadingFactor! >= 7 && spreadingFactor! <= 12);
      for (const { rssi, snr } of receptions!) {
        assert.ok(rssi > -140 && rssi < -20 && snr >= -20 && snr <= 11, `${rssi} dBm, ${snr} dB`);
      }
    }
    const heardBy = new Set(uplinks.map(({ receptions }) => receptions!.length));
    assert.deepEqual([...heardBy].sort(), [1, 2, 3, 4]);
    const factors = new Set(uplinks.map(({ spreadingFactor }) => spreadingFactor!));
    assert.deepEqual(
      [...factors].sort((a, b) => a - b),
      [7, 8, 9, 10, 11, 12],
    );
    some('through Packet Broker', ({ receptions }) => receptions!.some(({ gateway }) => gateway.foreign));
  });

  it('do what happens in the field: lost frames, confirmed ones, MAC commands only, types that TTN does not know', () => {
    some('confirmed', ({ confirmed }) => confirmed === true);
    some('MAC commands only', ({ fPort, bytes }) => fPort === 0 && bytes.length === 0);
    some('extended type', ({ readings }) => readings.some(({ name }) => name === 'energy'));
    const lost = uplinks.some(({ fCnt, sessionKeyId }, i) => {
      const before = uplinks[i - 1];
      return before?.sessionKeyId === sessionKeyId && fCnt > before.fCnt + 1;
    });
    assert.ok(lost, 'a gap in the frame counter');
  });

  it('do the same again under the same seed', () => {
    const values = (life: (EndDevice | SentUplink)[]) =>
      life.map((event) => ({ ...event, sessionKeyId: undefined, battery: undefined }));
    assert.deepEqual(values(live('seed')), values(events));
    assert.notDeepEqual(values(live('other')), values(events));
  });

  it('reach a subscriber exactly as sent', async () => {
    const ttn = await startThingsStack();
    const [{ applicationId, tenantId, apiKeys }] = ttn.applications;
    const client = await mqtt.connectAsync(ttn.url, {
      username: `${applicationId}@${tenantId}`,
      password: apiKeys[0]!.key,
    });
    const received: Record<string, { fPort: number; fCnt: number; bytes: string; session: string }[]> = {};
    const joined: string[] = [];
    client.on('message', (topic, payload) => {
      const device = topic.split('/')[3]!;
      const message = JSON.parse(payload.toString());
      if (topic.endsWith('/join')) return joined.push(device);
      const { f_port = 0, f_cnt = 0, frm_payload = '', session_key_id } = message.uplink_message;
      (received[device] ??= []).push({
        fPort: f_port,
        fCnt: f_cnt,
        bytes: frm_payload,
        session: session_key_id,
      });
    });
    await client.subscribeAsync('#');
    const devices = startDevices(ttn, { intervalMs: 5 });
    await eventually(() => devices.sent.length >= 200, 'the uplinks');
    devices.stop();
    const sent = devices.sent.length;
    await delay(50);
    assert.equal(devices.sent.length, sent, 'stopped');

    for (const { deviceId } of DEVICE_KINDS) {
      assert.ok(joined.includes(deviceId));
      assert.deepEqual(
        received[deviceId],
        devices.sent
          .filter((uplink) => uplink.deviceId === deviceId)
          .map(({ fPort, fCnt, bytes, sessionKeyId }) => ({
            fPort,
            fCnt,
            bytes: bytes.toString('base64'),
            session: sessionKeyId,
          })),
      );
    }
    await client.endAsync();
    await ttn.close();
  });
});
