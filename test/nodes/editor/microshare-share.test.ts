import assert from 'node:assert/strict';
import { deviceOf, seriesOf } from '../../../nodes/editor/microshare-share/series';

describe('the dialog of microshare-share', () => {
  it('draws the numbers of unpacked and of other records', () => {
    const unpacked = (at: number, value: number) => ({
      id: `${at}`,
      createdAt: new Date(at).toISOString(),
      data: { temperature: [{ value, context_id: '1' }], meta: { iot: { rssi: -80 } }, room: { co2: 600 } },
    });
    assert.deepEqual(seriesOf([unpacked(2000, 21), unpacked(1000, 20)]), [
      {
        name: 'temperature',
        points: [
          { at: 1000, value: 20 },
          { at: 2000, value: 21 },
        ],
      },
      {
        name: 'room.co2',
        points: [
          { at: 1000, value: 600 },
          { at: 2000, value: 600 },
        ],
      },
    ]);
  });

  it('tells devices apart', () => {
    const of = (device: string, at: number, value: number) => ({
      id: `${at}`,
      createdAt: new Date(at).toISOString(),
      data: { temperature: [{ value }], meta: { iot: { device_id: device } } },
    });
    const series = seriesOf([of('a', 1, 20), of('b', 2, 5), of('a', 3, 21)]);
    assert.deepEqual(
      series.map(({ name, points }) => [name, points.map(({ value }) => value)]),
      [
        ['temperature, a', [20, 21]],
        ['temperature, b', [5]],
      ],
    );
    assert.equal(deviceOf({ end_device_ids: { device_id: 'office-1' } }), 'office-1');
    assert.equal(deviceOf('21'), undefined);
  });

  it('tells the sensors of one kind apart', () => {
    const data = {
      temperature: [
        { value: 1, context_id: '1' },
        { value: 2, context_id: '2' },
      ],
    };
    const names = seriesOf([{ createdAt: '2026-01-01T00:00:00Z', data }]).map(({ name }) => name);
    assert.deepEqual(names, ['temperature 1', 'temperature 2']);
  });
});
