import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';

export interface Mount {
  undo(): void;
}

/** A small file system in memory at a directory; undefined where this user may not mount one. */
export function mountSmallDisk(directory: string, bytes: number): Mount | undefined {
  if (!run('mount', '-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', directory)) return undefined;
  return { undo: () => run('umount', '--lazy', directory) };
}

/** Makes a directory read-only; undefined where that is not possible. Root may write everywhere but on such a disk. */
export function makeReadOnly(directory: string): Mount | undefined {
  if (process.getuid?.() !== 0) {
    chmodSync(directory, 0o555);
    return { undo: () => chmodSync(directory, 0o755) };
  }
  if (!run('mount', '--bind', directory, directory)) return undefined;
  if (run('mount', '-o', 'remount,bind,ro', directory)) return { undo: () => run('umount', directory) };
  run('umount', directory);
  return undefined;
}

function run(command: string, ...args: string[]): boolean {
  return spawnSync(command, args).status === 0;
}
