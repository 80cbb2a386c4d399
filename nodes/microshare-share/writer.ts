import type { Node, NodeAPI } from 'node-red';
import { CodedError } from '../../lib/errors';
import { object } from '../../lib/json';
import type { Account } from '../../lib/microshare/account';
import { MicroshareError } from '../../lib/microshare/errors';
import type { WrittenRecord } from '../../lib/microshare/share';
import { joinTags } from '../../lib/microshare/tags';
import type {
  Added,
  Deliver,
  NewRecord,
  Outbox,
  OutboxState,
  OutboxStats,
  RejectedRecord,
  Rejection,
  StoredRecord,
  StoreStats,
} from '../../lib/outbox';
import type { AccountDelivery } from '../microshare-account/definition';
import type { Send } from '../shared/input';
import { namesInFlow, outboxName } from '../shared/outbox-names';
import { outboxesDirectory } from '../shared/state-directory';
import { storedMessages } from '../shared/stored-messages';
import { Turns } from '../shared/turns';
import { isOn } from '../shared/typed';
import { acceptedKeys } from './accepted-keys';
import { ACTIONS, isAction, optionsOf, type Action, type Asked } from './actions';
import type { MicroshareShareDef, ShareMessage } from './definition';
import { Durable } from './durable';
import { keepMessage, keptMessage } from './kept-message';
import { limitsOf } from './limits';
import { laneOf, newRecords, type NewRecords } from './new-records';
import { recTypes, type RecTypes } from './rec-type';
import { checkRecordSettings } from './record';
import {
  formerOf,
  mayReplace,
  rebuiltMessage,
  refusalOf,
  RejectedError,
  rejectedMessage,
  turnsOf,
  withFailure,
} from './rejection';
import { ShareStatus } from './share-status';
import { WaitingMessages } from './waiting-messages';
import { WriterLog } from './writer-log';

/** So often a message that comes back from the second output is rejected and goes out once more, as Catch nodes have it. */
const MOST_TURNS = 10;

/** Takes the messages of a node into its outbox, and says what becomes of them. */
export class ShareWriter {
  readonly #RED: NodeAPI;
  readonly #node: Node;
  readonly #def: MicroshareShareDef;
  readonly #account: () => Account;
  /** Of the outbox. */
  readonly #name: string;
  readonly #durable: Durable;
  readonly #status: ShareStatus;
  readonly #log: WriterLog;
  readonly #messages = new WaitingMessages();
  readonly #recTypes: RecTypes;
  readonly #newRecords: NewRecords;
  /** Of messages: an expression may take its time, and a device's records keep their order. */
  readonly #taking = new Turns();
  /** Of actions: what is sent again twice at a time would be there twice. */
  readonly #acting = new Turns();
  /** The records of the last message, on their way into the outbox. */
  #adding: Promise<boolean>[] = [];
  /** What cannot be right in the settings. */
  fault: unknown;
  /** The last recType that was written to. */
  lastRecType: string | undefined;

  /** @param account throws when its fields do not make one; the records are kept until they do */
  constructor(
    RED: NodeAPI,
    node: Node,
    def: MicroshareShareDef,
    account: () => Account,
    delivery?: AccountDelivery,
  ) {
    this.#RED = RED;
    this.#node = node;
    this.#def = def;
    this.#account = account;
    this.#recTypes = recTypes(RED, node, def);
    this.#status = new ShareStatus(node, RED._, () => this.stats());
    this.#log = new WriterLog(node);
    this.#name = outboxName(node.id, def.account);
    const warn = (warning: string) => this.#log.warnOnce(warning);
    this.#newRecords = newRecords(RED, node, def, this.#recTypes, this.#name, warn);
    const directory = outboxesDirectory(RED);
    this.#durable = new Durable({
      name: this.#name,
      directory,
      limits: () => limitsOf(def),
      ...delivery,
      deliver: this.#deliverer(),
      onWritten: (record, result) => this.#written(record, result as WrittenRecord),
      onRejected: (record, reason) => this.#rejected(record, reason),
      onDropped: (id, error) => {
        this.#messages.rejected(id, error);
        this.#status.failed(error);
      },
      onState: (state) => this.#stateChanged(state),
      onRefusing: (cause) => this.#log.refusing(cause),
      onError: (error) => this.#failed(error),
      onOpen: (memoryOnly) => {
        if (memoryOnly) node.warn(memoryOnly);
        this.#status.opened(memoryOnly !== undefined);
      },
      onClosed: (error) => this.#failed(error),
      onDamage: (damage) => this.#log.damaged(damage),
    });
    acceptedKeys.join(node.id);
    this.#status.changed();
    void this.#log.otherAccounts(directory, def.account);
  }

  /** Resolves when the message is done. */
  async take(msg: ShareMessage, send: Send): Promise<void> {
    try {
      if (isAction(msg.action)) {
        msg.payload = await this.act(msg.action, msg);
        return send(msg);
      }
      const { endings } = await this.#take(msg, send);
      if (endings.length > 0) storedMessages.emit('stored', msg);
      await Promise.all(endings);
    } catch (error) {
      if (error instanceof CodedError) Object.assign(msg, withFailure(msg, error));
      // Of what was rejected #rejected or #refuse has told already.
      if (!(error instanceof RejectedError)) this.#status.failed(error);
      throw error;
    }
  }

  /** @throws CodedError */
  async act(action: Action, given: Asked): Promise<unknown> {
    const options = optionsOf(given);
    const outbox = await this.#durable.outbox();
    // A login that was refused is tried again by a person's wish only.
    if (action === 'resume') this.#account().retryLogin();
    const retake = (record: RejectedRecord) => this.#retake(record);
    const acted = (): Promise<unknown> => ACTIONS[action](outbox, options, retake);
    if (action !== 'resend' && action !== 'discard') return acted();
    return this.#acting.take(acted).finally(() => {
      if (action === 'discard') this.#status.forget();
      this.#status.changed();
    });
  }

  /** @throws OutboxError when the outbox is not open */
  async stats(): Promise<OutboxStats> {
    const stats = await (await this.#durable.outbox()).stats();
    this.#log.counted(stats.store);
    return stats;
  }

  /** What comes while its recType cannot be right waits for that to be mended; else it is rejected. */
  get holds(): boolean {
    return this.#recTypes.fixed !== undefined;
  }

  /** @throws CodedError what no message can make right */
  async check(): Promise<void> {
    this.#account();
    await this.#recTypes.check();
    joinTags(this.#def.tags);
    checkRecordSettings(this.#RED, this.#node, this.#def);
  }

  /** What cannot be right, said before the first message comes. */
  complain(error: unknown): void {
    this.fault = error;
    this.#status.faulty(error);
    this.#node.error(error, {});
  }

  /** @param removed from the flow, or disabled */
  async close(removed: boolean): Promise<void> {
    this.#status.stop();
    acceptedKeys.leave(this.#node.id);
    // What has come is stored.
    await this.#taking.idle();
    await Promise.allSettled(this.#adding);
    const left = await this.#durable.close();
    if (left) this.#log.counted(left, true);
    if (removed && left) await this.#leave(left);
    this.#messages.giveUp(
      new MicroshareError(
        'closed',
        'The node was closed before the record was written. The outbox keeps it.',
      ),
    );
  }

  /** The node is gone, or disabled. */
  async #leave(left: StoreStats): Promise<void> {
    if (left.records + left.rejected > 0) this.#log.leaves(left);
    else if (!namesInFlow(this.#RED)(this.#name)) await this.#durable.remove();
  }

  #deliverer(): Deliver {
    try {
      const { fixed: recType } = this.#recTypes;
      return this.#account().deliverer({ verify: isOn(this.#def.lookUp), recType });
    } catch (error) {
      const { code = 'bad_configuration', message } = error as CodedError;
      return () => Promise.resolve({ outcome: 'hold', code, message });
    }
  }

  /**
   * Resolves when the records are in the outbox. What was rejected before leaves its place then.
   * @param kept a message that a person sends again
   * @returns how the records end, where somebody waits for that
   */
  async #take(msg: ShareMessage, send: Send, kept?: RejectedRecord): Promise<{ endings: Promise<void>[] }> {
    const endings: Promise<void>[] = [];
    const waits = this.#def.doneWhen === 'written' && kept === undefined;
    // Of now: where it cannot be opened, what has come meanwhile is refused at once, not one after the other.
    const opening = this.#durable.opening();
    const { adding } = await this.#taking.take(async () => {
      const outbox = await opening;
      const former = kept ?? (await formerOf(outbox, this.#name, msg));
      const givenKey = kept && `kept ${kept.id} of ${this.#node.id}`;
      // Not waited for: several messages share one commit.
      this.#adding = await this.#newRecords(msg, givenKey).then(
        (records) => this.#add(outbox, records, msg, waits ? endings : undefined, former),
        (error: unknown) => [this.#refuse(outbox, msg, error, send, former)],
      );
      return { adding: Promise.all(this.#adding) };
    });
    const isNew = await adding;
    if (isNew.includes(false)) this.#status.duplicates(isNew.filter((each) => !each).length);
    this.#status.changed();
    return { endings };
  }

  /**
   * @param former what the message takes the place of
   * @returns for each record whether it is new, when it is stored
   */
  async #add(
    outbox: Outbox,
    records: NewRecord[],
    msg: ShareMessage,
    endings: Promise<void>[] | undefined,
    former: RejectedRecord | undefined,
  ): Promise<Promise<boolean>[]> {
    const add = (record: NewRecord, index: number) => {
      const own = index === 0 ? msg : this.#RED.util.cloneMessage(msg);
      return outbox.add(record).then((added) => this.#added(added, record, own, endings));
    };
    if (!former) return records.map(add);
    // It leaves with the last, when all others are stored.
    const last = records.pop();
    const isNew = await Promise.all(records.map(add));
    if (!last) await outbox.discard([former.id]);
    const replaces = last && mayReplace(former, last) ? former.id : undefined;
    const ofLast = last ? [add({ ...last, replaces }, records.length)] : [];
    return [...isNew.map((each) => Promise.resolve(each)), ...ofLast];
  }

  /**
   * Takes a message once more that was refused.
   * @returns false when it cannot be read
   * @throws OutboxError
   */
  async #retake(record: RejectedRecord): Promise<boolean> {
    const msg = keptMessage(record);
    if (!msg) {
      this.#log.unreadable(record.id);
      return false;
    }
    // A person's wish begins anew.
    delete (object(msg.microshare) as { turns?: number } | undefined)?.turns;
    const send: Send = (messages) => this.#node.send(messages);
    try {
      await this.#take(msg, send, record);
    } catch (error) {
      if (!(error instanceof RejectedError)) throw error;
      this.#node.error(error, withFailure(msg, error));
    }
    return true;
  }

  /**
   * No record can be made of the message: it is kept among the rejected ones, and leaves by the second output.
   * @param former what it takes the place of
   * @throws RejectedError, with which the message ends
   */
  async #refuse(
    outbox: Outbox,
    msg: ShareMessage,
    error: unknown,
    send: Send,
    former: RejectedRecord | undefined,
  ): Promise<never> {
    const refusal = refusalOf(error);
    const record = { lane: laneOf(msg), ...keepMessage(msg), replaces: former?.id };
    const rejected = await outbox.reject(record, refusal).then(
      (kept) => new RejectedError(refusal, { outbox: this.#name, kept }),
      (cause: CodedError) => {
        // Of another failure the source is told: it may hand the message on again.
        if (cause.code !== 'full') throw cause;
        return new RejectedError(
          { ...refusal, message: `${refusal.message} The message is not kept: ${cause.message}` },
          { outbox: this.#name },
        );
      },
    );
    this.#status.failed(rejected);
    this.#sendRejected(msg, rejected, send);
    throw rejected;
  }

  #sendRejected(msg: ShareMessage, error: RejectedError, send: Send): void {
    if (turnsOf(msg) >= MOST_TURNS) return this.#log.goesRound(MOST_TURNS);
    send([null, rejectedMessage(this.#node, msg, error)]);
  }

  /**
   * The record is in the outbox, and may be written before the others of its message are.
   * @param endings gets how it ends
   * @returns false when it was there already
   */
  #added(added: Added, record: NewRecord, msg: ShareMessage, endings?: Promise<void>[]): boolean {
    if ('duplicate' in added) return false;
    this.#messages.keep(added.id, msg);
    this.#warnOfTwin(record);
    if (endings) {
      const ending = this.#messages.ended(added.id);
      // It may come before anybody waits for it.
      ending.catch(() => undefined);
      endings.push(ending);
    }
    return true;
  }

  /** A copy of the flow has the same uplinks, and another outbox. */
  #warnOfTwin({ key, target }: NewRecord): void {
    if (key === undefined) return;
    const { account } = this.#def;
    const twin = acceptedKeys.accept(`${account} ${target} ${key}`, this.#node.id);
    if (twin !== undefined) this.#log.twin(twin);
  }

  #written(record: StoredRecord, written: WrittenRecord): void {
    const own = this.#messages.written(record.id);
    this.lastRecType = written.recType;
    this.#status.written();
    if (this.#log.written(written.recType)) this.#status.firstWrite(written.recType);
    if (!this.#isWired) return;
    const msg = own ?? rebuiltMessage(record);
    // It came back mended.
    if (turnsOf(msg) > 0) delete msg.error;
    msg.microshare = written;
    this.#node.send(msg);
  }

  /** Somebody gets what was written. A deploy may change it while the node runs on. */
  get #isWired(): boolean {
    return (this.#node as { wires?: string[][] }).wires?.[0]?.length !== 0;
  }

  #rejected(record: StoredRecord, reason: Rejection): void {
    const place = { outbox: this.#name, rejected: record.id, rejectedKey: record.key };
    const error = new RejectedError(reason, place);
    const { msg = rebuiltMessage(record), waited } = this.#messages.rejected(record.id, error);
    this.#status.failed(error);
    if (!waited) this.#node.error(error, withFailure(msg, error));
    this.#sendRejected(msg, error, (messages) => this.#node.send(messages));
  }

  #stateChanged(state: OutboxState): void {
    this.#status.changed();
    this.#log.changed(state);
  }

  #failed(error: unknown): void {
    this.#status.failed(error);
    this.#log.failed(error);
  }
}
