import type { Node, NodeAPI, NodeDef } from 'node-red';
import { ThingsStackTransport } from '../lib/ttn/transports/things-stack';
import type { ConnectionState, Incoming, TlsOptions, Transport } from '../lib/ttn/transports/transport';
import { resolveAddress, type ApplicationConfig } from '../lib/ttn/address';
import { TtnError } from '../lib/ttn/errors';
import { readUplink, type ReceivedUplink } from '../lib/ttn/message';
import { CodedError } from '../lib/errors';
import { secretOf } from './shared/secret';

interface TtnApplicationDef extends NodeDef, ApplicationConfig {
  /** Id of a `tls-config` node. */
  tls?: string;
  /** Name of the environment variable that holds the API key, instead of the credential. */
  apiKeyVariable?: string;
}

interface TtnApplicationCredentials {
  apiKey?: string;
}

interface TlsConfigNode extends Node {
  addTLSOptions(options: TlsOptions): void;
}

/** What a subscriber is told of the connection. */
export type ApplicationState = ConnectionState | { name: 'invalid'; error: CodedError };

/** A node that wants the uplinks of an application. */
export interface Subscriber extends Node {
  onState(state: ApplicationState): void;
  /** @param shared the same objects go to other subscribers too: clone before handing on */
  onUplink(received: ReceivedUplink, shared: boolean): void;
  /** A message came that could not be read; the application reports it to Catch nodes. */
  onUnreadable(error: CodedError): void;
}

export interface TtnApplicationNode extends Node<TtnApplicationCredentials> {
  /** Node-RED hands status and errors of a config node to the nodes it finds here. */
  users: Record<string, Subscriber>;
  /** The first subscriber opens the connection. */
  register(subscriber: Subscriber): void;
  /** The last one closes it. */
  deregister(subscriber: Subscriber): Promise<void>;
}

/** The config node that owns the connection of one TTN application, however many nodes use it. */
export default function (RED: NodeAPI): void {
  function TtnApplication(this: TtnApplicationNode, def: TtnApplicationDef): void {
    RED.nodes.createNode(this, def);
    this.users = {};
    let connection: Transport | undefined;
    let state: ApplicationState = { name: 'connecting' };
    let told: string | undefined;

    const onState = (next: ApplicationState) => {
      state = next;
      for (const user of Object.values(this.users)) user.onState(next);
      if (next.name === 'connected') told = undefined;
      // Said once, not at each try.
      if ('error' in next && next.error.code !== told) {
        told = next.error.code;
        this.error(next.error, {});
      }
    };

    const onMessage = ({ topic, payload }: Incoming) => {
      const users = Object.values(this.users);
      try {
        const received = readUplink(topic, payload);
        for (const user of users) user.onUplink(received, users.length > 1);
      } catch (error) {
        if (error instanceof CodedError) for (const user of users) user.onUnreadable(error);
        this.error(error, { topic, payload });
      }
    };

    this.register = (subscriber) => {
      this.users[subscriber.id] = subscriber;
      if (connection) return subscriber.onState(state);
      try {
        connection = new ThingsStackTransport({ ...connectionOf(RED, this, def), onState, onMessage });
        connection.open();
      } catch (error) {
        onState({ name: 'invalid', error: error as CodedError });
      }
    };

    this.deregister = async (subscriber) => {
      delete this.users[subscriber.id];
      if (Object.keys(this.users).length > 0) return;
      const closing = connection;
      connection = undefined;
      await closing?.close();
    };

    this.on('close', (done: () => void) => {
      const closing = connection;
      connection = undefined;
      (closing?.close() ?? Promise.resolve()).then(done, done);
    });
  }

  RED.nodes.registerType<TtnApplicationNode, TtnApplicationDef, object, TtnApplicationCredentials>(
    'ttn-application',
    TtnApplication,
    {
      credentials: { apiKey: { type: 'password' } },
    },
  );
}

/** @throws CodedError `bad_configuration` */
function connectionOf(RED: NodeAPI, node: TtnApplicationNode, def: TtnApplicationDef) {
  const address = resolveAddress(def);
  const apiKey = secretOf(RED, node, node.credentials.apiKey, def.apiKeyVariable);
  if (!apiKey) {
    throw new TtnError(
      'bad_configuration',
      `The API key of application "${address.username}" is missing. Make one in the Console: Applications > your application > API keys, with the right "Read application traffic".`,
    );
  }
  const tls: TlsOptions = {};
  if (def.tls) (RED.nodes.getNode(def.tls) as TlsConfigNode | null)?.addTLSOptions(tls);
  return { address, apiKey, tls };
}
