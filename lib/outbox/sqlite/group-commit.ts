import { setImmediate as turn } from 'node:timers/promises';
import type { Write, Written } from './queue';

/** Most that goes into one commit. */
const MOST_WRITES = 512;
const MOST_CHARACTERS = 4_000_000;

interface Waiting {
  write: Write;
  resolve: (written: Written) => void;
  reject: (error: unknown) => void;
}

/** Gathers what comes in one turn of the event loop, and while a commit runs, for one commit. */
export class GroupCommit {
  readonly #commit: (writes: Write[]) => Promise<Written[]>;
  #waiting: Waiting[] = [];
  #running?: Promise<void>;

  constructor(commit: (writes: Write[]) => Promise<Written[]>) {
    this.#commit = commit;
  }

  write(write: Write): Promise<Written> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      await turn();
      const group = this.#take();
      try {
        const written = await this.#commit(group.map(({ write }) => write));
        group.forEach(({ resolve }, index) => resolve(written[index]!));
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#running = undefined;
  }

  #take(): Waiting[] {
    // What became of records goes first: a flood of new ones would hold up delivery.
    this.#waiting.sort((a, b) => Number('add' in a.write) - Number('add' in b.write));
    let writes = 0;
    for (let characters = 0; writes < this.#waiting.length && writes < MOST_WRITES; writes++) {
      characters += lengthOf(this.#waiting[writes]!.write);
      if (characters > MOST_CHARACTERS && writes > 0) break;
    }
    return this.#waiting.splice(0, writes);
  }
}

function lengthOf(write: Write): number {
  return 'add' in write ? write.add.reduce((length, { body }) => length + body.length, 0) : 0;
}
