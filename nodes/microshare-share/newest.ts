import type { Account } from '../../lib/microshare/account';
import type { SharePage } from '../../lib/microshare/read';

const MOST_SHOWN = 50;

export interface Newest {
  recType: string;
  /** Newest first. */
  records: SharePage['records'];
  /** Why this account cannot read them. */
  problem?: string;
}

/** The newest records of a recType. */
export async function newest(account: Account, recType: string): Promise<Newest> {
  if (!account.canRead)
    return {
      recType,
      records: [],
      problem: 'A pipe token can only write. Open the account and let it log in to read records back, too.',
    };
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
