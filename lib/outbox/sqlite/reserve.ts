import { closeSync, fsyncSync, openSync, rmSync, statSync, statfsSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { isDiskFull } from './explain';

const CHUNK = Buffer.alloc(64 * 1024);
const LOOK_EVERY_MS = 1_000;

/**
 * A file that only takes room. It is deleted when the disk is full, so that what waits can still be settled,
 * and made again when there is twice its size.
 */
export class Reserve {
  readonly #file: string;
  readonly #bytes: number;
  #isThere = false;
  #lookAt = 0;

  constructor(file: string, bytes: number) {
    this.#file = file;
    this.#bytes = bytes;
  }

  /** So many bytes must be free for it to be made. */
  get needs(): number {
    return 2 * this.#bytes;
  }

  /** False while there is no room for it. */
  make(): boolean {
    if (this.#isThere || performance.now() < this.#lookAt) return this.#isThere;
    this.#lookAt = performance.now() + LOOK_EVERY_MS;
    return (this.#isThere = this.#isWhole() || (this.#hasRoom() && this.#write()));
  }

  release(): void {
    this.#isThere = false;
    this.#lookAt = performance.now() + LOOK_EVERY_MS;
    rmSync(this.#file, { force: true });
  }

  #isWhole(): boolean {
    return statSync(this.#file, { throwIfNoEntry: false })?.size === this.#bytes;
  }

  #hasRoom(): boolean {
    const { bavail, bsize } = statfsSync(dirname(this.#file));
    return bavail * bsize > this.needs;
  }

  #write(): boolean {
    const handle = openSync(this.#file, 'w', 0o600);
    try {
      for (let left = this.#bytes; left > 0;)
        left -= writeSync(handle, CHUNK, 0, Math.min(left, CHUNK.length));
      fsyncSync(handle);
      return true;
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      this.release();
      return false;
    } finally {
      closeSync(handle);
    }
  }
}
