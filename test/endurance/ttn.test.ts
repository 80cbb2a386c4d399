import { setTimeout as sleep } from 'node:timers/promises';
import sinon from 'sinon';
import { FEED_LIMITS } from '../../lib/ttn/feed';
import { RemoteStack, standStill } from '../nodes/remote-stack';
import { TtnBench } from '../nodes/ttn-bench';

const LATE_MS = 120_000;

describe('ttn-uplink, for long', () => {
  const bench = new TtnBench();
  let stack: RemoteStack;

  beforeEach(async () => {
    await bench.open();
    // A busy machine may catch up only after the first reading: nobody waits for the second here for ten minutes.
    sinon.stub(FEED_LIMITS, 'recheckMs').value(20_000);
    stack = await RemoteStack.start();
  });

  afterEach(async () => {
    await bench.close();
    await stack.close();
  });

  const nodes = () => bench.nodes({ host: stack.url, apiUrl: stack.apiUrl });

  it('brings 10,000 uplinks once, with 20 restarts of the broker and 20 Full deploys', async () => {
    const count = 10_000;
    const flow = await bench.connected(nodes());
    const sent = stack.tell({ do: 'send', count, perSecond: 150 });
    for (let round = 0; round < 20; round++) {
      await sleep(600);
      await flow.deploy(nodes(), bench.credentials());
      await sleep(600);
      await stack.tell({ do: 'stop' });
      await sleep(300);
      await stack.tell({ do: 'start' });
      await sleep(1_500);
    }
    await sent;
    await bench.eachOnce(count, LATE_MS, 1_000);
  });

  it('brings every uplink once though Node.js stands still for 6 s at 900 a second', async () => {
    const count = 900 * 10;
    await bench.connected(nodes());
    const sent = stack.tell({ do: 'send', count, perSecond: 900 });
    await sleep(2_000);
    standStill(6_000);
    await sent;
    await bench.eachOnce(count, LATE_MS, 1_000);
  });
});
