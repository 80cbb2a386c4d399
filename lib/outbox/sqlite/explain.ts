import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '../../errors';
import { OutboxError } from '../errors';
import { SQLITE_BUSY, SQLITE_CANTOPEN, SQLITE_FULL, SQLITE_READONLY, resultCode } from './node-sqlite';

/**
 * Says in words what SQLite or the file system has against the outbox of a directory.
 * @param needs bytes without which it takes nothing new
 */
export function explain(error: unknown, directory: string, needs: number): OutboxError {
  if (error instanceof OutboxError) return error;
  const said = messageOf(error);
  if (isDiskFull(error)) return diskFull(directory, needs);
  switch (resultCode(error) ?? systemCode(error)) {
    case SQLITE_BUSY:
      return new OutboxError(
        'locked',
        `The outbox in ${directory} is open in another process, or by another account of this Node-RED. Stop the other, or give this one a directory of its own. On a network share it may seem so although nobody has it open: use a disk of this machine.`,
      );
    case SQLITE_READONLY:
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return readOnly(directory);
    case SQLITE_CANTOPEN:
    case 'ENOENT': // also when a directory is made on a read-only file system
      return writable(directory) ? cannotOpen(directory, said) : readOnly(directory);
    case 'ENOTDIR':
    case 'EEXIST':
    case 'ELOOP':
    case 'ENAMETOOLONG':
      return cannotOpen(directory, said);
    default:
      return new OutboxError('failed', `The outbox in ${directory} failed: ${said}. Check the disk.`);
  }
}

export function isDiskFull(error: unknown): boolean {
  const code = resultCode(error) ?? systemCode(error);
  return code === SQLITE_FULL || code === 'ENOSPC' || code === 'EDQUOT';
}

export function diskFull(directory: string, needs: number): OutboxError {
  return new OutboxError(
    'disk_full',
    `No room on the disk for the outbox in ${directory}. Free more than ${Math.ceil(needs / 1e6)} MB; what waits is kept and still delivered.`,
  );
}

export function noRoomToSalvage(directory: string): OutboxError {
  return new OutboxError(
    'disk_full',
    `The outbox in ${directory} is damaged, and the disk has no room to save what is sound into a new file. Free some, and it goes on.`,
  );
}

function readOnly(directory: string): OutboxError {
  return new OutboxError(
    'read_only',
    `The outbox cannot write in ${directory}. Let Node-RED's user write there.`,
  );
}

export function cannotOpen(directory: string, said: string): OutboxError {
  return new OutboxError('cannot_open', `The outbox in ${directory} cannot be opened: ${said}.`);
}

/** A directory, or what it is to be made in. Where not even its drive is there, it is not the right that is missing. */
function writable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch (error) {
    const above = dirname(directory);
    return systemCode(error) === 'ENOENT' && (above === directory || writable(above));
  }
}

/** The code of an error of the file system: `ENOSPC`, `EACCES`, ... */
function systemCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
