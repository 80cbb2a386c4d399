import { setTimeout as sleep } from 'node:timers/promises';
import { ACCOUNTS } from '../../demo/microshare/accounts';
import type { StoreStats } from '../../lib/outbox';
import type { NodeRedProcess } from './node-red-process';

const TAB = 'tab';
/** A write without an answer takes 30 s. */
const TIMEOUT_MS = 60_000;

/** What the flow's account wants to know. */
export const SHARE_ENV = { MICROSHARE_TOKEN: ACCOUNTS[0].pipeToken! };

/**
 * `POST /records` takes a record: the answer is 200 when microshare-share is done with it, and 500 with what a Catch node
 * gets when it is not. `POST /actions` takes a `msg.action`. The log has what the status says, what is caught, and the
 * records that were written with `possibleDuplicate`.
 */
export function shareFlow(apiUrl: string): object[] {
  const does = (id: string, func: string, ...wires: string[]) => ({
    id,
    type: 'function',
    outputs: 1,
    func,
    wires: [wires],
  });
  const takes = (url: string, to: string) => ({
    id: url,
    type: 'http in',
    url,
    method: 'post',
    wires: [[to]],
  });
  const onTab = [
    takes('/records', 'uplink'),
    takes('/actions', 'action'),
    does(
      'uplink',
      `const { device, n } = msg.payload;
       msg.uplink = { key: device + ' ' + n, applicationId: 'app', deviceId: device };
       return msg;`,
      'share',
    ),
    does('action', 'msg.action = msg.payload.action; return msg;', 'share'),
    {
      id: 'share',
      type: 'microshare-share',
      account: 'account',
      recType: 'io.example.endurance',
      recTypeType: 'str',
      record: 'received',
      property: 'payload',
      wires: [['written'], []],
    },
    does(
      'written',
      `if (msg.microshare?.possibleDuplicate) node.log('flagged ' + msg.payload.device + ' ' + msg.payload.n);`,
    ),
    { id: 'complete', type: 'complete', scope: ['share'], wires: [['answer']] },
    { id: 'catch', type: 'catch', scope: null, wires: [['caught']] },
    does(
      'caught',
      `const { code, message } = msg.error;
       node.log('caught ' + message);
       if (!msg.res) return;
       msg.statusCode = 500;
       msg.payload = { code, message };
       return msg;`,
      'answer',
    ),
    { id: 'answer', type: 'http response', wires: [] },
    { id: 'status', type: 'status', scope: ['share'], wires: [['shown']] },
    does('shown', `node.log('status ' + msg.status.text);`),
  ];
  return [
    { id: TAB, type: 'tab' },
    { id: 'account', type: 'microshare-account', mode: 'pipe', apiUrl, tokenVariable: 'MICROSHARE_TOKEN' },
    ...onTab.map((node) => ({ ...node, z: TAB, x: 0, y: 0 })),
  ];
}

/** Resolves when nothing waits in the outbox; what waits for a pause is tried at once. */
export async function emptied(nodeRed: NodeRedProcess): Promise<void> {
  await nodeRed.post('actions', { action: 'resume' });
  for (const end = Date.now() + TIMEOUT_MS; Date.now() < end; await sleep(100)) {
    const { body } = await nodeRed.post('actions', { action: 'stats' });
    if ((body.store as StoreStats | undefined)?.records === 0) return;
  }
  throw new Error('The outbox is not empty.');
}

/** The records that were written with `possibleDuplicate`. */
export function flagged({ log }: NodeRedProcess): Set<string> {
  return new Set(log.flatMap((line) => line.match(/ flagged (.+)$/)?.[1] ?? []));
}
