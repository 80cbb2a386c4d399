import { setTimeout as sleep } from 'node:timers/promises';
import type { Json } from '../../json';
import { TtnApiError } from '../api/errors';
import { PAGE_LIMIT, type StoragePage, type StorageQuery } from '../api/storage';
import { backoffMs, type Backoff } from '../../backoff';
import { FeedError } from './errors';
import type { Problems } from './reports';
import { meaning, notNow, STORAGE_PROBLEMS } from './storage-problems';

/** Reads one page of what The Things Stack's Storage Integration keeps; `TtnApi` is one. */
export interface StorageReader {
  readStorage(query: StorageQuery): Promise<StoragePage>;
}

export interface StoredPagesOptions {
  storage: StorageReader;
  backoff: Backoff;
  problems: Problems;
  signal: AbortSignal;
}

/** A failure is told when it was not over after so many tries; */
const PATIENCE = 3;
/** one of which storage says how long to wait, when that takes so long. */
const TELL_WAIT_MS = 30_000;
/** After so many answers that broke off at one place, smaller ones are asked for, from the beginning. */
const MAX_BREAKS = 3;
/** A token refused so often in one reading is not too old: a new one would be refused as well. */
const MAX_REFUSALS = 3;
const MIN_PAGE_LIMIT = 10;

/**
 * The messages of a time, page by page and in order, until there are no more. What fails is tried again, and then
 * messages may come twice.
 * @throws TtnApiError, HttpError where trying again makes no sense; the signal's reason
 */
export async function* storedPages(
  query: Pick<StorageQuery, 'type' | 'after'>,
  { storage, backoff, problems, signal }: StoredPagesOptions,
): AsyncGenerator<Json[]> {
  let limit = PAGE_LIMIT;
  let continuationToken: string | undefined;
  let breaks = 0;
  let failures = 0;
  let waitedMs = 0;
  let refusals = 0;

  const pause = (error: unknown) => {
    failures++;
    const retryAfterMs = error instanceof TtnApiError ? error.retryAfterMs : undefined;
    waitedMs += retryAfterMs ?? 0;
    if (retryAfterMs === undefined ? failures >= PATIENCE : waitedMs >= TELL_WAIT_MS)
      problems.tell(notNow(error));
    const ms = Math.max(backoff.firstMs, retryAfterMs ?? backoffMs(failures, backoff));
    return sleep(ms, undefined, { signal });
  };

  for (;;) {
    signal.throwIfAborted();
    let page: StoragePage;
    try {
      page = await storage.readStorage({
        ...query,
        ...(continuationToken !== undefined && { continuationToken }),
        limit,
        signal,
      });
    } catch (error) {
      signal.throwIfAborted();
      if (meaning(error) !== 'later') {
        // It may be the token, which does not hold for ever.
        if (continuationToken === undefined || ++refusals === MAX_REFUSALS) throw error;
        continuationToken = undefined;
      }
      await pause(error);
      continue;
    }

    yield page.messages;
    const next = page.continuationToken;
    const fault = page.incomplete ?? (next && next === continuationToken ? SAME_TOKEN : undefined);
    if (fault !== undefined) {
      if (++breaks % MAX_BREAKS === 0) {
        continuationToken = undefined;
        limit = Math.max(MIN_PAGE_LIMIT, Math.floor(limit / 4));
      }
      await pause(new FeedError('incomplete', `An answer of storage was not complete: ${fault}.`));
      continue;
    }
    problems.solved(...STORAGE_PROBLEMS);
    waitedMs = 0;
    if (!next) return;
    breaks = 0;
    // The first page comes well each time before a token is refused.
    failures = refusals;
    continuationToken = next;
  }
}

const SAME_TOKEN = 'the continuation token is that of the page before';
