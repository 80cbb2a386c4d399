import { object, objects, parseObject, type Json } from '../json';

/** What every 200 of Microshare holds: counts, and summaries or whole records. */
export interface Envelope {
  meta: Json;
  objs: Json[];
}

/** Undefined when the text is no answer of Microshare's API. */
export function readEnvelope(text: string): Envelope | undefined {
  const answer = parseObject(text);
  const objs = objects(answer?.objs);
  return objs && { meta: object(answer?.meta) ?? {}, objs };
}
