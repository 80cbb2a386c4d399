import type { Account } from '../../lib/microshare/account';
import type { SharePage } from '../../lib/microshare/read';

const MOST_SHOWN = 50;

export interface Newest {
  recType: string;
  /** Newest first. */
  records: SharePage['records'];
  /** The account has a pipe token alone, which can only write. */
  cannotRead?: true;
}

/** The newest records of a recType. */
export async function newest(account: Account, recType: string): Promise<Newest> {
  if (!account.canRead) return { recType, records: [], cannotRead: true };
  const records: Newest['records'] = [];
  const pages = account.reader.read({
    recType,
    by: 'list',
    sort: '-tstamp',
    perPage: MOST_SHOWN,
    limit: MOST_SHOWN,
    maxPages: 3,
  });
  for await (const page of pages) records.push(...page.records);
  // Whether the API sorts downwards is not certain.
  records.sort((a, b) => (b.createdAt ?? '').localeCompare(a.createdAt ?? ''));
  return { recType, records };
}
