import { describe } from '../describe';
import { unsetVariable } from '../variables';
import { MicroshareError } from './errors';

/** Reading with this tag means "the newest record", so nothing can be found under it. */
const RESERVED_TAG = 'latest';

/**
 * Joins the tags of the node and of the message: order kept, blanks and repetitions dropped.
 * @param lists each a list, or a text with commas between
 * @throws MicroshareError `bad_tags`
 */
export function joinTags(...lists: unknown[]): string[] {
  const tags = new Set(lists.flatMap(tagsOf));
  if (tags.has(RESERVED_TAG)) {
    throw new MicroshareError(
      'bad_tags',
      `The tag "${RESERVED_TAG}" is reserved by Microshare. Choose another tag.`,
    );
  }
  return [...tags];
}

function tagsOf(list: unknown): string[] {
  if (list === undefined || list === null) return [];
  const items: unknown[] = typeof list === 'string' ? list.split(',') : Array.isArray(list) ? list : [list];
  return items.flatMap((item) => {
    if (typeof item !== 'string' && typeof item !== 'number') {
      throw new MicroshareError(
        'bad_tags',
        `A tag is ${describe(item)}, not a text. Set msg.tags to a list of texts.`,
      );
    }
    const tag = String(item).trim();
    const fault = faultOf(tag);
    if (fault) throw new MicroshareError('bad_tags', `The tag ${JSON.stringify(tag)} ${fault}.`);
    return tag === '' ? [] : [tag];
  });
}

function faultOf(tag: string): string | undefined {
  if (unsetVariable(tag) !== undefined)
    return 'holds a variable that was not replaced: it is not set, or is not all that stands in the field';
  if (isStep(tag)) return 'cannot be written: in an address it is the way back';
  // Half of a character that UTF-16 writes as two makes no URL.
  if (/[\p{Cc}\p{Cs}]/u.test(tag)) return 'holds a character that cannot be written';
  return undefined;
}

/** In an address it takes away what stands before it, by whichever client or proxy: another list would be read. */
export function isStep(segment: string): boolean {
  return segment === '.' || segment === '..';
}
