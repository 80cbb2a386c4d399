import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { Account, AccountAuth, AccountOptions, PasswordAuth } from '../../lib/microshare/account';
import type { Hosts } from '../../lib/microshare/hosts';
import type { LoginStyle } from '../../lib/microshare/login';
import { DELIVERY, RateLimit, type OutboxOptions } from '../../lib/outbox';
import { LeftUsers } from '../shared/left-users';
import { tlsOptions } from '../shared/tls';
import { isOn, positiveNumber, type TypedNumber, type TypedSwitch } from '../shared/typed';

/** Flows made before a field existed lack it. */
export interface MicroshareAccountDef extends NodeDef, Partial<Hosts> {
  mode?: AccountAuth['mode'];
  /** Name of the environment variable that holds the pipe token, instead of the credential. */
  tokenVariable?: string;
  /** With a pipe token: log in to read records back. */
  readBack?: TypedSwitch;
  identity?: string;
  scope?: string;
  loginStyle?: LoginStyle;
  /** Records under way at the same time, and records a second. */
  maxInFlight?: TypedNumber;
  ratePerSecond?: TypedNumber;
  /** `http://proxy.example.com:3128`; empty: that of the environment. */
  proxy?: string;
  /** Id of a `tls-config` node. */
  tls?: string;
}

/** Where secrets go, and how. */
export type Ways = Pick<MicroshareAccountDef, 'apiUrl' | 'authUrl' | 'proxy' | 'tls'>;

export interface AccountCredentials {
  /** Pipe token. */
  token?: string;
  username?: string;
  password?: string;
  apiKey?: string;
}

/** How the outboxes of an account deliver. */
export type AccountDelivery = Pick<OutboxOptions, 'settings' | 'rate'>;

export interface MicroshareAccountNode extends Node<AccountCredentials> {
  /** Node-RED hands status and errors of a config node to the nodes it finds here. */
  users: Record<string, AccountUser>;
  delivery: AccountDelivery;
  /** Where the stored secrets go, and how. */
  ways: Ways;
  /** @throws CodedError `bad_configuration` when the fields of the account do not make one */
  account(): Account;
  register(user: AccountUser): void;
  /** @param closed when the user is done with it: the account, if it closes too, waits for that */
  deregister(user: AccountUser, closed: Promise<void>): void;
}

/** A node that writes or reads with an account. */
export interface AccountUser extends Node {
  /**
   * A deploy closes the account, or has started it anew, and not this node: one of a subflow whose property chooses the
   * account. Resolves when the one before is not used any more.
   */
  onAccount(account: MicroshareAccountNode | undefined): Promise<void>;
}

export const leftAccountUsers = new LeftUsers<AccountUser>();

/** The token is given apart: it may come from an environment variable. */
export function authOf(
  def: Pick<MicroshareAccountDef, 'mode' | 'readBack' | 'identity' | 'scope' | 'loginStyle'>,
  credentials: AccountCredentials,
  token: () => string | undefined,
): AccountAuth {
  const { username = '', password = '', apiKey = '' } = credentials;
  const login: PasswordAuth = {
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
  if (def.mode === 'password') return login;
  return { mode: 'pipe', token: token() ?? '', ...(isOn(def.readBack) && { reader: login }) };
}

/**
 * What of an account does not depend on who it is.
 * @throws CodedError `bad_configuration`
 */
export function connectionsOf(
  RED: NodeAPI,
  { maxInFlight, proxy, tls }: Pick<MicroshareAccountDef, 'maxInFlight' | 'proxy' | 'tls'>,
): Pick<AccountOptions, 'connections' | 'proxy' | 'tls'> {
  const options = tlsOptions(RED, tls);
  return {
    connections: mostInFlight(maxInFlight),
    ...(options && { tls: options }),
    ...(proxy?.trim() && { proxy: proxy.trim() }),
  };
}

/**
 * All nodes of the account share its rate.
 * @throws CodedError `bad_configuration`
 */
export function deliveryOf({ maxInFlight, ratePerSecond }: MicroshareAccountDef): AccountDelivery {
  return {
    settings: { maxInFlight: mostInFlight(maxInFlight) },
    rate: new RateLimit(positiveNumber('Rate', ratePerSecond) ?? Infinity),
  };
}

function mostInFlight(typed: TypedNumber | undefined): number {
  return Math.ceil(positiveNumber('In flight', typed) ?? DELIVERY.maxInFlight);
}
