import type { Node, NodeAPI } from 'node-red';
import { known, object, text } from '../../lib/json';
import { targetText } from '../../lib/microshare/deliver';
import type { MadeRecord } from '../../lib/microshare/make';
import { partKey } from '../../lib/microshare/record';
import { joinTags } from '../../lib/microshare/tags';
import type { NewRecord } from '../../lib/outbox';
import { isOn } from '../shared/typed';
import type { MicroshareShareDef, ShareMessage } from './definition';
import type { RecTypes } from './rec-type';
import { recordMaker } from './record';

/**
 * What goes into the outbox of a message.
 * @param givenKey for records that have none of their own
 * @throws MicroshareError `bad_rectype`, `bad_tags` or `bad_record`
 */
export type NewRecords = (msg: ShareMessage, givenKey?: string) => Promise<NewRecord[]>;

/** @param warn is told what a person should know of a record */
export function newRecords(
  RED: NodeAPI,
  node: Node,
  def: MicroshareShareDef,
  recTypes: RecTypes,
  warn: (warning: string) => void,
): NewRecords {
  const recordsOf = recordMaker(RED, node, def);
  // What is wrong for all messages will be mended, and with it what waits for that.
  const fixed = recTypes.fixed?.catch(() => undefined);
  return async (msg, givenKey) => {
    const recType = await (fixed ?? recTypes.of(msg));
    const tags = joinTags(def.tags, msg.tags);
    const lane = laneOf(msg);
    const records = toWrite(await recordsOf(msg), msg);
    for (const { warnings } of records) warnings.forEach(warn);
    return records.map(({ key: ownKey, json, placeTags }, index) => {
      const key = ownKey ?? (givenKey && partKey(givenKey, index));
      const allTags = isOn(def.placeTags) ? joinTags(placeTags, tags) : tags;
      return {
        ...(key !== undefined && keysOf(key, msg, recType, fixed !== undefined)),
        lane,
        body: json,
        target: targetText(known({ recType, tags: allTags })),
      };
    });
  };
}

/** The device: its records are written in their order. */
export function laneOf({ uplink }: ShareMessage): string {
  const { applicationId, deviceId } = uplink ?? {};
  return [applicationId, deviceId].filter(Boolean).join('/');
}

/**
 * Identifies a record in this node's outbox: one uplink may go to several recTypes, where messages bring them; and a
 * record that was rejected, and comes back from the second output when the flow has mended it, is another one. The
 * former key is the one that it has where the recType comes from elsewhere: the node may have been set so before.
 */
function keysOf(
  key: string,
  { microshare }: ShareMessage,
  recType: string | undefined,
  isFixed: boolean,
): Pick<NewRecord, 'key' | 'formerKey'> {
  const { rejected } = object(microshare) ?? {};
  const own = typeof rejected === 'number' ? `${key} instead of ${rejected}` : key;
  if (recType === undefined) return { key: own };
  const ofRecType = `${own} ${recType}`;
  return isFixed ? { key: own, formerKey: ofRecType } : { key: ofRecType, formerKey: own };
}

/** Of a message that comes back, the record in place of the rejected one: the others were taken when it came first. */
function toWrite(records: MadeRecord[], { microshare }: ShareMessage): MadeRecord[] {
  const rejectedKey = text(object(microshare)?.rejectedKey);
  if (rejectedKey === undefined) return records;
  const mended = records.filter(({ key }) => key !== undefined && `${rejectedKey} `.startsWith(`${key} `));
  return mended.length > 0 ? mended : records;
}
