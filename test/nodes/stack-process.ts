import { startThingsStack, type ThingsStack } from '../../demo/things-stack/server';

/** What the process is told. It answers with `{ done }`, and once with its addresses. */
export type Order = { do: 'send'; count: number; perSecond: number } | { do: 'stop' } | { do: 'start' };

const DEVICES = 50;

/** A stand-in for The Things Stack in a process of its own, which goes on while another one stands still. */
async function main(): Promise<void> {
  const stack = await startThingsStack();
  const obey = async (order: Order): Promise<void> => {
    if (order.do === 'stop') await stack.stop();
    if (order.do === 'start') await stack.start();
    if (order.do === 'send') await send(stack, order.count, order.perSecond);
    process.send?.({ done: order.do });
  };
  process.on('message', (order: Order) => {
    obey(order).catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ url: stack.url, apiUrl: stack.api.url });
}

function send(stack: ThingsStack, count: number, perSecond: number): Promise<void> {
  const begin = Date.now();
  let sent = 0;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(count, ((Date.now() - begin) * perSecond) / 1000);
      for (; sent < due; sent++) stack.publishUplink({ deviceId: `device-${sent % DEVICES}` });
      if (sent < count) return;
      clearInterval(timer);
      resolve();
    }, 5);
  });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
