import { CodedError, messageOf } from '../../errors';
import type { HttpErrorCode } from '../../http';
import type { TtnApiErrorCode } from '../api/errors';

export type FeedErrorCode =
  /** Storage could not be read: the code of the error that says why. */
  | TtnApiErrorCode
  | HttpErrorCode
  /** Storage breaks off its answers. */
  | 'incomplete'
  /** Storage keeps uplinks, but not this kind. */
  | 'kind_not_stored'
  /** The gap began before the oldest message that storage keeps. */
  | 'beyond_retention'
  /** The broker may not keep messages for a client that is away. */
  | 'not_kept'
  /** Messages come faster than the flow takes them. */
  | 'queue_full'
  /** The listener threw or its promise failed. */
  | 'listener_failed'
  /** The transport threw. */
  | 'not_opened'
  | 'state_not_read'
  | 'state_not_written'
  | 'silence';

/** Something that the user of a feed should know; the feed goes on. */
export class FeedError extends CodedError {
  constructor(
    override readonly code: FeedErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(code, message, options);
  }
}

export function queueFull(waiting: number, storage: boolean): FeedError {
  const then = storage ? 'They are fetched from storage afterwards.' : 'They are lost.';
  return new FeedError(
    'queue_full',
    `${waiting} messages wait for the flow, and newer ones are dropped. ${then} Look what holds the flow up.`,
  );
}

export function notKept(): FeedError {
  return new FeedError(
    'not_kept',
    'Messages come with QoS 0: the broker may not keep those that come while Node-RED is away. Let the bridge publish with QoS 1 and the broker grant it, or let the broker keep QoS 0 as well (Mosquitto: queue_qos0_messages true).',
  );
}

export function listenerFailed(deviceId: string, cause: unknown): FeedError {
  const message = `A message of ${deviceId} could not be handed on: ${messageOf(cause)}`;
  return new FeedError('listener_failed', message, { cause });
}

export function notOpened(cause: unknown): FeedError {
  return new FeedError('not_opened', `No connection can be opened: ${(cause as Error).message}`, { cause });
}

export function stateNotRead(cause: unknown): FeedError {
  return new FeedError(
    'state_not_read',
    `What was handed on before cannot be read (${(cause as Error).message}); messages may come again. Check the directory and its permissions.`,
    { cause },
  );
}

export function damagedState(lines: number): FeedError {
  return new FeedError(
    'state_not_read',
    `Of what was handed on before, ${lines} line(s) are damaged; some messages may come again.`,
  );
}

export function stateNotWritten(cause: unknown): FeedError {
  return new FeedError(
    'state_not_written',
    `What was handed on cannot be kept on disk (${(cause as Error).message}); after a restart messages may come again. Check the directory, its permissions and the free space.`,
    { cause },
  );
}
