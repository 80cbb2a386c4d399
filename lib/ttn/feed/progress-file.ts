import { mkdir, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Progress, ProgressPart } from './progress';

/** The file is rewritten when it has grown by its length and so much more. */
const MAX_GROWTH_BYTES = 4_000_000;

export interface StoredProgress {
  found: boolean;
  parts: ProgressPart[];
  /** Lines that could not be read. */
  damaged: number;
}

/**
 * The progress of a feed on disk. One line for each write, its CRC before it: a line is whole or does not count.
 * Lines are appended, because the keys of some days are too much to write each second; now and then the file is
 * rewritten and replaced in one step. One process at a time.
 */
export class ProgressFile {
  readonly #path: string;
  readonly #draft: string;
  #file: FileHandle | undefined;
  #bytes = 0;
  #maxBytes = 0;

  constructor(path: string) {
    this.#path = path;
    this.#draft = `${path}.new`;
  }

  /** @throws what the file system says, save that there is no such file */
  async read(): Promise<StoredProgress> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { found: false, parts: [], damaged: 0 };
      throw error;
    }
    const lines = text.split('\n').filter((line) => line !== '');
    const parts = lines.flatMap((line) => readLine(line) ?? []);
    return { found: true, parts, damaged: lines.length - parts.length };
  }

  /**
   * Writes what changed; resolves when it is on disk.
   * @throws what the file system says; the next call then writes all
   */
  async write(progress: Progress): Promise<void> {
    try {
      if (this.#file && this.#bytes < this.#maxBytes) await this.#append(this.#file, [progress.part()]);
      else await this.#rewrite(progress);
    } catch (error) {
      progress.touch();
      await this.close().catch(() => undefined);
      // What there is of it takes the room that others need.
      await rm(this.#draft, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async #rewrite(progress: Progress): Promise<void> {
    await this.close();
    // It tells when which device was heard.
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    this.#bytes = 0;
    this.#file = await open(this.#draft, 'w');
    await this.#append(this.#file, progress.whole());
    // Windows does not rename an open file.
    await this.close();
    await rename(this.#draft, this.#path);
    this.#file = await open(this.#path, 'a');
    this.#maxBytes = 2 * this.#bytes + MAX_GROWTH_BYTES;
  }

  async #append(file: FileHandle, parts: Iterable<ProgressPart>): Promise<void> {
    // One after the other: all keys at once keep a small computer for more than a second.
    for (const part of parts) {
      const line = writeLine(part);
      await file.appendFile(line);
      this.#bytes += Buffer.byteLength(line);
    }
    await file.datasync();
  }
}

function writeLine(part: ProgressPart): string {
  const json = JSON.stringify(part);
  return `${checksum(json)} ${json}\n`;
}

function readLine(line: string): ProgressPart | undefined {
  const json = line.slice(9);
  return line.slice(0, 8) === checksum(json) ? (JSON.parse(json) as ProgressPart) : undefined;
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0');
}
