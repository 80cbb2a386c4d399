import type { NodeAPI } from 'node-red';
import type { Account } from '../lib/microshare/account';
import {
  leftAccountUsers,
  type AccountUser,
  type MicroshareAccountNode,
} from './microshare-account/definition';
import { isAction } from './microshare-share/actions';
import type { MicroshareShareDef, ShareMessage } from './microshare-share/definition';
import { shareLine } from './microshare-share/delivery-line';
import { LastMessage } from './microshare-share/last-message';
import { ShareMessageReader } from './microshare-share/reader';
import { shareRoutes } from './microshare-share/routes';
import { ShareWriter } from './microshare-share/writer';
import { deliveryBoard } from './shared/delivery-board';
import { onInput } from './shared/input';
import { notThere } from './shared/not-there';
import { warnIfNewer } from './shared/version';

/** The end of the flow: writes records to a recType of Microshare, through an outbox; or reads them back. */
export default function (RED: NodeAPI): void {
  const instances = shareRoutes(RED);

  function MicroshareShare(this: AccountUser, def: MicroshareShareDef): void {
    RED.nodes.createNode(this, def);
    warnIfNewer(this, def);
    let accountNode = RED.nodes.getNode(def.account) as MicroshareAccountNode | null;
    let isOpen = accountNode !== null;
    const noAccount = () => notThere('Microshare account', def.account);
    const account = (): Account => {
      if (isOpen) return accountNode!.account();
      throw noAccount();
    };
    const begin = () =>
      def.operation === 'read'
        ? new ShareMessageReader(RED, this, def, account)
        : new ShareWriter(RED, this, def, account, accountNode?.delivery);
    const end = (removed: boolean) =>
      Promise.resolve(worker.close(removed)).catch((error: unknown) =>
        this.warn(`The outbox was not closed: ${String(error)}`),
      );
    const check = () => worker.check().catch((error: unknown) => worker.complain(error));

    let worker = begin();
    /** While the account changes, messages wait. */
    let ready = Promise.resolve();
    const writer = () => (worker instanceof ShareWriter ? worker : undefined);
    const last = new LastMessage(RED);
    instances.add(this, { node: this, def, account, last, writer });
    if (writer()) deliveryBoard.shares.add(this, () => shareLine(this, writer()!));
    accountNode?.register(this);
    const leave = accountNode ? undefined : leftAccountUsers.wait(def.account, this);
    this.onAccount = (next) => {
      const restart = async () => {
        await end(false);
        isOpen = next !== undefined;
        accountNode = next ?? accountNode;
        worker = begin();
        if (isOpen) await check();
      };
      return (ready = ready.then(restart).catch((error: unknown) => this.error(error)));
    };
    onInput(this, async (msg: ShareMessage, send) => {
      // The outbox is that of an account.
      if (!def.account) throw noAccount();
      await ready;
      if (!isAction(msg.action)) last.keep(msg);
      return worker.take(msg, send);
    });

    this.on('close', (removed: boolean, done: () => void) => {
      const closed = ready.then(() => end(removed));
      accountNode?.deregister(this, closed);
      leave?.();
      closed.then(done, done);
    });
    void check();
  }

  RED.nodes.registerType('microshare-share', MicroshareShare);
}
