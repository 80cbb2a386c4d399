import type { NodeAPI } from 'node-red';
import { text } from '../../lib/json';
import { receiveUplink, type ReceivedUplink } from '../../lib/ttn/message';
import type { Application } from './application';
import { watchDeploys } from './deploys';
import { Transit, type MessageOfUplink } from './transit';

/** The applications that run: tells them how deploys go. */
export class Applications {
  readonly #RED: NodeAPI;
  readonly #all = new Set<Application>();
  readonly #transit: Transit;
  #endWatch: (() => void) | undefined;

  constructor(RED: NodeAPI) {
    this.#RED = RED;
    this.#transit = new Transit(
      RED,
      (msg) => this.#handOn(msg),
      () => this.#endUnused(),
    );
  }

  add(application: Application): void {
    const all = this.#all;
    const transit = this.#transit;
    all.add(application);
    this.#endWatch ??= watchDeploys(this.#RED, {
      stopping: (closes) => {
        if (closes) transit.begin();
        all.forEach((one) => one.stopping(closes));
      },
      started: () => {
        // Before what is newer.
        transit.started();
        all.forEach((one) => one.started());
      },
      refused: () => all.forEach((one) => one.refused()),
      ended: () => transit.end(),
    });
  }

  delete(application: Application): void {
    this.#all.delete(application);
    this.#endUnused();
  }

  /** In a Full deploy there is none for a while. */
  #endUnused(): void {
    if (this.#all.size > 0 || this.#transit.isWatching) return;
    this.#endWatch?.();
    this.#endWatch = undefined;
  }

  /** Emits an uplink once more of which a node had the message that is there no more. */
  #handOn(msg: MessageOfUplink): boolean {
    const received = receivedIn(msg);
    if (!received) return false;
    const owners = [...this.#all].filter((application) => application.mayHaveSent(received));
    return owners.filter((application) => application.emit(received)).length > 0;
  }
}

/** The uplink as it came, if the flow has left that. */
function receivedIn({ topic, ttn, uplink }: MessageOfUplink): ReceivedUplink | undefined {
  try {
    const recovered = uplink?.recovered === true;
    const received = receiveUplink(structuredClone(ttn), { topic: text(topic), recovered });
    return received.uplink.key === uplink?.key ? received : undefined;
  } catch {
    return undefined;
  }
}
