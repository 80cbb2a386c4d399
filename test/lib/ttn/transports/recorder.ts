import type { TtnError } from '../../../../lib/ttn/errors';
import type { ConnectionState, Incoming } from '../../../../lib/ttn/transports/transport';
import { eventually } from '../../../eventually';

/** What a transport told; `options` go into it. */
export class Recorder {
  readonly states: ConnectionState[] = [];
  readonly messages: Incoming[] = [];
  /** What becomes of each message. */
  onMessage?: (incoming: Incoming) => void;

  readonly options = {
    onState: (state: ConnectionState) => void this.states.push(state),
    onMessage: (incoming: Incoming) => {
      this.messages.push(incoming);
      this.onMessage?.(incoming);
    },
    backoff: { firstMs: 10, maxMs: 50 },
  };

  get errors(): TtnError[] {
    return this.states.flatMap((state) => ('error' in state ? state.error : []));
  }

  get texts(): string[] {
    return this.messages.map(({ payload }) => payload.toString());
  }

  count(name: ConnectionState['name']): number {
    return this.states.filter((state) => state.name === name).length;
  }

  connected(times = 1): Promise<unknown> {
    return eventually(() => this.count('connected') >= times, `${times} connections`);
  }

  failed(): Promise<TtnError> {
    return eventually(() => this.errors[0], 'a failure');
  }

  received(count: number): Promise<unknown> {
    return eventually(() => this.messages.length >= count, `${count} messages`);
  }
}
