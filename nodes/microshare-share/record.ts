import type { Node, NodeAPI } from 'node-red';
import { CodedError } from '../../lib/errors';
import { text } from '../../lib/json';
import { MicroshareError } from '../../lib/microshare/errors';
import { makeRecords, type MadeRecord } from '../../lib/microshare/make';
import { DEFAULT_NAMES } from '../../lib/microshare/names';
import { placeTable, type PlaceRow } from '../../lib/microshare/places';
import { partKey } from '../../lib/microshare/record';
import { nameTable } from '../../lib/measurements';
import { filledIn } from '../../lib/variables';
import { levelsOf } from '../shared/parts';
import { readProperty } from '../shared/property';
import { isOn } from '../shared/typed';
import type { RecordSettings, ShareMessage } from './definition';
import { jsonataExpression } from './expression';

/**
 * Makes the records of a message, as the node's dialog says.
 * @throws MicroshareError `bad_record`
 */
export function recordMaker(
  RED: NodeAPI,
  node: Node,
  settings: RecordSettings,
): (msg: ShareMessage) => Promise<MadeRecord[]> {
  const { record = 'received', property, valuesFrom = 'readings', names = [], notAnObject } = settings;
  const options = {
    from: valuesFrom,
    names: nameTable(DEFAULT_NAMES[valuesFrom], names),
    places: placeTable(placesOf(settings)),
    withOrigin: isOn(settings.withOrigin),
    notAnObject,
  };
  const evaluate = record === 'jsonata' ? jsonataExpression(RED, node, settings.expression ?? '') : undefined;
  return async (msg) => {
    const { ttn: message } = msg;
    const key = messageKey(msg);
    const uplink = key === undefined ? msg.uplink : { ...msg.uplink, key };
    const value = evaluate
      ? await evaluate(msg).catch(expressionFails)
      : readProperty(RED, msg, property || 'payload');
    const source = { value, message, uplink, readings: msg.lpp?.readings };
    try {
      return makeRecords(record === 'jsonata' ? 'received' : record, source, options);
    } catch (error) {
      throw error instanceof CodedError ? error : changed(error);
    }
  };
}

/** @throws CodedError `bad_record` or `bad_configuration` when no record can be made, or not of all devices */
export function checkRecordSettings(RED: NodeAPI, node: Node, settings: RecordSettings): void {
  const { record, expression } = settings;
  if (record === 'jsonata') checkExpression(RED, node, expression ?? '');
  if (record !== 'unpacked' && record !== 'per-reading') return;
  for (const { device, global, usecase } of placesOf(settings))
    for (const cell of [device, global, usecase]) filledIn(cell);
}

/** The uplink's key; where it became several messages, it tells this one from the others. */
export function messageKey({ uplink, parts }: ShareMessage): string | undefined {
  const key = text(uplink?.key);
  const part = levelsOf(parts)
    .map(({ index }) => index)
    .join('.');
  return part === '' ? key : partKey(key, part);
}

/** The record cannot do with what stands in the message. */
function changed(error: unknown): MicroshareError {
  return new MicroshareError(
    'bad_record',
    `No record can be made of this message: ${(error as Error).message}. A node before this one has changed msg.uplink or msg.lpp: look at them in a debug node.`,
  );
}

/** The rows of the table; where none is for all other devices, the node's usecase is. */
function placesOf({ places = [], usecase }: RecordSettings): PlaceRow[] {
  if (!usecase) return places;
  const forAll = places.find(({ id }) => String(id).trim() === '*');
  return [...places, { ...forAll, id: '*', usecase: forAll?.usecase || usecase }];
}

/** @throws MicroshareError `bad_record` */
function checkExpression(RED: NodeAPI, node: Node, text: string): void {
  try {
    RED.util.prepareJSONataExpression(text, node);
  } catch (error) {
    expressionFails(error);
  }
}

/** @throws MicroshareError `bad_record`: of what the expression throws */
function expressionFails(error: unknown): never {
  const { message } = error as Error;
  throw new MicroshareError('bad_record', `The expression of the record fails: ${message}.`);
}
