import type { Node, NodeAPI } from 'node-red';
import { MicroshareError } from '../../lib/microshare/errors';
import {
  allowedRecTypes,
  checkRecType,
  checkRecTypeTemplate,
  fillRecType,
} from '../../lib/microshare/rectype';
import type { MicroshareShareDef, ShareMessage } from './definition';
import { jsonataExpression, type Evaluate } from './expression';

/** What a node writes to, or reads from: checked, and among those allowed. */
export interface RecTypes {
  /** @throws MicroshareError `bad_rectype` */
  of(msg: ShareMessage): Promise<string>;
  /** What it is for every message; absent where messages have a say in it. */
  fixed?: Promise<string>;
  /** @throws MicroshareError `bad_rectype` when no message can make it right */
  check(): Promise<void>;
}

export function recTypes(RED: NodeAPI, node: Node, def: MicroshareShareDef): RecTypes {
  const { recTypeType = 'str', allowed } = def;
  // A variable of a tab may hold a number.
  const recType = String(def.recType ?? '');
  const checkAllowed = allowedRecTypes(allowed);
  const evaluate: Evaluate =
    recTypeType === 'jsonata'
      ? jsonataExpression(RED, node, recType)
      : (msg) => propertyOf(RED, node, recType, recTypeType, msg);
  const read = async (msg: ShareMessage) => {
    if (recTypeType !== 'str') return checkRecType(await nonEmpty(evaluate(msg), recType, recTypeType));
    return recType.trim() === '' ? checkRecType(msg.recType) : fillRecType(recType, msg);
  };
  const of = async (msg: ShareMessage) => {
    const found = await read(msg);
    checkAllowed(found);
    return found;
  };
  // Node-RED's environment variables, too, change with a deploy or a restart only.
  const isFixed =
    recTypeType === 'env' || (recTypeType === 'str' && recType.trim() !== '' && !recType.includes('{{'));
  if (!isFixed) {
    const check = () => Promise.resolve().then(() => checkSource(RED, node, recType, recTypeType));
    return { of, check };
  }
  const fixed = of({} as ShareMessage);
  // Perhaps nobody asks for it.
  fixed.catch(() => undefined);
  return { of: () => fixed, fixed, check: async () => void (await fixed) };
}

/** Of what messages have a say in. */
function checkSource(RED: NodeAPI, node: Node, recType: string, type: string): void {
  if (type === 'str' && recType.trim() !== '') checkRecTypeTemplate(recType);
  if (type !== 'jsonata') return;
  try {
    RED.util.prepareJSONataExpression(recType, node);
  } catch (error) {
    throw notWorkedOut(recType, error);
  }
}

function propertyOf(
  RED: NodeAPI,
  node: Node,
  property: string,
  type: string,
  msg: ShareMessage,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    RED.util.evaluateNodeProperty(property, type, node, msg, (error, value) =>
      error ? reject(error) : resolve(value),
    );
  });
}

async function nonEmpty(evaluated: Promise<unknown>, recType: string, type: string): Promise<unknown> {
  try {
    const value = await evaluated;
    if (value === undefined || value === '')
      throw new Error(type === 'env' ? `the environment variable ${recType} is not set` : 'there is nothing');
    return value;
  } catch (error) {
    throw notWorkedOut(recType, error);
  }
}

function notWorkedOut(recType: string, error: unknown): MicroshareError {
  const { message } = error as Error;
  return new MicroshareError('bad_rectype', `The recType cannot be worked out from ${recType}: ${message}.`);
}
