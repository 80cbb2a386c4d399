import { setImmediate as turn } from 'node:timers/promises';
import { OutboxError } from '../errors';
import type { Added, Change, NewRecord } from '../store';
import type { Group, Stored } from './queue';

/** Most that goes into one commit. */
const MOST_RECORDS = 512;
const MOST_CHARACTERS = 4_000_000;

interface Waiting<Value, Result> {
  value: Value;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/** Gathers what comes in one turn of the event loop, and while a commit runs, for one commit. */
export class GroupCommit {
  readonly #commit: (group: Group) => Promise<Stored[]>;
  #records: Waiting<NewRecord, Added>[] = [];
  #changes: Waiting<Change[], void>[] = [];
  #running?: Promise<void>;

  constructor(commit: (group: Group) => Promise<Stored[]>) {
    this.#commit = commit;
  }

  /** @throws OutboxError */
  add(value: NewRecord): Promise<Added> {
    return new Promise((resolve, reject) => {
      this.#records.push({ value, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  settle(value: Change[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#changes.push({ value, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#records.length + this.#changes.length > 0) {
      await turn();
      // What became of records is never held up by a flood of new ones.
      const changes = this.#changes.splice(0);
      const records = this.#takeRecords();
      try {
        const stored = await this.#commit({
          settle: changes.flatMap(({ value }) => value),
          add: records.map(({ value }) => value),
        });
        for (const { resolve } of changes) resolve();
        records.forEach((record, index) => tell(record, stored[index]!));
      } catch (error) {
        for (const { reject } of [...changes, ...records]) reject(error);
      }
    }
    this.#running = undefined;
  }

  #takeRecords(): Waiting<NewRecord, Added>[] {
    let count = 0;
    for (let characters = 0; count < this.#records.length && count < MOST_RECORDS; count++) {
      characters += this.#records[count]!.value.body.length;
      if (characters > MOST_CHARACTERS && count > 0) break;
    }
    return this.#records.splice(0, count);
  }
}

function tell({ resolve, reject }: Waiting<NewRecord, Added>, stored: Stored): void {
  if ('refused' in stored) reject(new OutboxError(stored.refused.code, stored.refused.message));
  else resolve(stored);
}
