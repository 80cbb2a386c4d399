import { hash } from 'node:crypto';
import type { Node, NodeAPI } from 'node-red';
import { known, number, text } from '../../lib/json';
import { targetText } from '../../lib/microshare/deliver';
import type { MadeRecord } from '../../lib/microshare/make';
import { partKey } from '../../lib/microshare/record';
import { joinTags } from '../../lib/microshare/tags';
import type { NewRecord } from '../../lib/outbox';
import { isOn } from '../shared/typed';
import type { MicroshareShareDef, ShareMessage } from './definition';
import type { RecTypes } from './rec-type';
import { recordMaker } from './record';
import { isRebuilt, placeIn, type Place } from './rejection';

/**
 * What goes into the outbox of a message.
 * @param givenKey for records that have none of their own
 * @throws MicroshareError `bad_rectype`, `bad_tags` or `bad_record`
 */
export type NewRecords = (msg: ShareMessage, givenKey?: string) => Promise<NewRecord[]>;

/**
 * @param outbox the name of that of the node
 * @param warn is told what a person should know of a record
 */
export function newRecords(
  RED: NodeAPI,
  node: Node,
  def: MicroshareShareDef,
  recTypes: RecTypes,
  outbox: string,
  warn: (warning: string) => void,
): NewRecords {
  const recordsOf = recordMaker(RED, node, def);
  const asItIs = recordMaker(RED, node, {});
  // What is wrong for all messages will be mended, and with it what waits for that.
  const fixed = recTypes.fixed?.catch(() => undefined);
  return async (msg, givenKey) => {
    const recType = await (fixed ?? recTypes.of(msg));
    const tags = joinTags(def.tags, msg.tags);
    const lane = laneOf(msg);
    const place = placeIn(outbox, msg);
    const records = isRebuilt(msg) ? await asItIs(msg) : toWrite(await recordsOf(msg), place);
    for (const { warnings } of records) warnings.forEach(warn);
    return records.map(({ key: ownKey, json, placeTags }, index) => {
      const key = ownKey ?? partKey(givenKey, index) ?? (isRebuilt(msg) ? place.rejectedKey : undefined);
      const allTags = isOn(def.placeTags) ? joinTags(placeTags, tags) : tags;
      return {
        ...(key !== undefined && keysOf(ownOf(key, json, place), recType, fixed !== undefined)),
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
 * Identifies a record in this node's outbox: one uplink may go to several recTypes, where messages bring them. The former
 * key is the one that it has where the recType comes from elsewhere: the node may have been set so before.
 */
function keysOf(
  own: string,
  recType: string | undefined,
  isFixed: boolean,
): Pick<NewRecord, 'key' | 'formerKey'> {
  if (recType === undefined) return { key: own };
  const ofRecType = `${own} ${recType}`;
  return isFixed ? { key: own, formerKey: ofRecType } : { key: ofRecType, formerKey: own };
}

/** What the flow makes of a rejected record is another one each time, unless it is the same once more. */
function ownOf(key: string, json: string, { rejected }: Partial<Place>): string {
  if (number(rejected) === undefined) return key;
  return `${key} instead of ${rejected} as ${hash('sha256', json).slice(0, 16)}`;
}

/** Of a message that comes back, the record in place of the rejected one: the others were taken when it came first. */
function toWrite(records: MadeRecord[], place: Partial<Place>): MadeRecord[] {
  const rejectedKey = text(place.rejectedKey);
  if (rejectedKey === undefined) return records;
  const mended = records.filter(({ key }) => key !== undefined && `${rejectedKey} `.startsWith(`${key} `));
  return mended.length > 0 ? mended : records;
}
