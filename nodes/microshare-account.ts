import { EventEmitter, once } from 'node:events';
import type { NodeAPI } from 'node-red';
import { Account } from '../lib/microshare/account';
import { hostWarnings } from '../lib/microshare/hosts';
import {
  authOf,
  connectionsOf,
  deliveryOf,
  type AccountCredentials,
  type MicroshareAccountDef,
  type MicroshareAccountNode,
} from './microshare-account/definition';
import { accountRoutes } from './microshare-account/routes';
import { secretOf } from './shared/secret';
import { numbersAsText } from './shared/typed';
import { warnIfNewer } from './shared/version';

export type { MicroshareAccountNode } from './microshare-account/definition';

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

    this.users = {};
    this.ways = def;
    this.account = () => {
      if (account) return account;
      throw fault;
    };

    const left = new EventEmitter();
    this.register = (user) => {
      this.users[user.id] = user;
    };
    this.deregister = (user) => {
      delete this.users[user.id];
      if (Object.keys(this.users).length === 0) left.emit('all');
    };

    const close = async () => {
      if (Object.keys(this.users).length > 0) {
        await once(left, 'all', { signal: AbortSignal.timeout(CLOSE_GRACE_MS) }).catch(() => undefined);
      }
      await account?.close();
    };
    this.on('close', (done: () => void) => {
      close().then(done, done);
    });
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
