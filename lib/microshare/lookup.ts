import { object, text } from '../json';
import type { StoredRecord } from '../outbox/store';
import { timeOf } from '../time';
import type { Target } from './deliver';
import type { ShareReader, ShareRecord } from './read';

/** Records that are looked through, newest first. */
const PER_PAGE = 100;
const MOST_PAGES = 5;
/** Microshare's clock may be off against this machine's by so much. */
const CLOCK_TOLERANCE_MS = 3_600_000;

/**
 * Looks whether a doubtful record has arrived, by its `meta.key`: Microshare knows no key of its own. A key that is
 * also a tag is asked for; else the newest records of the recType are looked through.
 * @param limitMs for all of it: a look must not keep the record back
 * @returns the record in Microshare. That none is found proves nothing: it may still be stored, stand farther back,
 * or be hidden from who reads. Nor does a failure: whatever is wrong with Microshare, the write will meet it too.
 * @throws MicroshareError when the signal aborts
 */
export async function lookUp(
  reader: ShareReader,
  { recType, tags }: Required<Target>,
  record: StoredRecord,
  limitMs: number,
  signal?: AbortSignal,
): Promise<ShareRecord | undefined> {
  const data: unknown = JSON.parse(record.body);
  const key = keyIn(data);
  if (key === undefined) return undefined;
  const isTagged = tags.includes(key);
  const limit = AbortSignal.timeout(limitMs);
  const pages = reader.read({
    recType,
    ...(isTagged ? { by: 'tags', tags: [key] } : { by: 'list', sort: '-tstamp' }),
    perPage: PER_PAGE,
    maxPages: MOST_PAGES,
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
  });
  // A record that was rejected, and is sent again, was added anew.
  const oldest = Math.min(record.addedAt, timeIn(data) ?? Infinity) - CLOCK_TOLERANCE_MS;
  try {
    for await (const { records } of pages) {
      const found = records.find(({ data }) => keyIn(data) === key);
      if (found) return found;
      if (!isTagged && records.some(({ createdAt }) => Date.parse(createdAt ?? '') < oldest)) break;
    }
  } catch (error) {
    if (signal?.aborted) throw error;
  }
  return undefined;
}

function keyIn(data: unknown): string | undefined {
  return text(object(object(data)?.meta)?.key);
}

/** When TTN received the uplink. */
function timeIn(data: unknown): number | undefined {
  return timeOf(object(data)?.time);
}
