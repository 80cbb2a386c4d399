import assert from 'node:assert/strict';
import { TREATMENTS } from '../../../lib/microshare/policy';
import { seriesOf } from '../../../nodes/editor/microshare-share/series';
import catalogue from '../../../nodes/locales/en-US/microshare-share.json';

describe('the dialog of microshare-share', () => {
  it('has a status for everything that Microshare can be wrong with', () => {
    for (const code of Object.keys(TREATMENTS)) {
      if (code !== 'overloaded') assert.ok(code in catalogue['microshare-share'].status, code);
    }
  });

  it('has no status of 20 characters or more', () => {
    const longest = { count: '1.2K', age: '59 min', time: '14:02', id: 'a1b2c3', name: 'fourteen.chars' };
    const values: Record<string, string> = { ...longest, statusCode: '503', reason: 'unavailable' };
    for (const text of Object.values(catalogue['microshare-share'].status)) {
      const shown = text.replace(/__(\w+)__/g, (_, name: string) => values[name] ?? '');
      assert.ok(shown.length < 20, shown);
    }
  });

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

  it('tells the sensors of one kind apart', () => {
    const data = {
      temperature: [
        { value: 1, context_id: '1' },
        { value: 2, context_id: '2' },
      ],
    };
    const names = seriesOf([{ id: 'a', createdAt: '2026-01-01T00:00:00Z', data }]).map(({ name }) => name);
    assert.deepEqual(names, ['temperature 1', 'temperature 2']);
  });
});
