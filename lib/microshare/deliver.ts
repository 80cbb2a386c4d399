import { known } from '../json';
import type { Outcome } from '../outbox/outcome';
import type { StoredRecord } from '../outbox/store';
import { MicroshareError } from './errors';
import { lookUp } from './lookup';
import { TREATMENTS } from './policy';
import type { ShareReader, ShareRecord } from './read';
import type { ShareClient, WrittenRecord } from './share';

/** Where a record of the outbox goes: its `target`, as JSON. */
export interface Target {
  /** Absent: it was taken while the recType of the settings could not be right. */
  recType?: string;
  tags: string[];
}

export function targetText(target: Target): string {
  return JSON.stringify(target);
}

type Written = Extract<Outcome, { outcome: 'written' }>;
/** What became of a record; what status means what is in policy.ts. */
export type Delivered = (Written & { result: WrittenRecord }) | Undelivered;
type Undelivered = Exclude<Outcome, Written>;

export interface DeliverOptions {
  /** Looks for a doubtful record before it is sent again, where the user wants it so. */
  reader?: ShareReader;
  /** The recType of the settings, for records without one: they are held while it rejects. */
  recType?: Promise<string>;
}

/** Delivers records of an outbox to Microshare. Never rejects. */
export function deliverer(client: ShareClient, { reader, recType: ofSettings }: DeliverOptions = {}) {
  // The rest of the time is for the write itself.
  const lookMs = Math.round(client.timeoutMs / 3);
  return async (record: StoredRecord, signal?: AbortSignal): Promise<Delivered> => {
    const { doubtful } = record;
    try {
      const { recType = await recTypeOf(ofSettings), tags } = JSON.parse(record.target) as Target;
      if (typeof recType !== 'string') return recType;
      if (doubtful && reader) {
        const found = await lookUp(reader, { recType, tags }, record, lookMs, signal);
        if (found) return { outcome: 'written', result: asWritten(found, record.attempts), found: true };
      }
      const written = await client.write(recType, tags, record.body, signal);
      const attempts = record.attempts + written.attempts;
      return {
        outcome: 'written',
        result: { ...written, attempts, ...(doubtful && { possibleDuplicate: true as const }) },
      };
    } catch (error) {
      return outcomeOf(error);
    }
  };
}

const NO_RECTYPE: Undelivered = {
  outcome: 'rejected',
  code: 'bad_rectype',
  message:
    'It came while the recType of the node could not be right, and now messages bring the recType, but this one is a record already. Type its recType in the node, deploy, and send it again.',
};

async function recTypeOf(settings: Promise<string> | undefined): Promise<string | Undelivered> {
  if (!settings) return NO_RECTYPE;
  return settings.catch(({ code, message }: MicroshareError) => ({ outcome: 'hold', code, message }));
}

function asWritten({ id, recType, url, tags, createdAt }: ShareRecord, attempts: number): WrittenRecord {
  return known({ id, recType, url, tags, createdAt, attempts });
}

function outcomeOf(error: unknown): Undelivered {
  if (!(error instanceof MicroshareError)) {
    // A fault of this package, such as a target that cannot be read: nothing that time would mend.
    return { outcome: 'rejected', code: 'bad_record', message: String(error) };
  }
  const { code, message, statusCode, responseText, retryAfterMs, serviceDown } = error;
  const doubtful = error.doubtful === true;
  // What another record would meet, too, is not this one's fault.
  const treatment = serviceDown ? 'retry' : TREATMENTS[code];
  if (treatment === 'hold') return { outcome: 'hold', code, message };
  if (treatment === 'rejected') {
    return known({ outcome: 'rejected', code, message, status: statusCode, text: responseText, doubtful });
  }
  return known({ outcome: 'retry', code, message, retryAfterMs, doubtful, serviceDown });
}
