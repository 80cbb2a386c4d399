import { object, objects, parseObject, text, type Json } from '../json';

/** What every 200 of Microshare holds: counts, and summaries or whole records. */
export interface Envelope {
  meta: Json;
  objs: Json[];
}

/** Undefined when the text is no answer of Microshare's API. */
export function readEnvelope(json: string): Envelope | undefined {
  const answer = parseObject(json);
  const objs = objects(answer?.objs);
  return objs && { meta: object(answer?.meta) ?? {}, objs };
}

/** Of the record that was written. */
export function recordId(envelope: Envelope | undefined): string | undefined {
  return text(envelope?.objs[0]?.id);
}
