import type { Node } from 'node-red';
import { CodedError } from '../../lib/errors';
import { needsChange } from '../../lib/microshare/policy';
import type { Cause, Damage, OutboxState, StoreStats } from '../../lib/outbox';
import { Recent } from '../../lib/recent';
import { Reminders } from '../shared/reminders';
import { ageText } from '../shared/short-texts';
import { outboxesOfOtherAccounts } from './other-accounts';

/** Where recTypes come from messages there may be very many; a forgotten one is announced once more. */
const REC_TYPES = 5_000;

type Losses = Pick<StoreStats, 'dropped' | 'rejectedDropped' | 'damaged'>;

const LOSSES: Record<keyof Losses, (count: number) => string> = {
  dropped: (count) => `The outbox is full: ${count} of the oldest records were dropped.`,
  rejectedDropped: (count) =>
    `The outbox has no room for more rejected records: ${count} of the oldest were dropped. Look at those that are left under Rejected, in the node's dialog.`,
  damaged: (count) =>
    `${count} records that waited were damaged on the disk. What is left of them is under Rejected, in the node's dialog.`,
};

/** What the log, and Catch nodes, are told of a node that writes: each thing once, or once in a while. */
export class WriterLog {
  readonly #node: Node;
  readonly #recTypes = new Recent<string, true>(REC_TYPES);
  readonly #warned = new Set<string>();
  /** What stopped everything, and has been said. */
  #heldBy: string | undefined;
  readonly #reminders = new Reminders();
  readonly #counted: Losses = { dropped: 0, rejectedDropped: 0, damaged: 0 };

  constructor(node: Node) {
    this.#node = node;
  }

  /** Of what is doubtful about records. */
  warnOnce(warning: string): void {
    if (this.#warned.has(warning)) return;
    this.#warned.add(warning);
    this.#node.warn(warning);
  }

  failed(error: unknown): void {
    if (this.#reminders.isDue((error as CodedError).code)) this.#node.error(error, {});
  }

  changed(state: OutboxState): void {
    if (state.name === 'held' && state.code !== this.#heldBy) {
      this.#heldBy = state.code;
      this.#node.error(new CodedError(state.code, `${state.message} ${howHeld(state)}`), {});
    }
    if (state.name === 'waiting' && this.#reminders.isDue(`waiting ${state.code}`)) {
      this.#node.warn(`Records wait: ${state.message}`);
    }
  }

  /** Also where a Catch node takes the errors of the messages. */
  refusing({ message }: Cause): void {
    if (this.#reminders.isDue('refused')) this.#node.warn(`New records are refused: ${message}`);
  }

  /** @returns whether it is the first record to its recType */
  written(recType: string): boolean {
    this.#heldBy = undefined;
    const isFirst = !this.#recTypes.has(recType);
    this.#recTypes.set(recType, true);
    if (isFirst) this.#node.log(`First record to the recType "${recType}" since the start of this node.`);
    return isFirst;
  }

  /**
   * What was lost since it was told last.
   * @param isLast the node closes: nobody will tell the rest
   */
  counted(stats: Losses, isLast = false): void {
    for (const name of Object.keys(LOSSES) as (keyof Losses)[]) {
      // The counts begin anew when the outbox is opened again.
      if (stats[name] < this.#counted[name]) this.#counted[name] = 0;
      const lost = stats[name] - this.#counted[name];
      if (lost === 0 || !(isLast || this.#reminders.isDue(name))) continue;
      this.#node.warn(LOSSES[name](lost));
      this.#counted[name] = stats[name];
    }
  }

  damaged(damage: Damage): void {
    this.#node.error(damageText(damage), {});
  }

  /** A message among the rejected records. */
  unreadable(id: number): void {
    this.#node.warn(
      `The message ${id} among the rejected records cannot be sent again, as it cannot be read: it was damaged on the disk, or kept by a newer version of Node.js. Discard it, or start that version again.`,
    );
  }

  /** A message that has come back from the second output so often. */
  goesRound(turns: number): void {
    this.warnOnce(
      `A message has come back from the second output ${turns} times and was rejected each time: it does not leave by that output any more. It is under Rejected, in the node's dialog. Wire the second output to what mends messages, not straight to the input.`,
    );
  }

  /** A copy of the flow has the same uplinks, and another outbox. */
  twin(node: string): void {
    this.#node.warn(
      `The node ${node} writes the same uplinks to the same recType of the same account: each is in Microshare twice. Remove one of the two nodes, or give it a recType of its own.`,
    );
  }

  /** The node ends for good. */
  leaves({ records, rejected, kind }: StoreStats): void {
    const place =
      kind === 'disk'
        ? 'Those of a node that is not in the flow any more are in the Delivery tab, to be exported or discarded.'
        : 'They are in memory, and lost when Node-RED ends.';
    this.#node.warn(
      `${records} records of this node have not been written, and ${rejected} are rejected. They will not be written unless the node comes back. ${place}`,
    );
  }

  /** The outbox of an account is not written by another one. */
  async otherAccounts(directory: string | undefined, account: string): Promise<void> {
    try {
      const others = await outboxesOfOtherAccounts(directory, this.#node.id, account);
      for (const { account: id, records, rejected, kind } of others) {
        const till = kind === 'disk' ? '; the Delivery tab exports them' : ', and lost when Node-RED ends';
        this.#node.warn(
          `This node still keeps ${records} records that wait and ${rejected} rejected ones for the account with the id "${id}", which it used before. They are written when that account is chosen again${till}.`,
        );
      }
    } catch (error) {
      this.#node.warn(String(error));
    }
  }
}

export function damageText({ file, cause, saved }: Damage): string {
  return `The outbox was damaged (${cause}). It was put aside as ${file}; ${saved} records were saved from it, those that wait as possible duplicates, and work goes on. Records that could not be read are only in that file.`;
}

/** What becomes of the records meanwhile. */
function howHeld({ code, until }: { code: string; until: number }): string {
  if (needsChange(code)) return 'Records are kept, and written when this is mended.';
  return `Records are kept, and tried again in ${ageText(until - Date.now())}; "Try what waits now", in the Delivery tab and in the node's dialog under Rejected, tries at once.`;
}
