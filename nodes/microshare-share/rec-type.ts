import type { Node, NodeAPI } from 'node-red';
import { MicroshareError } from '../../lib/microshare/errors';
import { allowedRecTypes, checkRecType, fillRecType } from '../../lib/microshare/rectype';
import type { MicroshareShareDef, ShareMessage } from './definition';

/**
 * Works out the recType of a message: checked, and among those allowed.
 * @param onFault is told at once of one that no message can change
 */
export function recTypeReader(
  RED: NodeAPI,
  node: Node,
  def: MicroshareShareDef,
  onFault?: (error: unknown) => void,
): (msg: ShareMessage) => Promise<string> {
  const { recTypeType = 'str', allowed } = def;
  // A variable of a tab may hold a number.
  const recType = String(def.recType ?? '');
  const check = allowedRecTypes(allowed);
  const read = async (msg: ShareMessage) => {
    if (recTypeType !== 'str') return checkRecType(await evaluated(RED, node, recType, recTypeType, msg));
    return recType.trim() === '' ? checkRecType(msg.recType) : fillRecType(recType, msg);
  };
  const readChecked = async (msg: ShareMessage) => {
    const found = await read(msg);
    check(found);
    return found;
  };
  // Node-RED's environment variables, too, change with a deploy or a restart only.
  const isFixed =
    recTypeType === 'env' || (recTypeType === 'str' && recType.trim() !== '' && !recType.includes('{{'));
  if (!isFixed) return readChecked;
  const fixed = readChecked({} as ShareMessage);
  // Each message is refused by it, too.
  fixed.catch((error: unknown) => onFault?.(error));
  return () => fixed;
}

async function evaluated(
  RED: NodeAPI,
  node: Node,
  recType: string,
  type: string,
  msg: ShareMessage,
): Promise<unknown> {
  try {
    const value = await new Promise<unknown>((resolve, reject) => {
      RED.util.evaluateNodeProperty(recType, type, node, msg, (error, value) =>
        error ? reject(error) : resolve(value),
      );
    });
    if (type === 'env' && value === '') throw new Error(`the environment variable ${recType} is not set`);
    return value;
  } catch (error) {
    const { message } = error as Error;
    throw new MicroshareError('bad_rectype', `The recType cannot be worked out from ${recType}: ${message}.`);
  }
}
