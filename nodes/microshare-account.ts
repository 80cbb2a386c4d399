import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { NodeAPI } from 'node-red';
import { Account } from '../lib/microshare/account';
import { hostWarnings } from '../lib/microshare/hosts';
import {
  authOf,
  connectionsOf,
  deliveryOf,
  leftAccountUsers,
  type AccountCredentials,
  type MicroshareAccountDef,
  type MicroshareAccountNode,
} from './microshare-account/definition';
import { accountRoutes } from './microshare-account/routes';
import { secretOf } from './shared/secret';
import { numbersAsText } from './shared/typed';
import { warnIfNewer } from './shared/version';

/** Node-RED gives a node 15 seconds to close; its users take their time first. */
const CLOSE_GRACE_MS = 12_000;

/** The config node that owns who writes to Microshare: tokens and connections. */
export default function (RED: NodeAPI): void {
  accountRoutes(RED);

  function MicroshareAccount(this: MicroshareAccountNode, given: MicroshareAccountDef): void {
    RED.nodes.createNode(this, given);
    warnIfNewer(this, given);
    const def = numbersAsText(given);
    let account: Account | undefined;
    let fault: unknown;
    this.delivery = {};
    try {
      this.delivery = deliveryOf(def);
      const token = () => secretOf(RED, this, this.credentials.token, def.tokenVariable);
      const auth = authOf(def, numbersAsText(this.credentials), token);
      account = new Account({ hosts: def, auth, ...connectionsOf(RED, def) });
      for (const warning of hostWarnings(account.hosts)) this.warn(warning);
    } catch (error) {
      fault = error;
    }

    this.users = leftAccountUsers.take(this.id);
    this.ways = def;
    this.account = () => {
      if (account) return account;
      throw fault;
    };

    const leaving = new Set<Promise<void>>();
    this.register = (user) => {
      this.users[user.id] = user;
    };
    this.deregister = (user, closed) => {
      delete this.users[user.id];
      leaving.add(closed);
      void closed.finally(() => leaving.delete(closed));
    };

    const close = async () => {
      // Users that close in the same deploy have said so by then.
      await turn();
      leftAccountUsers.leave(this);
      const staying = Object.values(this.users);
      const done = Promise.all([...leaving, ...staying.map((user) => user.onAccount(undefined))]);
      await Promise.race([done, sleep(CLOSE_GRACE_MS, undefined, { ref: false })]);
      await account?.close();
    };
    this.on('close', (done: () => void) => {
      close().then(done, done);
    });
    for (const user of Object.values(this.users)) void user.onAccount(this);
  }

  RED.nodes.registerType<MicroshareAccountNode, MicroshareAccountDef, object, AccountCredentials>(
    'microshare-account',
    MicroshareAccount,
    {
      credentials: {
        token: { type: 'password' },
        username: { type: 'text' },
        password: { type: 'password' },
        apiKey: { type: 'password' },
      },
    },
  );
}
