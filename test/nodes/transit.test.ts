import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { NodeAPI } from 'node-red';
import { Transit } from '../../nodes/ttn-application/transit';

const MESSAGES = 200_000;

async function heapBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  await turn();
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

describe('the search for what a deploy loses', () => {
  it('keeps nothing of the messages of other flows, however long a refused deploy waits to be mended', async () => {
    let onSend: (sent: object[]) => void = () => undefined;
    const hooks = {
      add: (name: string, hook: typeof onSend) => void (name.startsWith('onSend') && (onSend = hook)),
      remove: () => undefined,
    };
    const transit = new Transit(
      { hooks } as unknown as NodeAPI,
      () => false,
      () => undefined,
    );
    transit.begin();
    const before = await heapBytes();
    for (let index = 0; index < MESSAGES; index++) {
      const msg = { _msgid: 'lines', payload: 'line', parts: { id: 'file', index } };
      onSend([{ msg, source: { node: { id: 'split' } }, destination: { id: 'next', node: {} } }]);
      if (index % 1_000 === 0) await turn();
    }
    const grown = (await heapBytes()) - before;
    transit.end();
    assert.ok(grown < 5_000_000, `${grown} bytes`);
  });
});
