import type { Node, NodeAPI, NodeDef } from 'node-red';
import { Account, type AccountAuth } from '../lib/microshare/account';
import type { Hosts } from '../lib/microshare/hosts';
import type { LoginStyle } from '../lib/microshare/login';
import { secretOf } from './shared/secret';

interface MicroshareAccountDef extends NodeDef, Partial<Hosts> {
  mode: AccountAuth['mode'];
  /** Name of the environment variable that holds the pipe token, instead of the credential. */
  tokenVariable?: string;
  identity?: string;
  scope?: string;
  loginStyle?: LoginStyle;
}

interface AccountCredentials {
  /** Pipe token. */
  token?: string;
  username?: string;
  password?: string;
  apiKey?: string;
}

export interface MicroshareAccountNode extends Node<AccountCredentials> {
  /** @throws CodedError `bad_configuration` when the fields of the account do not make one */
  account(): Account;
}

/** Node-RED gives a node 15 seconds to close. */
const CLOSE_GRACE_MS = 10_000;

/** The config node that owns who writes to Microshare: tokens and connections. */
export default function (RED: NodeAPI): void {
  function MicroshareAccount(this: MicroshareAccountNode, def: MicroshareAccountDef): void {
    RED.nodes.createNode(this, def);
    let account: Account | undefined;
    let fault: unknown;
    try {
      account = new Account({ hosts: def, auth: authOf(RED, this, def) });
    } catch (error) {
      fault = error;
    }

    this.account = () => {
      if (account) return account;
      throw fault;
    };

    this.on('close', (done: () => void) => {
      (account?.close(CLOSE_GRACE_MS) ?? Promise.resolve()).then(done, done);
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

function authOf(RED: NodeAPI, node: MicroshareAccountNode, def: MicroshareAccountDef): AccountAuth {
  const { token, username = '', password = '', apiKey = '' } = node.credentials;
  if (def.mode !== 'password')
    return { mode: 'pipe', token: secretOf(RED, node, token, def.tokenVariable) ?? '' };
  return {
    mode: 'password',
    style: def.loginStyle ?? 'form',
    credentials: {
      username,
      password,
      clientId: apiKey,
      identity: def.identity,
      scope: def.scope || undefined,
    },
  };
}
