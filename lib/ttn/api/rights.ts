import { object, text, texts } from '../../json';
import type { ApiCaller } from './caller';
import { TtnApiError } from './errors';
import { sayRights, TRAFFIC_READ } from './right-names';
import { readStorage } from './storage';

/**
 * The rights of the key on the application; any key may ask.
 * @throws TtnApiError `bad_key` also for a key of another application
 */
export async function rightsOf(caller: ApiCaller, signal?: AbortSignal): Promise<string[]> {
  const { json } = await caller.json({ path: 'auth_info', identity: true, signal });
  const access = object(json.api_key);
  const owner = text(object(object(access?.entity_ids)?.application_ids)?.application_id);
  if (owner === caller.applicationId) return texts(object(access?.api_key)?.rights) ?? [];
  if (owner) {
    throw new TtnApiError(
      'bad_key',
      `The API key belongs to the application "${owner}", not to "${caller.applicationId}".`,
    );
  }
  // A key of a user or an organization: what it may do differs from application to application.
  const answer = await caller.json({ path: caller.application('/rights'), identity: true, signal });
  return texts(answer.json.rights) ?? [];
}

/** Whether one of the rights is the wanted one, or a group such as RIGHT_APPLICATION_ALL around it. */
export function includesRight(rights: readonly string[], wanted: string): boolean {
  return rights.some(
    (right) =>
      right === wanted || (right.endsWith('_ALL') && wanted.startsWith(right.slice(0, -'ALL'.length))),
  );
}

export interface TrafficRight {
  answer: 'yes' | 'no' | 'unknown';
  /** In words, where the answer is not yes. */
  reason?: string;
}

/**
 * Whether the key may read uplinks: without that right MQTT connects, subscribes and stays silent for ever. The
 * identity server is asked first, then the storage, which needs the same right. Never throws.
 */
export async function canReadTraffic(caller: ApiCaller, signal?: AbortSignal): Promise<TrafficRight> {
  try {
    const rights = await rightsOf(caller, signal);
    if (includesRight(rights, TRAFFIC_READ)) return { answer: 'yes' };
    return {
      answer: 'no',
      reason: `The API key lacks ${sayRights(TRAFFIC_READ)}. Make a key with that right in the Console.`,
    };
  } catch {
    // It may be on another host, or closed: the storage can tell as well.
  }
  try {
    await readStorage(caller, { type: 'uplink_message', limit: 1, after: new Date().toISOString(), signal });
    return { answer: 'yes' };
  } catch (error) {
    const refused = error instanceof TtnApiError && /^(missing_right|bad_key)$/.test(error.code);
    return { answer: refused ? 'no' : 'unknown', reason: (error as Error).message };
  }
}
