import type { Account } from '../../lib/microshare/account';
import { checkRecType } from '../../lib/microshare/rectype';
import type { SharePage } from '../../lib/microshare/read';

const MOST_SHOWN = 50;

/** The newest records of a recType, newest first. */
export async function newest(account: Account, recType: string) {
  checkRecType(recType);
  const records: SharePage['records'] = [];
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
