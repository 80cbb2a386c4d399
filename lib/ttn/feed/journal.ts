import { doublingMs, type Backoff } from '../../backoff';
import { damagedState, stateNotRead, stateNotWritten } from './errors';
import type { Progress } from './progress';
import { ProgressFile } from './progress-file';
import type { Problems } from './reports';

/** After a write failed all is written anew: on a full disk that would keep Node.js, and wear a memory card out. */
const WRITE_AGAIN: Backoff = { firstMs: 1_000, maxMs: 300_000 };

/** Keeps the progress of a feed in its file, where it has one, and tells of what is wrong with that. Never throws. */
export class Journal {
  readonly #file: ProgressFile | undefined;
  readonly #progress: Progress;
  readonly #problems: Problems;
  #writing: Promise<void> | undefined;
  /** In a row. */
  #failures = 0;
  #restUntil = -Infinity;

  constructor(path: string | undefined, progress: Progress, problems: Problems) {
    this.#file = path === undefined ? undefined : new ProgressFile(path);
    this.#progress = progress;
    this.#problems = problems;
  }

  /** @returns whether there is a state, readable or not */
  async read(): Promise<boolean> {
    try {
      const { found, parts, damaged } = (await this.#file?.read()) ?? { found: false, parts: [], damaged: 0 };
      if (damaged > 0) this.#problems.tell(damagedState(damaged));
      this.#progress.restore(parts);
      return found;
    } catch (cause) {
      this.#problems.tell(stateNotRead(cause));
      return true;
    }
  }

  /** Begins to write what has changed, unless it writes already, or failed to do so a moment ago. */
  write(): void {
    if (performance.now() >= this.#restUntil) this.#write();
  }

  /** Resolves when the progress of now is on disk. */
  async save(): Promise<void> {
    await this.#writing;
    this.#write();
    await this.#writing;
  }

  async close(): Promise<void> {
    await this.save();
    await this.#file?.close().catch(() => undefined);
  }

  #write(): void {
    if (this.#writing || !this.#progress.changed) return;
    // What is to be written must not gather.
    if (!this.#file) return void this.#progress.part();
    this.#writing = this.#file
      .write(this.#progress)
      .then(() => {
        this.#failures = 0;
        this.#restUntil = -Infinity;
        this.#problems.solved('state_not_written');
      })
      .catch((cause: unknown) => {
        this.#restUntil = performance.now() + doublingMs(this.#failures++, WRITE_AGAIN);
        this.#problems.tell(stateNotWritten(cause));
      })
      .finally(() => (this.#writing = undefined));
  }
}
