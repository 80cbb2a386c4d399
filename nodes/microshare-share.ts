import type { Node, NodeAPI } from 'node-red';
import type { Account } from '../lib/microshare/account';
import { MicroshareError } from '../lib/microshare/errors';
import type { MicroshareAccountNode } from './microshare-account';
import { isAction } from './microshare-share/actions';
import type { MicroshareShareDef, ShareMessage } from './microshare-share/definition';
import { shareLine } from './microshare-share/delivery-line';
import { LastMessage } from './microshare-share/last-message';
import { ShareMessageReader } from './microshare-share/reader';
import { shareRoutes } from './microshare-share/routes';
import { ShareWriter } from './microshare-share/writer';
import { deliveryBoard } from './shared/delivery-board';
import { onInput } from './shared/input';
import { warnIfNewer } from './shared/version';

/** The end of the flow: writes records to a recType of Microshare, through an outbox; or reads them back. */
export default function (RED: NodeAPI): void {
  const instances = shareRoutes(RED);

  function MicroshareShare(this: Node, def: MicroshareShareDef): void {
    RED.nodes.createNode(this, def);
    warnIfNewer(this, def);
    const accountNode = RED.nodes.getNode(def.account) as MicroshareAccountNode | null;
    const account = (): Account => {
      if (accountNode) return accountNode.account();
      throw noAccount();
    };

    const last = new LastMessage(RED);
    const worker =
      def.operation === 'read'
        ? new ShareMessageReader(RED, this, def, account)
        : new ShareWriter(RED, this, def, account, accountNode?.delivery);
    const writer = worker instanceof ShareWriter ? worker : undefined;
    instances.add(this, { node: this, def, account, last, writer });
    if (writer) deliveryBoard.shares.add(this, () => shareLine(this, writer));
    accountNode?.register(this);
    onInput(this, (msg: ShareMessage, send) => {
      // The outbox is that of an account.
      if (!def.account) throw noAccount();
      if (!isAction(msg.action)) last.keep(msg);
      return worker.take(msg, send);
    });

    this.on('close', (removed: boolean, done: () => void) => {
      Promise.resolve(worker.close(removed))
        .catch((error: unknown) => this.warn(`The outbox was not closed: ${String(error)}`))
        .finally(() => {
          accountNode?.deregister(this);
          done();
        })
        .catch((error: unknown) => this.warn(String(error)));
    });

    worker.check().catch((error: unknown) => worker.complain(error));
  }

  RED.nodes.registerType('microshare-share', MicroshareShare);
}

function noAccount(): MicroshareError {
  return new MicroshareError(
    'bad_configuration',
    'No account is chosen. Open the node and choose or add one.',
  );
}
